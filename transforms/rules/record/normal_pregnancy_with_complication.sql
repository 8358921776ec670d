/*
id = "normal_pregnancy_with_complication"
title = "Normal or incidental pregnancy beside a code of pregnancy"
family = "record"
severity = "warns"
severity_because = "A code of chapter 15 says that the pregnancy matters to the care, and the other that it does not."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["normal_pregnancy"]
message = "A normal or incidental pregnancy is coded with a code of chapter 15."
why = """
Supervision of normal pregnancy is the denominator of antenatal care. A record with a complication is counted in both \
groups at once."""
source = "ICD-10-CM Official Guidelines, section I.C.15.a.1 and I.C.21.c.11 (Z33.1 and Z34 not with any code of chapter 15)"
fix = "Remove Z33.1 or Z34."

[[effect]]
kind = "recode"
targets = ["record"]

[[example]]
title = "A normal pregnancy with pre-eclampsia fires"
given.listed_diagnosis = """
list             | encounter_id | seq | role      | code  | system
normal_pregnancy | e1           | 1   | principal | Z3403 | icd10cm
"""
given.marked_diagnosis = """
encounter_id | seq | role      | code  | system
e1           | 2   | secondary | O1403 | icd10cm
"""
fires = """
encounter_id | seq | code
e1           | 1   | Z3403
"""

[[example]]
title = "A normal pregnancy alone does not"
given.listed_diagnosis = """
list             | encounter_id | seq | role      | code  | system
normal_pregnancy | e1           | 1   | principal | Z3403 | icd10cm
"""
fires = ""
*/
select distinct
    normal.encounter_id,
    normal.seq,
    normal.code,
    normal.system,
    normal.role
from checked.listed_diagnosis as normal
inner join checked.marked_diagnosis as complication
    on normal.encounter_id = complication.encounter_id
    and normal.system = complication.system
where
    normal.list = 'normal_pregnancy'
    and normal.role in ('principal', 'secondary')
    and complication.code >= 'O'
    and complication.code < 'P'
    and complication.role in ('principal', 'secondary')
