/*
id = "chronic_condition_arose_in_hospital"
title = "Chronic or congenital condition is said to have arisen in hospital"
family = "record"
severity = "warns"
severity_because = "It was there before; the indicator is wrong, and the condition counts as a complication."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["chronic_or_congenital"]
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
given.listed_diagnosis = """
list                  | encounter_id | seq | role      | code | system  | poa
chronic_or_congenital | e1           | 2   | secondary | Q210 | icd10cm | N
"""
fires = """
encounter_id | seq | code
e1           | 2   | Q210
"""

[[example]]
title = "One that was present does not"
given.listed_diagnosis = """
list                  | encounter_id | seq | role      | code | system  | poa
chronic_or_congenital | e1           | 2   | secondary | Q210 | icd10cm | Y
chronic_or_congenital | e2           | 2   | secondary | Q210 | icd10cm |
"""
fires = ""
*/
select
    encounter_id,
    seq,
    code,
    system,
    poa
from checked.listed_diagnosis
where list = 'chronic_or_congenital' and poa = 'N' and role in ('principal', 'secondary')
