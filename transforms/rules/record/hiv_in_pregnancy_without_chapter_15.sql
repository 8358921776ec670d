/*
id = "hiv_in_pregnancy_without_chapter_15"
title = "HIV in pregnancy without its code of chapter 15"
family = "record"
severity = "informs"
severity_because = "HIV and the pregnancy are both counted; only their link is missing."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["hiv"]
message = "HIV stands on a record of pregnancy without the code for HIV complicating pregnancy."
why = """
Mothers with HIV are counted by O98.7, to follow transmission to the child. Without it they are in neither table."""
source = "ICD-10-CM Official Guidelines, section I.C.15.f (O98.7 first, then B20 or Z21)"
fix = "Add O98.7 before the code for HIV."

[[effect]]
kind = "add"
least = 0
greatest = 1

[[example]]
title = "HIV with a delivery fires"
given.listed_diagnosis = """
list | value  | encounter_id | seq | role      | code | system
hiv  | status | e1           | 2   | secondary | Z21  | icd10cm
"""
given.marked_diagnosis = """
encounter_id | seq | role      | code | system
e1           | 1   | principal | O701 | icd10cm
"""
fires = """
encounter_id | seq | code
e1           | 2   | Z21
"""

[[example]]
title = "With its code of chapter 15 it does not"
given.listed_diagnosis = """
list | value     | encounter_id | seq | role      | code   | system
hiv  | status    | e1           | 2   | secondary | Z21    | icd10cm
hiv  | pregnancy | e1           | 1   | principal | O98713 | icd10cm
"""
given.marked_diagnosis = """
encounter_id | seq | role      | code   | system
e1           | 1   | principal | O98713 | icd10cm
"""
fires = ""
*/
select distinct
    infection.encounter_id,
    infection.seq,
    infection.code,
    infection.system,
    infection.role
from checked.listed_diagnosis as infection
inner join checked.marked_diagnosis as pregnancy
    on infection.encounter_id = pregnancy.encounter_id
    and infection.system = pregnancy.system
left join checked.listed_diagnosis as complication
    on infection.encounter_id = complication.encounter_id
    and complication.list = 'hiv'
    and complication.value = 'pregnancy'
where
    infection.list = 'hiv'
    and infection.value in ('disease', 'status')
    and infection.role in ('principal', 'secondary')
    and pregnancy.code >= 'O'
    and pregnancy.code < 'P'
    and pregnancy.role in ('principal', 'secondary')
    and complication.encounter_id is null
