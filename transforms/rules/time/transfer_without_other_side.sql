/*
id = "transfer_without_other_side"
title = "Transfer has no other side"
family = "time"
severity = "informs"
severity_because = "The receiving facility may not send records at all; the rule speaks only where most transfers do find their other side."
grain = "stay"
applies_to = "discharge_disposition = 'transferred' and patient_id is not null and facility_id is not null and stay_class = 'inpatient' and facility_type = 'hospital'"
message = "The person was transferred, and no stay elsewhere begins on that day or the next."
why = """
A transfer whose other side is missing hides the rest of the illness: deaths after it are lost, and the stay \
counts as survived. Many at one facility mean that a receiver's records were not delivered."""
source = "AHRQ Quality Indicators and CMS 30-day mortality measures, linking of transfers; HCUP revisit files"
fix = "Ask the receiving facility for the record, or correct the disposition if the patient went home."

[parameters.grace_days]
default = 1
about = "Days after the discharge on which the other stay may begin"

[parameters.least_share_matched]
default = 0.9
about = "Share of a collection's transfers that must find their other side for the rule to speak"

[[effect]]
kind = "add"
of = "discharge"
least = 0
greatest = 1

[[effect]]
kind = "outcome"

[[example]]
title = "The one transfer of two that leads nowhere fires where the others are found"
parameters = { least_share_matched = 0.5 }
given.stay = """
stay_id | collection | patient_id | facility_id | facility_type | stay_class | admission_date | discharge_date | discharge_disposition | date_precision
e1      | main       | p1         | h1          | hospital      | inpatient  | 2023-03-01     | 2023-03-05     | transferred           | day
e2      | main       | p1         | h2          | hospital      | inpatient  | 2023-03-06     | 2023-03-12     | home                  | day
e3      | main       | p2         | h1          | hospital      | inpatient  | 2023-03-01     | 2023-03-05     | transferred           | day
"""
fires = """
stay_id
e3
"""

[[example]]
title = "Where receivers send nothing, the rule is silent"
given.stay = """
stay_id | collection | patient_id | facility_id | facility_type | stay_class | admission_date | discharge_date | discharge_disposition | date_precision
e1      | main       | p1         | h1          | hospital      | inpatient  | 2023-03-01     | 2023-03-05     | transferred           | day
e2      | main       | p1         | h2          | hospital      | inpatient  | 2023-03-08     | 2023-03-12     | home                  | day
e3      | main       | p2         | h1          | hospital      | inpatient  | 2023-03-01     | 2023-03-05     | transferred           | day
"""
fires = ""
*/
with transferred as (
    select stay_id, collection, patient_id, facility_id, discharge_date
    from checked.stay
    where
        discharge_disposition = 'transferred'
        and patient_id is not null
        and facility_id is not null
        and stay_class = 'inpatient'
        and facility_type = 'hospital'
        and date_precision in ('day', 'shifted')
),
matched as (
    select transferred.stay_id
    from transferred
    inner join checked.stay as other
        on transferred.patient_id = other.patient_id
        and transferred.collection = other.collection
        and other.admission_date between transferred.discharge_date and transferred.discharge_date + $grace_days
        and other.facility_id <> transferred.facility_id
    group by transferred.stay_id
),
of_collection as (
    select transferred.collection, count(matched.stay_id) / count(*) as share_matched
    from transferred
    left join matched on transferred.stay_id = matched.stay_id
    group by transferred.collection
)
select transferred.stay_id, transferred.discharge_date
from transferred
inner join of_collection on transferred.collection = of_collection.collection
where
    of_collection.share_matched >= $least_share_matched
    and transferred.stay_id not in (select stay_id from matched)
