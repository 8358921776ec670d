-- Every open flag of the units in `$units`, by `$chosen` how each came to be there, one row a flag.
-- A flag about several records of its unit stands once.
with listed_unit as (
    select
        unnest($units::integer[]) as unit_id,
        unnest(range(len($units))) as place,
        unnest($chosen::varchar[]) as selected_by
),
flagged as (
    select
        u.flag_id, u.unit_id, bool_or(u.is_named) as is_named, min(u.record) as record,
        count(distinct u.record) as records
    from influence.unit_flag as u
    semi join listed_unit using (unit_id)
    group by u.flag_id, u.unit_id
),
-- How many open flags one answer may settle.
cause as (
    select group_key, count(*) as open_flags
    from quality.open_flag
    where group_key is not null
    group by group_key
),
described as (
    select
        l.place, l.selected_by, l.unit_id, f.flag_id, q.evidence, q.rule_id, t.title as rule_title, q.message, t.fix,
        coalesce(q.encounter_id, q.death_id, q.patient_id) as record_id,
        case
            when q.encounter_id is not null then 'encounter'
            when q.death_id is not null then 'death'
            else 'person'
        end as record_kind,
        q.related_id, q."domain", q.seq, q.code, o."system", q.suggestion, q.collection,
        coalesce(e.facility_id, o.facility_id) as facility_id,
        e.coder_id,
        q.group_key, coalesce(c.open_flags, 1) as open_flags, f.is_named, o.event_date
    from flagged as f
    join listed_unit as l using (unit_id)
    join quality.flag as q using (flag_id)
    join quality.rule as t using (rule_id)
    join influence."option" as o on o.record = f.record and o.is_coded
    left join core.encounter as e using (encounter_id)
    left join cause as c using (group_key)
),
-- Flags of one cause stand together, where the first of them would stand.
grouped as (
    select
        *,
        min(place) over (partition by coalesce(group_key, flag_id)) as group_place,
        count(*) over (partition by coalesce(group_key, flag_id)) as listed_flags
    from described
)
select * exclude (place, group_place), dense_rank() over (order by group_place, coalesce(group_key, flag_id)) as cause
from grouped
order by cause, place, record_id, rule_id, flag_id
