-- Ages that a record may have: where the flagged code belongs to ages, those within them; else any age, which names
-- nothing. One age stands for all that the tables place alike; below one year the days do the same for deaths.

create or replace temp table age_step as
with first_age as (
    select collection, age_start as age from stats.age_band
    union
    select collection, age_end + 1 from stats.age_band where age_end is not null
    union
    select c.collection, (s.specification ->> 'below_age')::integer
    from stats.specification as s
    cross join (select distinct collection from concerned_record) as c
    where s.specification ->> 'below_age' is not null
    union
    select collection, 0 from concerned_record
)
select
    collection, age as age_from,
    lead(age, 1, 1000) over (partition by collection order by age) - 1 as age_to
from first_age;

-- The ages of the flagged code on the day: a diagnosis has its system, any other code that of its record.
create or replace temp table age_limit as
with coded as (
    select distinct e.flag, e.record, e.alternative, c.day, e.code, coalesce(d."system", c."system") as "system"
    from flag_effect as e
    join concerned_record as c using (record)
    left join flagged_diagnosis as d using (flag)
    where e.kind = 'demographic' and list_contains(e.fields, 'age_years') and e.code is not null
)
select d.flag, d.record, d.alternative, min(k.age_from) as age_from, max(k.age_to) as age_to
from coded as d
join codes.attribute as a on a."system" = d."system" and a.code = d.code and a.attribute = 'age_class'
join codes.age_class as k on k.age_class = a."value"
where
    d.day between coalesce(a.valid_from, date '0001-01-01') and coalesce(a.valid_to, date '9999-12-31')
    and d.day between k.valid_from and coalesce(k.valid_to, date '9999-12-31')
group by all;

insert into change by name
with aged as (
    select e.record, e.flag, e.alternative, e.kind, e.fields, c."domain", c.collection, c.age_years
    from flag_effect as e
    join concerned_record as c using (record)
    where e.kind = 'demographic' and e.part <> 'related'
),
chosen as (
    select
        g.record, g.flag, g.alternative, g.kind, g."domain", m.flag is not null as is_named,
        greatest(s.age_from, coalesce(m.age_from, 0)) as age_years
    from aged as g
    left join age_limit as m using (flag, record, alternative)
    join age_step as s
        on s.collection = g.collection
        and s.age_from <= coalesce(m.age_to, 999) and s.age_to >= coalesce(m.age_from, 0)
    where list_contains(g.fields, 'age_years')
),
by_days as (
    select c.*, v.age_days
    from chosen as c
    left join (values (0, 'death', 0), (0, 'death', 7), (0, 'death', 28)) as v (age_years, "domain", age_days)
        using (age_years, "domain")
    union all
    -- A death under one year of which only the days are not known.
    select g.record, g.flag, g.alternative, g.kind, g."domain", true, 0, v.age_days
    from aged as g
    cross join (values (0), (7), (28)) as v (age_days)
    where
        list_contains(g.fields, 'age_days') and not list_contains(g.fields, 'age_years')
        and g."domain" = 'death' and g.age_years = 0
)
select
    record, flag, alternative, kind, 5 as field,
    1 / count(*) over (partition by record, flag, alternative) as weight, is_named, age_years, age_days
from by_days;
