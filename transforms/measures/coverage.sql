-- The days that the sources of a collection cover, merged: a day counts once, however many sources cover it.
-- Where no source says, they are the calendar years in which the collection has events.
insert into stats.covered_span by name
with source_span as (
    select
        case record_kind when 'death' then 'death' else 'discharge' end as "domain",
        collection, first_day, last_day, is_declared
    from core.coverage
    where record_kind in ('encounter', 'death')
),
event_year as (
    select distinct "domain", collection, year(event_date) as "year"
    from stats.contribution
    where event_date is not null and date_precision <> 'shifted'
),
undeclared_year as (
    select e."domain", e.collection, make_date(e."year", 1, 1) as first_day, make_date(e."year", 12, 31) as last_day
    from event_year as e
    where not exists (
            select 1 from source_span as s where s."domain" = e."domain" and s.collection = e.collection
        )
        or exists (
            select 1
            from source_span as s
            where s."domain" = e."domain" and s.collection = e.collection and not s.is_declared
                and coalesce(e."year" between year(s.first_day) and year(s.last_day), true)
        )
),
span as (
    select "domain", collection, first_day, last_day
    from source_span
    where is_declared and first_day is not null and last_day >= first_day
    union
    select * from undeclared_year
),
marked as (
    select
        *,
        max(last_day) over (
            partition by "domain", collection order by first_day, last_day
            rows between unbounded preceding and 1 preceding
        ) as covered_until
    from span
),
island as (
    select
        *,
        sum(case when covered_until is null or first_day > covered_until + 1 then 1 else 0 end)
            over (partition by "domain", collection order by first_day, last_day) as island_number
    from marked
)
select "domain", collection, min(first_day) as first_day, max(last_day) as last_day
from island
group by "domain", collection, island_number
order by "domain", collection, first_day;
