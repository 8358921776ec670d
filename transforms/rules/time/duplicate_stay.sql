/*
id = "duplicate_stay"
title = "Stay is there twice"
family = "time"
severity = "blocks"
severity_because = "Each copy adds a discharge, its days and perhaps a death; above one in fifty an extract was loaded twice."
threshold = 0.02
grain = "stay"
applies_to = "patient_id is not null and admission_date is not null and discharge_date is not null"
message = "The stay has the patient, facility, dates and principal diagnosis of another stay."
why = """
A stay that was sent twice under two numbers counts as two discharges, and a death in it as two deaths. Case fatality \
and length of stay hardly move, so the error hides in the counts."""
source = "HCUP data quality edits; Kahn 2016, plausibility: uniqueness"
fix = "Keep one of the two; if many are double, compare the claim numbers of the extract with its earlier delivery."

[[effect]]
kind = "merge"

[[example]]
title = "The second of two stays that agree in everything fires, and names the first"
given.stay = """
stay_id | collection | patient_id | facility_id | admission_date | discharge_date | principal_system | principal_code | facility_type
e1      | main       | p1         | h1          | 2023-03-01     | 2023-03-05     | icd10cm          | I214           | hospital
e2      | main       | p1         | h1          | 2023-03-01     | 2023-03-05     | icd10cm          | I214           | hospital
"""
fires = """
stay_id | related_id
e2      | e1
"""

[[example]]
title = "Another day, patient, facility, diagnosis or collection makes another stay; so do an unknown patient and a payer's copy"
given.stay = """
stay_id | collection | patient_id | facility_id | admission_date | discharge_date | principal_system | principal_code | facility_type
e1      | main       | p1         | h1          | 2023-03-01     | 2023-03-05     | icd10cm          | I214           | hospital
e2      | main       | p1         | h1          | 2023-03-01     | 2023-03-06     | icd10cm          | I214           | hospital
e3      | main       | p2         | h1          | 2023-03-01     | 2023-03-05     | icd10cm          | I214           | hospital
e4      | main       | p1         | h2          | 2023-03-01     | 2023-03-05     | icd10cm          | I214           | hospital
e5      | main       | p1         | h1          | 2023-03-01     | 2023-03-05     | icd10cm          | J189           | hospital
e6      | other      | p1         | h1          | 2023-03-01     | 2023-03-05     | icd10cm          | I214           | hospital
e7      | main       |            | h1          | 2023-03-01     | 2023-03-05     | icd10cm          | I214           | hospital
e8      | main       |            | h1          | 2023-03-01     | 2023-03-05     | icd10cm          | I214           | hospital
e9      | main       | p1         | h1          | 2023-03-01     | 2023-03-05     | icd10cm          | I214           | insurer
"""
fires = ""
*/
with copies as (
    select
        collection,
        patient_id,
        facility_id,
        facility_type,
        admission_date,
        discharge_date,
        principal_system,
        principal_code,
        min(stay_id) as first_stay_id
    from checked.stay
    where patient_id is not null and admission_date is not null and discharge_date is not null
    group by all
    having count(*) > 1
)
select
    stay.stay_id,
    copies.first_stay_id as related_id,
    stay.principal_code as code,
    stay.facility_id,
    stay.admission_date,
    stay.discharge_date
from copies
inner join checked.stay as stay
    on copies.collection = stay.collection
    and copies.patient_id = stay.patient_id
    and copies.facility_id is not distinct from stay.facility_id
    and copies.facility_type = stay.facility_type
    and copies.admission_date = stay.admission_date
    and copies.discharge_date = stay.discharge_date
    and copies.principal_system is not distinct from stay.principal_system
    and copies.principal_code is not distinct from stay.principal_code
where stay.stay_id <> copies.first_stay_id
