-- The causes of each death by all its codes: once in each, however many codes of it there are.
create or replace temp table listed_death_cause as
with cause as (
    select *, dense_rank() over (order by scheme, scheme_version, cause)::integer as cause_number
    from cause_of
    where scheme in ({schemes})
),
record as (
    select
        s.scope_id, c."domain", c.record_number,
        case
            when c.date_precision = 'day' and c.event_date is not null then c.event_date
            else date '9999-12-31'
        end as event_day
    from {contributions} as c
    join scope as s using ("domain", collection)
    where c."domain" = 'death'
),
-- Each step by itself: joined the other way round, every death meets every code of its time.
coded as materialized (
    select r.scope_id, r.record_number, r.event_day, l."system", l.code
    from listed_code as l
    join record as r using ("domain", record_number)
),
segmented as materialized (
    select c.scope_id, c.record_number, g.segment_id
    from coded as c
    join code_segment as g
        on g."system" = c."system" and g.code = c.code and c.event_day between g.first_day and g.last_day
),
numbered as (
    select distinct s.scope_id, s.record_number, k.cause_number
    from segmented as s
    join cause as k using (scope_id, segment_id)
),
named as (
    select distinct cause_number, scheme, scheme_version, cause from cause
)
select n.scope_id, n.record_number, k.scheme, k.scheme_version, k.cause
from numbered as n
join named as k using (cause_number)
union all
select r.scope_id, r.record_number, b.scheme, b.scheme_version, 'unknown'
from record as r
anti join listed_code as l using ("domain", record_number)
join (select distinct scope_id, scheme, scheme_version from block where scheme in ({schemes})) as b using (scope_id);

-- Those of stays are numbered: a hospital-year has millions. See listed_stay_cause.sql.
create or replace temp table listed_stay_number (scope_id integer, record_number bigint, cause_number integer);

-- With the days since the patient's discharge before with the same cause, of the schemes that tables look back by.
create or replace temp table listed_stay_since (
    scope_id integer, record_number bigint, cause_number integer, days_since integer
);

create or replace temp table listed_stay_name (
    cause_number integer, scheme varchar, scheme_version varchar, cause varchar
);

create or replace temp view listed_cause as
select scope_id, record_number, scheme, scheme_version, cause
from listed_death_cause
union all
select n.scope_id, n.record_number, k.scheme, k.scheme_version, k.cause
from listed_stay_number as n
join listed_stay_name as k using (cause_number);

create or replace temp view listed_since as
select n.scope_id, n.record_number, k.scheme, k.scheme_version, k.cause, n.days_since
from listed_stay_since as n
join listed_stay_name as k using (cause_number);
