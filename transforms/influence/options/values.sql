-- The values that a record's fields may have, each once, whichever flags allow it.

-- The alternatives of a flag that found something to change are as likely as each other, and so are a record's flags.
create or replace temp table changing_flag as
select record, flag, count(distinct alternative) as alternatives
from change
group by record, flag;

-- What a flag alone says of a field stands as it is; what several flags or alternatives say is told once.
create or replace temp table field_value as
with shared as (
    select record, field
    from (select distinct record, field, flag, alternative from change)
    group by record, field
    having count(*) > 1
),
weighed as (
    select c.* exclude (alternative) replace (c.weight / t.alternatives as weight)
    from change as c
    join changing_flag as t using (record, flag)
),
merged as (
    select * from weighed anti join shared using (record, field)
    union all by name
    select
        record, field, is_any, "system", code, swapped_seq,
        min(seat) as seat, min(code_status) as code_status, min(kind) as kind,
        -- Decimals add up alike in whatever order.
        sum(weight::decimal(30, 18))::double as weight, bool_or(is_named) as is_named, min(flag) as flag
    from weighed
    semi join shared using (record, field)
    where field >= 10
    group by all
    union all by name
    select
        * exclude (kind, flag, weight, is_named),
        min(kind) as kind, sum(weight::decimal(30, 18))::double as weight, bool_or(is_named) as is_named,
        min(flag) as flag
    from weighed
    semi join shared using (record, field)
    where field < 10
    group by all
)
select
    row_number() over (
        order by
            record, field, coalesce(code, sex), "system", code_status, swapped_seq,
            coalesce(event_date, date '0001-01-01' + (1000 * age_years + coalesce(age_days, -1))), bed_days, died, is_any
    )::integer as "value",
    * replace (coalesce(is_other_patient, false) as is_other_patient)
from merged;

-- Records whose fields are combined, and the order in which they are. Too many combinations leave the codes that
-- stand beside the record's own for themselves, and then every field.
create or replace temp table combined_field as
with several as (
    select record from changing_flag group by record having count(*) > 1
),
flagged as (
    select record, field, list(distinct flag) as flags
    from change
    semi join several using (record)
    where field > 1
    group by all
),
counted as (
    select v.record, v.field, bool_or(coalesce(s.place in ('listed', 'condition'), false)) as is_beside,
        count(*) as value_count
    from field_value as v
    semi join several using (record)
    left join seat as s using (seat)
    where v.field > 1
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
    select s.record, s.field, f.flags
    from sized as s
    join flagged as f using (record, field)
    where s.all_options < {most_options} or (s.own_options < {most_options} and not s.is_beside)
),
apart as (
    select record
    from chosen
    group by record
    having count(*) > 1 and len(list_distinct(flatten(list(flags)))) > 1
)
select record, field, row_number() over (partition by record order by field)::integer as place
from chosen
semi join apart using (record);

-- The flags that allow each value of these fields.
create or replace temp table value_flag as
select distinct f.record, f.place, v."value", v.weight, c.flag
from combined_field as f
join field_value as v on v.record = f.record and v.field = f.field
join change as c
    on c.record = f.record and c.field = f.field and c.is_any = v.is_any
    and c."system" is not distinct from v."system" and c.code is not distinct from v.code
    and c.swapped_seq is not distinct from v.swapped_seq and c.sex is not distinct from v.sex
    and c.age_years is not distinct from v.age_years and c.age_days is not distinct from v.age_days
    and c.event_date is not distinct from v.event_date and c.bed_days is not distinct from v.bed_days
    and c.died is not distinct from v.died;

create or replace temp table combination (record integer, "values" integer[], flags integer[], weight double);
