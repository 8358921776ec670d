/*
id = "first_listed_only_behind"
title = "Circumstance that stands first or not at all stands behind"
family = "record"
severity = "informs"
severity_because = "Several visits of one day may have been combined on the record."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["first_listed_only"]
message = "The code may only be first-listed, and stands behind another diagnosis."
why = """
Examinations, prophylaxis and chemotherapy are counted by the first diagnosis. Behind another code the encounter is \
counted as illness."""
source = "ICD-10-CM Official Guidelines, section I.C.21.c.16 (Z codes that may only be principal or first-listed)"
fix = "Put it first if it was the reason for the encounter; else remove it."

[[effect]]
kind = "recode"
place = "principal"
targets = ["record"]

[[example]]
title = "An examination behind a disease fires"
given.listed_diagnosis = """
list              | encounter_id | seq | role      | code  | system
first_listed_only | e1           | 2   | secondary | Z0000 | icd10cm
"""
fires = """
encounter_id | seq | code
e1           | 2   | Z0000
"""

[[example]]
title = "In first place it does not, nor behind another of its kind"
given.listed_diagnosis = """
list              | encounter_id | seq | role      | code  | system
first_listed_only | e1           | 1   | principal | Z0000 | icd10cm
first_listed_only | e1           | 2   | secondary | Z0189 | icd10cm
"""
fires = ""
*/
select
    behind.encounter_id,
    behind.seq,
    behind.code,
    behind.system,
    behind.role
from checked.listed_diagnosis as behind
left join checked.listed_diagnosis as opening
    on behind.encounter_id = opening.encounter_id
    and opening.list = 'first_listed_only'
    and opening.role = 'principal'
where
    behind.list = 'first_listed_only'
    and behind.role = 'secondary'
    and opening.encounter_id is null
