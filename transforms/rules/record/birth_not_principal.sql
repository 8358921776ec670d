/*
id = "birth_not_principal"
title = "Birth is coded behind another diagnosis"
family = "record"
severity = "warns"
severity_because = "The birth record is counted in another cause."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["liveborn_infant"]
message = "The birth (Z38) is not the principal diagnosis of the record of a newborn."
why = """
Newborns are told from sick infants by this code in first place, and healthy newborns are left out of discharges. A \
birth behind another code makes a sick child of a healthy one."""
source = "ICD-10-CM Official Guidelines, section I.C.16.a.2 (Z38 is the principal diagnosis of the birth record)"
fix = "Put Z38 first and the child's conditions after it."

[[effect]]
kind = "recode"
place = "principal"
targets = ["record"]

[[example]]
title = "Behind another code it fires"
given.listed_diagnosis_with_encounter = """
list            | encounter_id | seq | role      | code  | system  | age_days | encounter_class
liveborn_infant | e1           | 2   | secondary | Z3800 | icd10cm | 0        | newborn
"""
fires = """
encounter_id | seq | code
e1           | 2   | Z3800
"""

[[example]]
title = "In first place it does not, and on the bill of a professional the order says little"
given.listed_diagnosis_with_encounter = """
list            | encounter_id | seq | role      | code  | system  | age_days | encounter_class
liveborn_infant | e1           | 1   | principal | Z3800 | icd10cm | 0        | newborn
liveborn_infant | e2           | 2   | secondary | Z3800 | icd10cm | 0        | professional
"""
fires = ""
*/
select
    encounter_id,
    seq,
    code,
    system,
    role,
    encounter_class
from checked.listed_diagnosis_with_encounter
where list = 'liveborn_infant' and role = 'secondary' and encounter_class in ('inpatient', 'newborn')
