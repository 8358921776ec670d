-- The values that a record's fields may have, each once, whichever flags allow it.

-- The alternatives of a flag that found something to change are as likely as each other, and so are a record's flags.
create or replace temp table field_value as
with told as (
    select record, flag, count(distinct alternative) as alternatives from change group by record, flag
),
merged as (
    select
        c.record, c.field, c.is_wild, c.patient_id, c.event_date, c.bed_days, c.died, c.sex, c.age_years, c.age_days,
        c.place, c."system", c.code, c.code_status, c.encounter_id, c.seq, c.swapped_seq,
        min(c.kind) as kind,
        min(o.rule_id) as rule_id,
        bool_or(c.is_named) as is_named,
        -- Decimals add up alike in whatever order.
        sum((c.weight / t.alternatives)::decimal(30, 18))::double as weight,
        list_sort(list(distinct c.flag)) as flags
    from change as c
    join told as t using (record, flag)
    join open_flag as o using (flag)
    group by all
)
select
    row_number() over (
        order by
            record, field, is_wild, patient_id, event_date, bed_days, died, sex, age_years, age_days, place, "system",
            code, code_status, encounter_id, seq, swapped_seq
    )::integer as "value",
    *
from merged;

-- Records whose fields are combined, and the order in which they are. Too many combinations leave the codes that
-- stand beside the principal one or the underlying cause for themselves, and then every field.
create or replace temp table combined_field as
with counted as (
    select
        record, field, field like 'listed%' or field like 'condition%' as is_beside, count(*) as value_count,
        list_distinct(flatten(list(flags))) as flags
    from field_value
    where field <> 'absence'
    group by all
),
sized as (
    select
        *,
        product(1 + value_count) over (partition by record) as all_options,
        product(if(is_beside, 1, 1 + value_count)) over (partition by record) as own_options
    from counted
),
chosen as (
    select record, field, flags
    from sized
    where all_options < {most_options} or (own_options < {most_options} and not is_beside)
),
apart as (
    select record from chosen group by record
    having count(*) > 1 and len(list_distinct(flatten(list(flags)))) > 1
)
select record, field, row_number() over (partition by record order by field)::integer as place
from chosen
semi join apart using (record);

create or replace temp table combination (record integer, "values" integer[], flags integer[], weight double);
