-- The days since the patient's discharge before with the same cause: null for the first, and where the patient or the
-- day is not known.
insert into listed_stay_since
with record as (
    select
        record_number,
        case
            when patient_id is not null and date_precision = 'day' and event_date is not null
                then dense_rank() over (order by collection, patient_id)
            else -record_number - 1
        end as patient_number,
        event_date as event_day
    from {contributions}
    where "domain" = 'discharge'
)
select
    n.scope_id,
    n.record_number,
    n.cause_number,
    (r.event_day - lag(r.event_day) over (
        partition by r.patient_number, n.cause_number order by r.event_day, n.record_number
    ))::integer
from listed_stay_number as n
semi join (from listed_stay_name where scheme in ({schemes})) as k using (cause_number)
join record as r using (record_number);
