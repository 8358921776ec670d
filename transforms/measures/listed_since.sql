-- The days since the patient's discharge before with the same cause: null for the first, and where the patient or the
-- day is not known.
insert into listed_stay_since
with record as (
    select
        p.record_number,
        case
            when p.patient_number is not null and p.date_precision = 'day' and p.event_date is not null
                then p.patient_number
            else -p.record_number - 1
        end as patient_number,
        p.event_date as event_day
    from placed as p
    semi join (from scope where "domain" = 'discharge') using (scope_id)
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
