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
given.diagnosis_list = """
encounter_id | diagnoses | secondary_diagnoses | external_causes
e1           | 1         | 0                   | 0
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
given.diagnosis_list = """
encounter_id | diagnoses | secondary_diagnoses | external_causes
e1           | 2         | 1                   | 0
e2           | 1         | 0                   | 0
"""
fires = ""
*/
select
    principal.encounter_id,
    principal.seq,
    principal.code,
    principal.system,
    principal.role,
    principal.encounter_class
from checked.marked_diagnosis as principal
inner join checked.diagnosis_list as listed on principal.encounter_id = listed.encounter_id
where
    principal.role = 'principal'
    and principal.is_requires_secondary
    and principal.encounter_class in ('inpatient', 'newborn')
    and listed.secondary_diagnoses = 0
    and listed.external_causes = 0
