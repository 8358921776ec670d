/*
id = "overlapping_stays"
title = "Two stays of one person overlap"
family = "time"
severity = "warns"
severity_because = "One of the stays has a wrong date, is counted twice or is another person's; one pair moves a figure little."
grain = "stay"
applies_to = "patient_id is not null and stay_class in ('inpatient', 'newborn') and facility_type in ('hospital', 'rehabilitation', 'other')"
message = "The stay overlaps another stay of the person ({problem})."
why = """
A person lies in one bed at a time, so overlapping stays count bed-days twice, and often a discharge or a death \
too. Transfers that both hospitals report for the whole episode look like this."""
source = "HCUP revisit variables and data quality edits; Kahn 2016, plausibility: uniqueness and temporal"
fix = "Compare the dates of both stays; keep one of them if they are the same episode, and separate the persons if they are two."

[parameters.least_days]
default = 0
about = "Days of overlap that are let pass: 0 lets pass a discharge and an admission on one day, 1 also a night on leave"

[[effect]]
kind = "merge"

[[effect]]
kind = "dates"
fields = ["admission_date", "discharge_date"]

[[effect]]
kind = "person"

[[example]]
title = "In two hospitals at once, and twice in the same, fire"
given.stay = """
stay_id | collection | patient_id | facility_id | facility_type | stay_class | admission_date | discharge_date | principal_code | date_precision
e1      | main       | p1         | h1          | hospital      | inpatient  | 2023-03-01     | 2023-03-10     | I214           | day
e2      | main       | p1         | h2          | hospital      | inpatient  | 2023-03-05     | 2023-03-12     | I214           | day
e3      | main       | p2         | h1          | hospital      | inpatient  | 2023-03-01     | 2023-03-10     | I214           | day
e4      | main       | p2         | h1          | hospital      | inpatient  | 2023-03-03     | 2023-03-06     | J189           | day
"""
fires = """
stay_id | related_id | message
e2      | e1         | The stay overlaps another stay of the person (in two facilities).
e4      | e3         | The stay overlaps another stay of the person (in the same facility).
"""

[[example]]
title = "A transfer on the day, a copy, a resident in hospital, dates known to the month, and another collection do not"
given.stay = """
stay_id | collection | patient_id | facility_id | facility_type | stay_class | admission_date | discharge_date | principal_code | date_precision
e1      | main       | p1         | h1          | hospital      | inpatient  | 2023-03-01     | 2023-03-05     | I214           | day
e2      | main       | p1         | h2          | hospital      | inpatient  | 2023-03-05     | 2023-03-12     | I214           | day
e3      | main       | p2         | h1          | hospital      | inpatient  | 2023-03-01     | 2023-03-10     | I214           | day
e4      | main       | p2         | h1          | hospital      | inpatient  | 2023-03-01     | 2023-03-10     | I214           | day
e5      | main       | p3         | n1          | nursing_home  | long_term  | 2022-03-01     | 2023-03-10     | G309           | day
e6      | main       | p3         | h1          | hospital      | inpatient  | 2023-02-01     | 2023-02-10     | S7200          | day
e7      | main       | p4         | h1          | hospital      | inpatient  | 2023-02-01     | 2023-03-01     | J189           | month
e8      | main       | p4         | h2          | hospital      | inpatient  | 2023-02-01     | 2023-03-01     | I214           | month
e9      | main       | p5         | h1          | hospital      | inpatient  | 2023-03-01     | 2023-03-10     | I214           | day
e10     | other      | p5         | h1          | hospital      | inpatient  | 2023-03-02     | 2023-03-10     | J189           | day
"""
fires = ""
*/
with stay as (
    select
        stay_id,
        collection,
        patient_id,
        facility_id,
        facility_type,
        admission_date,
        discharge_date,
        principal_code
    from checked.stay
    where
        patient_id is not null
        and stay_class in ('inpatient', 'newborn')
        and facility_type in ('hospital', 'rehabilitation', 'other')
        and date_precision in ('day', 'shifted')
        -- A stay within one day overlaps nothing for longer than that.
        and discharge_date - admission_date > $least_days
)
select
    later.stay_id,
    min(earlier.stay_id) as related_id,
    later.admission_date,
    later.discharge_date,
    min(earlier.admission_date) as other_admission_date,
    max(earlier.discharge_date) as other_discharge_date,
    if(bool_and(later.facility_id = earlier.facility_id), 'in the same facility', 'in two facilities') as problem
from stay as earlier
inner join stay as later
    on earlier.patient_id = later.patient_id
    and earlier.collection = later.collection
    and (earlier.admission_date, earlier.stay_id) < (later.admission_date, later.stay_id)
    and least(earlier.discharge_date, later.discharge_date) - later.admission_date > $least_days
where
    -- Copies of one stay are the business of duplicate_stay.
    not (
        earlier.facility_id is not distinct from later.facility_id
        and earlier.facility_type = later.facility_type
        and earlier.admission_date = later.admission_date
        and earlier.discharge_date = later.discharge_date
        and earlier.principal_code is not distinct from later.principal_code
    )
group by later.stay_id, later.admission_date, later.discharge_date
