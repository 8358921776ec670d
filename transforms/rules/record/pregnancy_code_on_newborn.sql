/*
id = "pregnancy_code_on_newborn"
title = "Code of pregnancy on the record of a newborn"
family = "record"
severity = "warns"
severity_because = "Mother's and child's records were mixed; both counts are wrong."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["liveborn_infant"]
message = "A code of pregnancy or childbirth stands on the record of a newborn."
why = """
Chapter 15 counts mothers, chapter 16 children. On the child's record it makes a mother of the child, and \
complications of childbirth are counted twice."""
source = "ICD-10-CM Official Guidelines, section I.C.15.a.2 (chapter 15 codes only on the maternal record, never on the newborn's)"
fix = "Move the code to the mother's record; for an effect on the child use P00 to P04."

[[effect]]
kind = "recode"
targets = ["record"]

[[effect]]
kind = "person"

[[example]]
title = "A delivery on a birth record fires"
given.listed_diagnosis = """
list            | encounter_id | seq | role      | code  | system
liveborn_infant | e1           | 1   | principal | Z3800 | icd10cm
"""
given.marked_diagnosis = """
encounter_id | seq | role      | code  | system
e1           | 1   | principal | Z3800 | icd10cm
e1           | 2   | secondary | O80   | icd10cm
"""
fires = """
encounter_id | seq | code
e1           | 2   | O80
"""

[[example]]
title = "On the mother's record it does not"
given.marked_diagnosis = """
encounter_id | seq | role      | code | system
e1           | 1   | principal | O80  | icd10cm
"""
fires = ""
*/
select distinct
    pregnancy.encounter_id,
    pregnancy.seq,
    pregnancy.code,
    pregnancy.system,
    pregnancy.role
from checked.listed_diagnosis as birth
inner join checked.marked_diagnosis as pregnancy
    on birth.encounter_id = pregnancy.encounter_id
    and birth.system = pregnancy.system
where
    birth.list = 'liveborn_infant'
    and pregnancy.code >= 'O'
    and pregnancy.code < 'P'
    and pregnancy.role in ('principal', 'secondary')
