-- Each record's options before they are numbered: as coded, one value of one field, or several together.
create or replace temp table choice as
with together as (
    select record, "values", max(weight) as weight
    from combination
    where len("values") > 1
    group by record, "values"
),
part as (
    select record, "values", weight, unnest("values") as "value" from together
),
joined as (
    select
        p.record, p."values", p.weight,
        if(count(distinct v.kind) = 1, min(v.kind), 'several') as kind,
        min(v.rule_id) as rule_id,
        -- The record's own code before one that stands beside it.
        coalesce(max(v.place) filter (v.place in ('principal', 'underlying')), max(v.place)) as place,
        false as is_absent,
        bool_and(v.is_named) as is_named,
        bool_or(v.is_wild) as is_wild,
        bool_or(v.field = 'dates') as has_dates,
        max(v.patient_id) as patient_id,
        max(v.event_date) as event_date,
        max(v.bed_days) as bed_days,
        bool_or(v.died) as died,
        max(v.sex) as sex,
        max(v.age_years) as age_years,
        max(v.age_days) as age_days,
        max(v."system") filter (v.place in ('principal', 'underlying')) as "system",
        max(v.code) filter (v.place in ('principal', 'underlying')) as code,
        max(v.code_status) filter (v.place in ('principal', 'underlying')) as code_status
    from part as p
    join field_value as v using ("value")
    group by p.record, p."values", p.weight
),
single as (
    select
        record, ["value"] as "values", weight, kind, rule_id, place,
        field = 'absence' as is_absent, is_named, is_wild, field = 'dates' as has_dates,
        patient_id, event_date, bed_days, died, sex, age_years, age_days,
        if(place in ('principal', 'underlying'), "system", null) as "system",
        if(place in ('principal', 'underlying'), code, null) as code,
        if(place in ('principal', 'underlying'), code_status, null) as code_status
    from field_value
),
as_coded as (
    select distinct
        record, []::integer[] as "values", 0 as weight, 'coded' as kind, false as is_absent, true as is_named,
        false as is_wild, false as has_dates
    from field_value
)
from as_coded
union all by name
from single
union all by name
from joined;
