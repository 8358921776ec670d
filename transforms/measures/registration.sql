-- Deaths in the time of their registration: `placed` with its dates replaced. The cause stays that of the day of death,
-- by which codes are judged and grouped. A death without a date of registration has no period.
create or replace temp table placed_by_registration as
with registered as (
    select record_number, registration_date from {contributions} where "domain" = 'death'
)
select
    p.* replace (
        r.registration_date as event_date,
        if(p.date_precision = 'shifted', 'shifted', 'day') as date_precision,
        case
            when p.date_precision <> 'shifted'
                then (year(r.registration_date) * 12 + month(r.registration_date) - 1)::integer
        end as month_index,
        case when p.date_precision <> 'shifted' then year(r.registration_date)::integer end as calendar_year
    )
from placed as p
join scope as s using (scope_id)
join registered as r using (record_number)
where s."domain" = 'death';
