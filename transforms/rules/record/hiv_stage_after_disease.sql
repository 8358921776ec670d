/*
id = "hiv_stage_after_disease"
title = "HIV is coded as less than it was before"
family = "record"
severity = "warns"
severity_because = "The disease does not go back; one of the codes is wrong."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["hiv"]
message = "The person has HIV disease (B20) on an earlier record, and is coded here as infected only or of uncertain status."
why = """
HIV disease is counted once in a life, and its share among the infected is followed for years. A record that goes back \
makes the disease look cured."""
source = "ICD-10-CM Official Guidelines, section I.C.1.a.2.f (once B20, always B20; never Z21 or R75 after it)"
fix = "Code B20 here, or correct the earlier record if the disease was never there."

[[effect]]
kind = "recode"
targets = ["codes"]
codes = ["B20"]

[[effect]]
kind = "person"

[[example]]
title = "Infection after the disease fires, also on the same day's record"
given.listed_diagnosis_with_encounter = """
list | value   | encounter_id | seq | role      | code | system  | collection | patient_id | admission_date
hiv  | disease | e1           | 1   | principal | B20  | icd10cm | main       | p1         | 2020-01-01
hiv  | status  | e2           | 2   | secondary | Z21  | icd10cm | main       | p1         | 2021-01-01
hiv  | disease | e3           | 1   | principal | B20  | icd10cm | main       | p2         | 2020-01-01
hiv  | status  | e3           | 2   | secondary | Z21  | icd10cm | main       | p2         | 2020-01-01
"""
fires = """
encounter_id | seq | code | related_id
e2           | 2   | Z21  | e1
e3           | 2   | Z21  | e3
"""

[[example]]
title = "Infection before the disease does not, nor in another person"
given.listed_diagnosis_with_encounter = """
list | value   | encounter_id | seq | role      | code | system  | collection | patient_id | admission_date
hiv  | status  | e1           | 1   | principal | Z21  | icd10cm | main       | p1         | 2020-01-01
hiv  | disease | e2           | 2   | secondary | B20  | icd10cm | main       | p1         | 2021-01-01
hiv  | status  | e3           | 2   | secondary | Z21  | icd10cm | main       | p2         | 2022-01-01
"""
fires = ""
*/
with disease as (
    select
        collection,
        patient_id,
        min(admission_date) as since,
        arg_min(encounter_id, (admission_date, encounter_id)) as first_encounter_id
    from checked.listed_diagnosis_with_encounter
    where
        list = 'hiv'
        and value = 'disease'
        and patient_id is not null
        and admission_date is not null
        and role in ('principal', 'secondary')
    group by collection, patient_id
)
select
    later.encounter_id,
    later.seq,
    later.code,
    later.system,
    disease.first_encounter_id as related_id,
    disease.since
from checked.listed_diagnosis_with_encounter as later
inner join disease
    on later.collection = disease.collection
    and later.patient_id = disease.patient_id
    and later.admission_date >= disease.since
where
    later.list = 'hiv'
    and later.value in ('status', 'inconclusive')
    and later.role in ('principal', 'secondary')
