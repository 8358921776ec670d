/*
id = "diabetes_with_and_without_complication"
title = "Diabetes without complication beside a complication"
family = "record"
severity = "informs"
severity_because = "The complication is coded, so the worse code counts; the milder one is too many."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["diabetes"]
message = "Diabetes without complications stands beside a complication of the same type."
why = """
Complications of diabetes are the outcome that programmes aim at. With both codes on a record the patient is in both \
groups, and the share without complications is too high."""
source = "ICD-10-CM Official Guidelines, section I.C.4.a (as many codes as needed for the complications; .9 says that there are none)"
fix = "Remove the code without complications."

[[effect]]
kind = "recode"
targets = ["record"]

[[example]]
title = "No complication beside kidney disease fires"
given.listed_diagnosis = """
list     | value | encounter_id | seq | role      | code  | system
diabetes | E11   | e1           | 2   | secondary | E119  | icd10cm
diabetes | E11   | e1           | 4   | secondary | E1122 | icd10cm
"""
fires = """
encounter_id | seq | code
e1           | 2   | E119
"""

[[example]]
title = "Either alone does not"
given.listed_diagnosis = """
list     | value | encounter_id | seq | role      | code  | system
diabetes | E11   | e1           | 2   | secondary | E119  | icd10cm
diabetes | E11   | e2           | 4   | secondary | E1122 | icd10cm
diabetes | E10   | e1           | 3   | secondary | E1022 | icd10cm
"""
fires = ""
*/
select distinct
    plain.encounter_id,
    plain.seq,
    plain.code,
    plain.system,
    plain.role
from checked.listed_diagnosis as plain
inner join checked.listed_diagnosis as complicated
    on plain.encounter_id = complicated.encounter_id
    and plain.value = complicated.value
where
    plain.list = 'diabetes'
    and plain.code = plain.value || '9'
    and plain.role in ('principal', 'secondary')
    and complicated.list = 'diabetes'
    and complicated.code <> complicated.value || '9'
    and complicated.role in ('principal', 'secondary')
