/*
id = "stay_split_in_two"
title = "One stay may be counted as two"
family = "time"
severity = "informs"
severity_because = "Patients do come back on the day; only the record tells a split stay from a readmission."
grain = "stay"
applies_to = "patient_id is not null and facility_id is not null and stay_class = 'inpatient' and facility_type = 'hospital'"
message = "The person was admitted again to the same facility on the day of discharge ({problem})."
why = """
A stay that an internal transfer or a leave of absence cuts in two counts as two discharges, each too short, and \
as a readmission. Mean length of stay falls and readmission rates rise."""
source = "CMS Medicare Claims Processing Manual, chapter 3, 40.2.5 (same-day readmission for a related condition is one claim)"
fix = "If the care went on, join the two stays; in a source of episodes, give the profile the key of the stay."

[[effect]]
kind = "merge"

[[effect]]
kind = "dates"
fields = ["discharge_date"]

[[example]]
title = "Back on the day, after a transfer or for the same illness, fires"
given.stay = """
stay_id | collection | patient_id | facility_id | facility_type | stay_class | admission_date | discharge_date | discharge_disposition | principal_code | date_precision
e1      | main       | p1         | h1          | hospital      | inpatient  | 2023-03-01     | 2023-03-05     | transferred           | I214           | day
e2      | main       | p1         | h1          | hospital      | inpatient  | 2023-03-05     | 2023-03-12     | home                  | Z5189          | day
e3      | main       | p2         | h1          | hospital      | inpatient  | 2023-03-01     | 2023-03-05     | home                  | J189           | day
e4      | main       | p2         | h1          | hospital      | inpatient  | 2023-03-05     | 2023-03-06     | home                  | J180           | day
"""
fires = """
stay_id | related_id | message
e2      | e1         | The person was admitted again to the same facility on the day of discharge (after a transfer).
e4      | e3         | The person was admitted again to the same facility on the day of discharge (with a diagnosis of the same category).
"""

[[example]]
title = "Back for something else, against advice, the day after, or elsewhere does not"
given.stay = """
stay_id | collection | patient_id | facility_id | facility_type | stay_class | admission_date | discharge_date | discharge_disposition | principal_code | date_precision
e1      | main       | p1         | h1          | hospital      | inpatient  | 2023-03-01     | 2023-03-05     | home                  | I214           | day
e2      | main       | p1         | h1          | hospital      | inpatient  | 2023-03-05     | 2023-03-12     | home                  | S7200          | day
e3      | main       | p2         | h1          | hospital      | inpatient  | 2023-03-01     | 2023-03-05     | against_advice        | J189           | day
e4      | main       | p2         | h1          | hospital      | inpatient  | 2023-03-05     | 2023-03-06     | home                  | J189           | day
e5      | main       | p3         | h1          | hospital      | inpatient  | 2023-03-01     | 2023-03-05     | home                  | J189           | day
e6      | main       | p3         | h1          | hospital      | inpatient  | 2023-03-06     | 2023-03-07     | home                  | J189           | day
e7      | main       | p4         | h1          | hospital      | inpatient  | 2023-03-01     | 2023-03-05     | transferred           | J189           | day
e8      | main       | p4         | h2          | hospital      | inpatient  | 2023-03-05     | 2023-03-07     | home                  | J189           | day
"""
fires = ""
*/
with stay as (
    select stay_id, collection, patient_id, facility_id, admission_date, discharge_date, discharge_disposition,
        principal_code
    from checked.stay
    where
        patient_id is not null
        and facility_id is not null
        and stay_class = 'inpatient'
        and facility_type = 'hospital'
        and date_precision in ('day', 'shifted')
)
select
    later.stay_id,
    min(earlier.stay_id) as related_id,
    later.admission_date,
    if(
        bool_or(earlier.discharge_disposition in ('transferred', 'still_patient')),
        'after a transfer',
        'with a diagnosis of the same category'
    ) as problem
from stay as earlier
inner join stay as later
    on earlier.patient_id = later.patient_id
    and earlier.collection = later.collection
    and earlier.facility_id = later.facility_id
    and earlier.discharge_date = later.admission_date
    and earlier.stay_id <> later.stay_id
    and (earlier.admission_date < earlier.discharge_date or earlier.stay_id < later.stay_id)
where
    earlier.discharge_disposition in ('transferred', 'still_patient')
    or (
        left(earlier.principal_code, 3) = left(later.principal_code, 3)
        and coalesce(earlier.discharge_disposition, '') not in ('against_advice', 'died')
    )
group by later.stay_id, later.admission_date
