/*
id = "disease_of_removed_organ"
title = "Disease of an organ that was removed"
family = "time"
severity = "warns"
severity_because = "Operation or diagnosis is wrong, or the persons are two; one record moves a figure little."
grain = "diagnosis"
systems = ["icd10cm", "icd10", "icd9cm"]
lists = ["organ_removals", "diseases_of_removed_organs"]
applies_to = "role in ('principal', 'secondary') and patient_id is not null"
message = "The diagnosis is of an organ that was removed before ({limited_to})."
why = """
Who has no appendix has no appendicitis: the record counts a case that cannot be, or the earlier operation one \
that was not. Prevalence that is carried forward from old problem lists grows by such records."""
source = "Kahn 2016, plausibility: temporal; lists by Farr"
fix = "Compare the operation note with the diagnosis: code the history of removal (Z90 in ICD-10-CM) where the list was copied forward."

[parameters.least_days]
default = 90
about = "Days after the operation in which its diagnosis is still followed up (the global surgical period)"

[[effect]]
kind = "recode"
targets = ["chapter"]

[[effect]]
kind = "person"

[[example]]
title = "Appendicitis in the year after the appendix was taken out fires, and a delivery after a hysterectomy"
given.listed_procedure = """
list           | value    | encounter_id | seq | code    | collection | patient_id | procedure_date | date_precision | code_status
organ_removals | appendix | e1           | 1   | 0DTJ4ZZ | main       | p1         | 2022-03-01     | day            | valid
organ_removals | uterus   | e3           | 1   | 58150   | main       | p2         | 2022-03-01     | day            | valid
"""
given.listed_diagnosis_with_encounter = """
list                       | value    | encounter_id | seq | role      | code  | system  | collection | patient_id | admission_date | date_precision
diseases_of_removed_organs | appendix | e2           | 1   | principal | K3580 | icd10cm | main       | p1         | 2023-03-01     | day
diseases_of_removed_organs | uterus   | e4           | 1   | principal | O80   | icd10cm | main       | p2         | 2023-03-01     | day
"""
fires = """
encounter_id | seq | related_id
e2           | 1   | e1
e4           | 1   | e3
"""

[[example]]
title = "The illness of the operation and its follow-up, and one before it, do not"
given.listed_procedure = """
list           | value    | encounter_id | seq | code    | collection | patient_id | procedure_date | date_precision | code_status
organ_removals | appendix | e1           | 1   | 0DTJ4ZZ | main       | p1         | 2022-03-01     | day            | valid
"""
given.listed_diagnosis_with_encounter = """
list                       | value    | encounter_id | seq | role      | code  | system  | collection | patient_id | admission_date | date_precision
diseases_of_removed_organs | appendix | e1           | 1   | principal | K3580 | icd10cm | main       | p1         | 2022-02-28     | day
diseases_of_removed_organs | appendix | e2           | 1   | principal | K3580 | icd10cm | main       | p1         | 2022-05-30     | day
diseases_of_removed_organs | appendix | e3           | 1   | principal | K3580 | icd10cm | main       | p1         | 2021-05-30     | day
diseases_of_removed_organs | appendix | e4           | 1   | principal | K3580 | icd10cm | other      | p1         | 2023-05-30     | day
"""
fires = ""
*/
with removal as (
    select
        collection,
        patient_id,
        value as organ,
        min(coalesce(procedure_date, discharge_date, admission_date)) as removed_on,
        arg_min(encounter_id, (coalesce(procedure_date, discharge_date, admission_date), encounter_id)) as removed_in
    from checked.listed_procedure
    where
        list = 'organ_removals'
        and code_status in ('valid', 'unknown')
        and patient_id is not null
        and date_precision in ('day', 'shifted')
        and not list_has_any(string_split(coalesce(modifiers, ''), ','), ['53', '73'])
    group by all
)
select
    diagnosis.encounter_id,
    diagnosis.seq,
    diagnosis.code,
    diagnosis.system,
    diagnosis.value as limited_to,
    diagnosis.admission_date,
    removal.removed_on,
    removal.removed_in as related_id
from removal
inner join checked.listed_diagnosis_with_encounter as diagnosis
    on removal.collection = diagnosis.collection
    and removal.patient_id = diagnosis.patient_id
    and removal.organ = diagnosis.value
    and diagnosis.admission_date > removal.removed_on + $least_days
where
    diagnosis.list = 'diseases_of_removed_organs'
    and diagnosis.role in ('principal', 'secondary')
    and diagnosis.date_precision in ('day', 'shifted')
