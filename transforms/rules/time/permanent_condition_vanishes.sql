/*
id = "permanent_condition_vanishes"
title = "Permanent condition is no longer coded"
family = "time"
severity = "informs"
severity_because = "Coders leave out what did not matter to a stay; only a person's whole history shows it, and no single record is wrong."
grain = "person"
lists = ["permanent_conditions"]
message = "A condition that does not go away ({limited_to}) was coded once and not in later stays."
why = """
Prevalence and comorbidity counted from one year miss persons whose lasting condition was coded only before. Where \
it was coded by mistake the person stays a case for ever."""
source = "ICD-10-CM Official Guidelines, section I.B.14 and III (chronic systemic conditions are coded at each encounter that they affect); list by Farr"
fix = "Look whether the condition is true: add it to later stays, or remove it from the first."

[parameters.least_stays_without]
default = 3
about = "Later inpatient stays without the condition from which it counts as vanished"

[[effect]]
kind = "recode"
targets = ["any"]

[[example]]
title = "Multiple sclerosis in one stay and not in the four after it fires"
given.listed_diagnosis_with_encounter = """
list                 | value              | encounter_id | stay_id | seq | code | system  | collection | patient_id | admission_date | date_precision
permanent_conditions | multiple sclerosis | e1           | e1      | 2   | G35  | icd10cm | main       | p1         | 2022-01-01     | day
"""
given.stay = """
stay_id | collection | patient_id | facility_type | stay_class | admission_date
e1      | main       | p1         | hospital      | inpatient  | 2022-01-01
e2      | main       | p1         | hospital      | inpatient  | 2022-02-01
e3      | main       | p1         | hospital      | inpatient  | 2022-03-01
e4      | main       | p1         | hospital      | inpatient  | 2022-04-01
e5      | main       | p1         | hospital      | inpatient  | 2022-05-01
"""
fires = """
patient_id | message
p1         | A condition that does not go away (multiple sclerosis) was coded once and not in later stays.
"""

[[example]]
title = "Two stays without it, and a condition that is coded again at the end, do not"
given.listed_diagnosis_with_encounter = """
list                 | value              | encounter_id | stay_id | seq | code | system  | collection | patient_id | admission_date | date_precision
permanent_conditions | multiple sclerosis | e1           | e1      | 2   | G35  | icd10cm | main       | p1         | 2022-01-01     | day
permanent_conditions | autism             | f1           | f1      | 2   | F840 | icd10cm | main       | p2         | 2022-01-01     | day
permanent_conditions | autism             | f4           | f4      | 2   | F840 | icd10cm | main       | p2         | 2022-06-01     | day
"""
given.stay = """
stay_id | collection | patient_id | facility_type | stay_class | admission_date
e1      | main       | p1         | hospital      | inpatient  | 2022-01-01
e2      | main       | p1         | hospital      | inpatient  | 2022-02-01
e3      | main       | p1         | hospital      | inpatient  | 2022-03-01
f1      | main       | p2         | hospital      | inpatient  | 2022-01-01
f2      | main       | p2         | hospital      | inpatient  | 2022-02-01
f3      | main       | p2         | hospital      | inpatient  | 2022-03-01
f4      | main       | p2         | hospital      | inpatient  | 2022-06-01
"""
fires = ""
*/
with said as (
    select
        collection,
        patient_id,
        value as limited_to,
        count(distinct stay_id) as times,
        max(admission_date) as last_on
    from checked.listed_diagnosis_with_encounter
    where
        list = 'permanent_conditions'
        and patient_id is not null
        and stay_id is not null
        and date_precision in ('day', 'shifted')
    group by all
),
later as (
    select said.collection, said.patient_id, said.limited_to, said.times, count(*) as stays_without
    from said
    inner join checked.stay as stay
        on said.patient_id = stay.patient_id
        and said.collection = stay.collection
        and stay.admission_date > said.last_on
    where stay.stay_class = 'inpatient' and stay.facility_type = 'hospital'
    group by all
)
select
    patient_id,
    string_agg(limited_to, ', ' order by limited_to) as limited_to,
    max(stays_without) as stays_without
from later
where stays_without >= $least_stays_without and stays_without > times
group by patient_id
