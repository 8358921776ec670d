/*
id = "sex_plausibility"
title = "Diagnosis was limited to the other sex until 2024"
family = "editor"
severity = "informs"
severity_because = "Since 1 October 2024 no official edit compares them: a recorded sex is not an anatomy, so this is our own rule of plausibility."
grain = "diagnosis"
settled_by_person = true
systems = ["icd10cm"]
valid_from = 2024-10-01
applies_to = "sex in ('F', 'M')"
message = "The diagnosis was limited to {limited_to} patients until 2024, and the record gives the other sex."
why = """
The Medicare Code Editor stopped comparing sex and diagnosis on 1 October 2024, while keying errors in the sex went \
on. A sudden rise of such records still shows mixed records or columns, though each one alone may be right."""
source = "Medicare Code Editor v42, section 5 (edit deactivated for discharges from 2024-10-01); our own rule on codes flagged before"
fix = "Look at the record only if there are many, or if the registration is in doubt; confirm where it is right as it is."

[[effect]]
kind = "demographic"
fields = ["sex"]

[[effect]]
kind = "recode"
targets = ["chapter", "sex"]

[[example]]
title = "A delivery in a man after the edit was switched off fires"
given.marked_diagnosis = """
encounter_id | seq | role      | code | system  | sex | sex_limit_ever | code_date
e1           | 1   | principal | O80  | icd10cm | M   | F              | 2025-11-15
"""
fires = """
encounter_id | seq | code
e1           | 1   | O80
"""

[[example]]
title = "Where the official edit was in force, it speaks; WHO codes have their own list"
given.marked_diagnosis = """
encounter_id | seq | role      | code | system  | sex | sex_limit | sex_limit_ever | code_date
e1           | 1   | principal | O80  | icd10cm | M   | F         | F              | 2024-09-01
e2           | 1   | principal | O80  | icd10   | M   |           | F              | 2025-11-15
e3           | 1   | principal | O80  | icd10cm | F   |           | F              | 2025-11-15
"""
fires = ""

[[example]]
title = "Where the bill says that it is right, nothing fires"
given.sex_as_recorded = """
encounter_id
e1
"""
given.marked_diagnosis = """
encounter_id | seq | role      | code | system  | code_date  | sex | sex_limit | sex_limit_ever
e1           | 1   | principal | C61  | icd10cm | 2024-10-15 | F   |           | M
"""
fires = ""
*/
select
    diagnosis.encounter_id,
    diagnosis.seq,
    diagnosis.code,
    diagnosis.system,
    diagnosis.role,
    diagnosis.code_date,
    diagnosis.sex,
    if(diagnosis.sex_limit_ever = 'F', 'female', 'male') as limited_to
from checked.marked_diagnosis as diagnosis
left join checked.sex_as_recorded as confirmed on diagnosis.encounter_id = confirmed.encounter_id
where
    diagnosis.sex in ('F', 'M')
    and diagnosis.sex <> diagnosis.sex_limit_ever
    and diagnosis.sex_limit is null
    and confirmed.encounter_id is null
