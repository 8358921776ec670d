/*
id = "chronic_condition_arose_in_hospital"
title = "Chronic or congenital condition is said to have arisen in hospital"
family = "record"
severity = "warns"
severity_because = "It was there before; the indicator is wrong, and the condition counts as a complication."
grain = "diagnosis"
systems = ["icd10cm"]
message = "A chronic or congenital condition is coded as not present on admission."
why = """
Complications in hospital are counted from this indicator. A chronic disease among them makes harm where there was \
none, and takes it from the comorbidities that expected mortality is adjusted for."""
source = "UB-04 present-on-admission reporting guidelines (appendix I of the ICD-10-CM Official Guidelines): chronic and congenital conditions are present on admission even if found later"
fix = "Set the indicator to Y."

[[effect]]
kind = "none"

[[example]]
title = "A congenital malformation that arose in hospital fires"
given.bare_diagnosis = """
encounter_id | seq | role      | code | system  | poa
e1           | 2   | secondary | Q210 | icd10cm | N
"""
fires = """
encounter_id | seq | code
e1           | 2   | Q210
"""

[[example]]
title = "One that was present does not"
given.bare_diagnosis = """
encounter_id | seq | role      | code | system  | poa
e1           | 2   | secondary | Q210 | icd10cm | Y
e2           | 2   | secondary | Q210 | icd10cm |
e2           | 3   | secondary | J189 | icd10cm | N
"""
fires = ""
*/
select
    encounter_id,
    seq,
    code,
    system,
    poa
from checked.bare_diagnosis
where
    poa = 'N'
    and role in ('principal', 'secondary')
    -- Malformations; diabetes; hypertension; kidney and lung disease that is chronic by its title; degenerations of the
    -- nervous system; malignant neoplasms; HIV disease; schizophrenia and autism.
    and regexp_matches(code, '^(Q|E1[01]|I1[0123]|N18|J44|G20|G30|G35|C[0-6]|C7[0-5]|B20|F20|F84)')
