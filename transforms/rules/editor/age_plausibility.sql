/*
id = "age_plausibility"
title = "Newborn's diagnosis in an adult"
family = "editor"
severity = "informs"
severity_because = "The Medicare Code Editor has let most perinatal codes go, because a condition may persist; this is our own rule of plausibility."
grain = "diagnosis"
systems = ["icd10cm", "icd9cm"]
applies_to = "age_years is not null"
message = "The diagnosis was once limited to newborns, and the patient is an adult."
why = """
Jaundice of the newborn in an adult is nearly always a slip of the pen for the adult's disease, and stands in the wrong \
chapter. The official edit no longer sees it, so such records grow in number unseen."""
source = "Medicare Code Editor, section 4, as it was to 2016-09-30; ICD-10-CM Official Guidelines, section I.C.16.a.4 (conditions that persist)"
fix = "Look at the record: correct the code, or confirm that the condition has persisted since birth."

[parameters.adult_age]
default = 18
about = "Age in completed years from which the diagnosis is implausible"

[[effect]]
kind = "recode"
targets = ["age"]

[[effect]]
kind = "demographic"
fields = ["age_years", "age_years_max", "age_days"]

[[example]]
title = "A code that was a newborn's until 2016 fires in an adult"
given.code = """
system  | code | valid_from | valid_to   | is_newborn
icd10cm | P599 | 0001-01-01 | 0001-01-01 | true
"""
given.marked_diagnosis = """
encounter_id | seq | role      | code | system  | code_date  | age_years | is_newborn
e1           | 3   | secondary | P599 | icd10cm | 2023-05-01 | 40        |
"""
fires = """
encounter_id | seq | code
e1           | 3   | P599
"""

[[example]]
title = "It does not in a child, nor where the official edit speaks"
given.code = """
system  | code  | valid_from | valid_to   | is_newborn
icd10cm | P599  | 0001-01-01 | 0001-01-01 | true
icd10cm | Z3800 | 0001-01-01 | 0001-01-01 | true
"""
given.marked_diagnosis = """
encounter_id | seq | role      | code  | system  | code_date  | age_years | is_newborn
e1           | 3   | secondary | P599  | icd10cm | 2023-05-01 | 4         |
e2           | 1   | principal | Z3800 | icd10cm | 2023-05-01 | 40        | true
"""
fires = ""
*/
select
    diagnosis.encounter_id,
    diagnosis.seq,
    diagnosis.code,
    diagnosis.system,
    diagnosis.role,
    diagnosis.age_years
from checked.marked_diagnosis as diagnosis
inner join checked.code as code
    on diagnosis.system = code.system
    and diagnosis.code = code.code
    -- The row of the unknown day says what was ever said.
    and code.valid_from = date '0001-01-01'
where code.is_newborn and diagnosis.is_newborn is not true and diagnosis.age_years >= $adult_age
