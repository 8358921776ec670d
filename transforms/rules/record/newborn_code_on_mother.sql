/*
id = "newborn_code_on_mother"
title = "Code of the perinatal period on the mother's record"
family = "record"
severity = "warns"
severity_because = "Mother's and child's records were mixed; both counts are wrong."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["perinatal_condition", "liveborn_infant"]
message = "A code of the perinatal period, or of the birth of a child, stands on a record of pregnancy or childbirth."
why = """
Perinatal conditions count children. On the mother's record the child's illness is counted again, at the mother's age."""
source = "ICD-10-CM Official Guidelines, section I.C.16.a.1 (chapter 16 codes never on the maternal record) and I.C.16.a.2"
fix = "Move the code to the child's record; on the mother's, use the code of chapter 15 for the same circumstance."

[[effect]]
kind = "recode"
targets = ["record"]

[[effect]]
kind = "person"

[[example]]
title = "Jaundice of the newborn beside a delivery fires"
given.listed_diagnosis_with_encounter = """
list                | encounter_id | seq | role      | code | system  | age_years
perinatal_condition | e1           | 2   | secondary | P599 | icd10cm | 30
"""
given.marked_diagnosis = """
encounter_id | seq | role      | code | system
e1           | 1   | principal | O80  | icd10cm
"""
fires = """
encounter_id | seq | code
e1           | 2   | P599
"""

[[example]]
title = "On the child's record it does not"
given.listed_diagnosis_with_encounter = """
list                | encounter_id | seq | role      | code | system  | age_years
perinatal_condition | e1           | 2   | secondary | P599 | icd10cm | 0
"""
fires = ""
*/
select distinct
    child.encounter_id,
    child.seq,
    child.code,
    child.system,
    child.role,
    child.age_years
from checked.listed_diagnosis_with_encounter as child
inner join checked.marked_diagnosis as pregnancy
    on child.encounter_id = pregnancy.encounter_id
    and child.system = pregnancy.system
where
    child.list in ('perinatal_condition', 'liveborn_infant')
    and child.role in ('principal', 'secondary')
    and child.age_years >= 9
    and pregnancy.code >= 'O'
    and pregnancy.code < 'P'
    and pregnancy.role in ('principal', 'secondary')
