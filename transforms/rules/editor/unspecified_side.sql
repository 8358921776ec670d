/*
id = "unspecified_side"
title = "Side is not specified where a specific code exists"
family = "editor"
severity = "informs"
severity_because = "The condition is named; only its side is not, and few figures ask for it."
grain = "diagnosis"
systems = ["icd10cm"]
valid_from = 2022-04-01
applies_to = "encounter_class in ('inpatient', 'newborn')"
message = "The diagnosis leaves the side open, and there are codes that name it."
why = """
Without the side nobody can tell a second fracture or eye from the first one coded again, so incidence by person is \
too low or too high. A rising share says that records are coded without being read."""
source = "Medicare Code Editor v43.1, section 20 (unspecified code, discharges from 2022-04-01); ICD-10-CM Official Guidelines, section I.B.13 (laterality)"
fix = "Take the side from the record; since 2022 the record of any clinician may give it."

[[effect]]
kind = "recode"
targets = ["category"]

[[example]]
title = "An unspecified side fires"
given.marked_diagnosis = """
encounter_id | seq | role      | code   | system  | encounter_class | code_date  | is_unspecified
e1           | 2   | secondary | C50919 | icd10cm | inpatient       | 2023-05-01 | true
"""
fires = """
encounter_id | seq | code
e1           | 2   | C50919
"""

[[example]]
title = "A side that is named does not"
given.marked_diagnosis = """
encounter_id | seq | role      | code   | system  | encounter_class | code_date  | is_unspecified
e1           | 2   | secondary | C50911 | icd10cm | inpatient       | 2023-05-01 | false
e2           | 1   | principal | C50919 | icd10cm | outpatient      | 2023-05-01 | true
"""
fires = ""
*/
select
    encounter_id,
    seq,
    code,
    system,
    role,
    code_date,
    encounter_class
from checked.marked_diagnosis
where
    is_unspecified
    and encounter_class in ('inpatient', 'newborn')
    and role in ('principal', 'secondary', 'external')
