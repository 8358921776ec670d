/*
id = "principal_requires_secondary"
title = "Principal diagnosis needs another diagnosis beside it"
family = "editor"
severity = "warns"
severity_because = "The code says only that aftercare was given; what for is not on the record."
grain = "diagnosis"
systems = ["icd10cm", "icd9cm"]
applies_to = "role = 'principal' and encounter_class in ('inpatient', 'newborn')"
message = "The principal diagnosis is admissible only with a secondary diagnosis, and the record has none."
why = """
Aftercare and rehabilitation as the only diagnosis say nothing of the disease or injury that was treated. Such stays \
swell the chapter of factors influencing health status, and are missing from the causes of disability."""
source = "Medicare Code Editor v43.1, section 9 (unacceptable principal diagnosis, requires secondary)"
fix = "Add the condition for which the aftercare was given."

[[effect]]
kind = "recode"
place = "principal"
targets = ["any"]

[[example]]
title = "Aftercare alone fires"
given.marked_diagnosis = """
encounter_id | seq | role      | code  | system  | encounter_class | is_requires_secondary
e1           | 1   | principal | Z5189 | icd10cm | inpatient       | true
"""
fires = """
encounter_id | seq | code
e1           | 1   | Z5189
"""

[[example]]
title = "Aftercare with a condition beside it does not, nor does a visit"
given.marked_diagnosis = """
encounter_id | seq | role      | code  | system  | encounter_class | is_requires_secondary
e1           | 1   | principal | Z5189 | icd10cm | inpatient       | true
e2           | 1   | principal | Z5189 | icd10cm | outpatient      | true
"""
given.plain_diagnosis = """
encounter_id | seq | role      | code   | system
e1           | 1   | principal | Z5189  | icd10cm
e1           | 2   | secondary | I69354 | icd10cm
"""
fires = ""
*/
with alone as (
    select
        encounter_id,
        seq,
        code,
        system,
        role,
        encounter_class
    from checked.marked_diagnosis
    where role = 'principal' and is_requires_secondary and encounter_class in ('inpatient', 'newborn')
)
select
    alone.encounter_id,
    alone.seq,
    alone.code,
    alone.system,
    alone.role,
    alone.encounter_class
from alone
left join checked.plain_diagnosis as other
    on alone.encounter_id = other.encounter_id
    and alone.seq <> other.seq
    and other.role in ('secondary', 'external')
where other.encounter_id is null
