-- Dates of events within the days that their collection covers. A date known to its month or year counts where any
-- day of it is covered.
create or replace temp table covered_event as
with event as (
    select distinct
        scope_id,
        event_date,
        date_precision,
        case date_precision
            when 'year' then make_date(year(event_date), 12, 31)
            when 'month' then last_day(event_date)
            else event_date
        end as latest
    from placed
    where event_date is not null and date_precision <> 'shifted'
)
select e.scope_id, e.event_date, e.date_precision
from event as e
join scope as s using (scope_id)
where exists (
    select 1
    from stats.covered_span as v
    where v."domain" = s."domain" and v.collection = s.collection
        and v.first_day <= e.latest and v.last_day >= e.event_date
);

-- Areas of residence outside the population, where it is given by area only: who lives there is not at risk in it.
-- An unknown area is in the total, since most of its residents live where the others do.
create or replace temp table outside_area as
with resident as (
    select collection, area from core.population where facility_id is null
),
by_area as (
    select collection from resident group by collection having count(*) filter (area is null) = 0
)
select p.scope_id, p.area
from (select distinct scope_id, area from placed) as p
join scope as s using (scope_id)
semi join by_area as b on b.collection = s.collection
where p.area <> 'unknown'
    and not exists (select 1 from resident as r where r.collection = s.collection and r.area = p.area);

-- The same of the births that rates of infants and mothers are divided by.
create or replace temp table outside_birth_area as
with by_area as (
    select collection from core.birth group by collection having count(*) filter (area is null) = 0
)
select p.scope_id, p.area
from (select distinct scope_id, area from placed) as p
join scope as s using (scope_id)
semi join by_area as b on b.collection = s.collection
where p.area <> 'unknown'
    and not exists (select 1 from core.birth as r where r.collection = s.collection and r.area = p.area);
