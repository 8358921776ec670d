-- Days on which a record may have ended: where the person's date of death is another and near, that one; else any month
-- that the sources cover, by its first covered day, which names nothing and leaves the length of the stay open. Near is
-- within 30 days of the recorded end or, where there is none, of a stay of at most 90 days (own choice): a death
-- that came months later speaks of another outcome or another person, not of a stay that lasted until then.

create or replace temp table date_effect as
select
    e.record, e.flag, e.alternative, e.kind, c."domain", c.collection, c.patient_id, c.event_date, c.date_precision,
    c.bed_days, s.admission_date,
    list_contains(e.fields, if(c."domain" = 'death', 'death_date', 'discharge_date')) as is_end
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
    last_day(m.month_start::date) as last_day
from stats.covered_span as s
cross join unnest(
    generate_series(date_trunc('month', s.first_day)::timestamp, s.last_day::timestamp, interval 1 month)
) as m (month_start)
group by s."domain", s.collection, m.month_start;

insert into change by name
with dated as (
    select *, true as is_named from date_of_person
    union all by name
    select d.record, d.flag, d.alternative, d.kind, min(m.first_day) as event_date, false as is_named
    from date_effect as d
    join covered_month as m using ("domain", collection)
    anti join date_of_person using (record, flag, alternative)
    where d.is_end and d.date_precision <> 'shifted' and coalesce(m.last_day >= d.admission_date, true)
    group by
        d.record, d.flag, d.alternative, d.kind,
        if(d.date_precision = 'year', date_trunc('year', m.first_day), m.first_day)
    union all by name
    -- The end stands, and only the length is in doubt.
    select record, flag, alternative, kind, event_date, false as is_named
    from date_effect
    anti join date_of_person using (record, flag, alternative)
    where not is_end or date_precision = 'shifted'
)
select t.*, 6 as field, 1 / count(*) over (partition by t.record, t.flag, t.alternative) as weight
from dated as t
join concerned_record as c using (record)
where t.event_date is distinct from c.event_date or t.bed_days is distinct from c.bed_days;
