-- Each record's options, numbered: as coded, then one value of one field, then several values together.

create or replace temp table combined_value as
with together as (
    select record, "values", max(weight) as weight
    from combination
    where len("values") > 1
    group by record, "values"
),
numbered as (
    select row_number() over (order by record, "values")::integer as combination, * from together
)
select combination, record, weight, "values", unnest("values") as "value"
from numbered;

-- Values are numbered by record, so that an option's number follows from how many stand before it.
create or replace temp table record_number as
with spanned as (
    select record as found, min("value") as first_value, max("value") as last_value from field_value group by record
),
combined as (
    select record as found, min(combination) as first_combination, max(combination) as last_combination
    from combined_value
    group by record
)
select
    s.found,
    row_number() over (order by s.found)::integer as record,
    s.first_value,
    s.last_value,
    c.first_combination,
    coalesce(max(c.last_combination) over (order by s.found rows between unbounded preceding and 1 preceding), 0)
        as combinations_before
from spanned as s
left join combined as c using (found);

create or replace temp table choice as
with as_coded as (
    select
        (n.first_value - 1 + n.record + n.combinations_before)::integer as option_id,
        n.found, n.record, 0 as weight, 'coded' as kind, false as is_absent, true as is_named, false as is_any,
        false as is_other_patient, false as has_dates
    from record_number as n
),
single as (
    select
        (v."value" + n.record + n.combinations_before)::integer as option_id,
        n.found, n.record, v.weight, v.kind, v.flag, s.place,
        v.field = 1 as is_absent, v.is_named, v.is_any, v.is_other_patient, v.field = 6 as has_dates,
        v.event_date, v.bed_days, v.died, v.sex, v.age_years, v.age_days,
        v."system", v.code, v.code_status
    from field_value as v
    join record_number as n on n.found = v.record
    left join seat as s using (seat)
),
joined as (
    select
        (n.last_value + n.record + c.combination)::integer as option_id,
        n.found, n.record, c.weight,
        if(count(distinct v.kind) = 1, min(v.kind), 'several') as kind,
        min(v.flag) as flag,
        -- The record's own code before one that stands beside it.
        coalesce(max(s.place) filter (s.place in ('principal', 'underlying')), max(s.place)) as place,
        false as is_absent,
        bool_and(v.is_named) as is_named,
        bool_or(v.is_any and s.place in ('principal', 'underlying')) as is_any,
        bool_or(v.is_other_patient) as is_other_patient,
        bool_or(v.field = 6) as has_dates,
        max(v.event_date) as event_date,
        max(v.bed_days) as bed_days,
        bool_or(v.died) as died,
        max(v.sex) as sex,
        max(v.age_years) as age_years,
        max(v.age_days) as age_days,
        max(v."system") filter (s.place in ('principal', 'underlying')) as "system",
        max(v.code) filter (s.place in ('principal', 'underlying')) as code,
        max(v.code_status) filter (s.place in ('principal', 'underlying')) as code_status
    from combined_value as c
    join field_value as v using ("value")
    join record_number as n on n.found = c.record
    left join seat as s using (seat)
    group by n.last_value, n.found, n.record, c.combination, c.weight
)
from as_coded
union all by name
from single
union all by name
from joined;
