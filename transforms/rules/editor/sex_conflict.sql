/*
id = "sex_conflict"
title = "Diagnosis is limited to the other sex"
family = "editor"
severity = "warns"
severity_because = "Either the code or the sex is wrong, and the edit was official on the day; but one record moves a figure little."
grain = "diagnosis"
settled_by_person = true
systems = ["icd10cm", "icd9cm", "icd10"]
applies_to = "sex in ('F', 'M')"
message = "The diagnosis is limited to {limited_to} patients, and the record gives the other sex."
why = """
A record with a condition of the other sex stands in the wrong row of every table by sex, or in the wrong cause. Many \
of them show that records of two persons, or two columns of an extract, were mixed."""
source = "Medicare Code Editor, section 5 (sex conflict, discharges to 2024-09-30); WHO ICD-10 volume 2 (2016), 4.3.8 and annex 7.8"
fix = "Compare with the registration and the record: correct the sex or the code. A recorded sex is not an anatomy: confirm where it is right as it is."

[[effect]]
kind = "demographic"
fields = ["sex"]

[[effect]]
kind = "recode"
targets = ["chapter", "sex"]

[[example]]
title = "Prostate cancer in a woman and a delivery in a man fire"
given.marked_diagnosis = """
encounter_id | seq | role      | code | system  | sex | sex_limit
e1           | 1   | principal | C61  | icd10   | F   | M
e2           | 1   | principal | O80  | icd10cm | M   | F
"""
fires = """
encounter_id | seq | code | message
e1           | 1   | C61  | The diagnosis is limited to male patients, and the record gives the other sex.
e2           | 1   | O80  | The diagnosis is limited to female patients, and the record gives the other sex.
"""

[[example]]
title = "The right sex, an unknown sex, and a limit that is no longer in force do not"
given.marked_diagnosis = """
encounter_id | seq | role      | code | system  | sex | sex_limit | sex_limit_ever
e1           | 1   | principal | C61  | icd10   | M   | M         | M
e2           | 1   | principal | C61  | icd10   | U   | M         | M
e3           | 1   | principal | O80  | icd10cm | M   |           | F
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
e1           | 1   | principal | C61  | icd10cm | 2023-05-01 | F   | M         | M
"""
fires = ""
*/
select
    diagnosis.encounter_id,
    diagnosis.seq,
    diagnosis.code,
    diagnosis.system,
    diagnosis.role,
    diagnosis.sex,
    if(diagnosis.sex_limit = 'F', 'female', 'male') as limited_to
from checked.marked_diagnosis as diagnosis
left join checked.sex_as_recorded as confirmed on diagnosis.encounter_id = confirmed.encounter_id
where
    diagnosis.sex in ('F', 'M')
    and diagnosis.sex <> diagnosis.sex_limit
    and confirmed.encounter_id is null
