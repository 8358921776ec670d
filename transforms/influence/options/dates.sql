-- Days on which a record may have ended, and how long a stay may then have been. Where the person's date of death is
-- another and near, that one names both. Near is within 30 days of the recorded end or, where there is none, of a stay
-- of at most 90 days (own choice): a death that came months later speaks of another outcome or another person, not of a
-- stay that lasted until then.
-- Else any month that the sources cover, which names nothing: stays end within a year of their admission, as they do but
-- where rule stay_over_a_year finds them, and are as short and as long as that and the month allow; or end where they did
-- and began on another day. What is expected is how long stays of the collection are that end so soon.

create or replace temp table date_effect as
select
    e.record, e.flag, e.alternative, e.kind, c."domain", c.collection, c.patient_id, c.event_date, c.date_precision,
    c.bed_days, s.admission_date,
    list_contains(e.fields, if(c."domain" = 'death', 'death_date', 'discharge_date')) as is_end,
    c."domain" = 'discharge' and c.date_precision in ('day', 'shifted') as has_length,
    list_contains(e.fields, 'admission_date') as is_start
from flag_effect as e
join concerned_record as c using (record)
left join core.stay as s on s.stay_id = if(c."domain" = 'discharge', c.record_id, null)
where e.kind = 'dates' and e.part <> 'related';

create or replace temp table date_of_person as
with dated as (
    select collection, patient_id, unnest([death_date, death_date_latest]) as death_date
    from core.person
    where coalesce(death_precision, 'day') = 'day'
)
select distinct
    d.record, d.flag, d.alternative, d.kind, p.death_date as event_date,
    (p.death_date - d.admission_date)::bigint as bed_days
from date_effect as d
join dated as p using (collection, patient_id)
join stats.covered_span as k
    on k."domain" = d."domain" and k.collection = d.collection and p.death_date between k.first_day and k.last_day
where
    d.is_end and d.date_precision = 'day' and p.death_date is distinct from d.event_date
    and coalesce(p.death_date >= d.admission_date, d."domain" = 'death')
    and coalesce(abs(p.death_date - d.event_date) <= 30, p.death_date - d.admission_date <= 90, true);

create or replace temp table covered_month as
select s."domain", s.collection, min(greatest(s.first_day, m.month_start::date)) as first_day,
    max(least(s.last_day, last_day(m.month_start::date))) as last_day
from stats.covered_span as s
cross join unnest(
    generate_series(date_trunc('month', s.first_day)::timestamp, s.last_day::timestamp, interval 1 month)
) as m (month_start)
group by s."domain", s.collection, m.month_start;

-- Of each length and all shorter ones the stays as coded, and their days.
create or replace temp table length_until as
with counted as (
    select collection, bed_days, count(*) as stays
    from stats.contribution
    where "domain" = 'discharge' and bed_days between 0 and {longest_stay}
    group by collection, bed_days
)
select
    c.collection, d.length as bed_days,
    sum(coalesce(n.stays, 0)) over upto::bigint as stays,
    sum(coalesce(n.stays, 0) * d.length) over upto::bigint as days
from (select distinct collection from date_effect) as c
cross join unnest(generate_series(0, {longest_stay})) as d (length)
left join counted as n on n.collection = c.collection and n.bed_days = d.length
window upto as (partition by c.collection order by d.length);

-- Where no date is named: the ends, with the least and the greatest length of a stay that ends then. `stays_on` is the
-- admission that stands; where none does the day of the end does. Of deaths, and of stays whose dates are known to the
-- month or year only, nothing but the end is told.
create or replace temp table open_end as
with open_effect as (
    from date_effect anti join date_of_person using (record, flag, alternative)
)
select
    d.record, d.flag, d.alternative, d.kind, d.collection, d.bed_days as coded_days, min(m.first_day) as event_date,
    d.has_length,
    if(d.has_length, d.admission_date, null) as stays_on,
    coalesce(greatest(min(m.first_day) - d.admission_date, 0), 0) as least_days,
    least(coalesce(max(m.last_day) - d.admission_date, {longest_stay}), {longest_stay}) as greatest_days
from open_effect as d
join covered_month as m using ("domain", collection)
where
    d.is_end and d.date_precision <> 'shifted' and coalesce(m.last_day >= d.admission_date, true)
    and coalesce(m.first_day - d.admission_date <= {longest_stay}, true)
group by
    d.record, d.flag, d.alternative, d.kind, d.collection, d.bed_days, d.has_length, d.admission_date,
    if(d.date_precision = 'year', date_trunc('year', m.first_day), m.first_day)
union all
select
    d.record, d.flag, d.alternative, d.kind, d.collection, d.bed_days, d.event_date, d.has_length, null, 0,
    {longest_stay}
from open_effect as d
where
    d.has_length
    and d.event_date is not null and (d.is_start or d.is_end and d.date_precision = 'shifted');

-- The mean of the other stays that are as long as each allows; where that is what is coded, the next length.
create or replace temp table open_length as
with counted as (
    select
        e.*,
        u.stays - coalesce(b.stays, 0) - if(e.coded_days between e.least_days and e.greatest_days, 1, 0) as stays,
        u.days - coalesce(b.days, 0) - if(e.coded_days between e.least_days and e.greatest_days, e.coded_days, 0) as days
    from open_end as e
    left join length_until as u on u.collection = e.collection and u.bed_days = e.greatest_days
    left join length_until as b on b.collection = e.collection and b.bed_days = e.least_days - 1
    where e.has_length
),
typical as (
    select *, if(stays > 0, round(days / stays)::bigint, null) as mean_days from counted
),
told as (
    select
        * replace (
            case
                when mean_days is distinct from coded_days then mean_days
                when mean_days < greatest_days then mean_days + 1
                when mean_days > least_days then mean_days - 1
            end as mean_days
        )
    from typical
)
select record, flag, alternative, kind, event_date, stays_on, mean_days as bed_days, stays from told
union all
select record, flag, alternative, kind, event_date, stays_on, unnest([least_days, greatest_days]), 0 from told;

insert into change by name
with dated as (
    select *, true as is_named, 1 as stays from date_of_person
    union all by name
    select record, flag, alternative, kind, event_date, false as is_named, 1 as stays
    from open_end
    where not has_length
    union all by name
    select
        record, flag, alternative, kind,
        coalesce(stays_on + bed_days::integer, event_date) as event_date, bed_days, false as is_named,
        sum(stays) as stays
    from open_length
    where bed_days is not null
    group by record, flag, alternative, kind, 5, bed_days
),
other as (
    select t.*
    from dated as t
    join concerned_record as c using (record)
    where t.event_date is distinct from c.event_date or t.bed_days is distinct from c.bed_days
)
select
    * exclude (stays), 6 as field,
    coalesce(
        stays / nullif(sum(stays) over (partition by record, flag, alternative), 0),
        1 / count(*) over (partition by record, flag, alternative)
    ) as weight
from other;
