-- Units and records in their final numbers. `component` gives each record the first one of its unit.
insert into influence.record
with numbered as (
    select
        row_number() over (order by c.record)::integer as record,
        dense_rank() over (order by k.component)::integer as unit_id,
        c."domain", c.record_id
    from component as k
    join concerned_record as c using (record)
)
from numbered
order by record;

create or replace temp table record_number as
select k.record as found, row_number() over (order by k.record)::integer as record
from component as k;

insert into influence.unit_flag
select o.flag_id, r.unit_id, r.record, o.rule_id, bool_or(c.is_named) as is_named
from change as c
join open_flag as o using (flag)
join record_number as n on n.found = c.record
join influence.record as r on r.record = n.record
group by all
order by o.flag_id, r.record;

insert into influence.option
with numbered as (
    select
        n.record, c.* exclude (record), c.record as found,
        sum(c.weight::decimal(30, 18)) over (partition by c.record)::double as all_weight
    from choice as c
    join record_number as n on n.found = c.record
)
select
    row_number() over (order by o.record, o."values")::integer as option_id,
    o.record, o.kind, o.rule_id, o.place,
    o.kind = 'coded' as is_coded, o.is_absent, o.is_named, o.is_wild,
    o.weight / o.all_weight as share,
    r."domain", r.record_id, r.collection,
    coalesce(o.patient_id, r.patient_id) as patient_id,
    if(o.has_dates, o.event_date, r.event_date) as event_date,
    r.date_precision, r.facility_id, r.area,
    coalesce(o.sex, r.sex) as sex,
    coalesce(o.age_years, r.age_years) as age_years,
    coalesce(o.age_years, r.age_years_max) as age_years_max,
    if(o.age_years is null, r.age_days, o.age_days) as age_days,
    coalesce(o."system", r."system") as "system",
    coalesce(o.code, r.code) as code,
    coalesce(o.code_status, r.code_status) as code_status,
    r.weight, r.weight_kind,
    if(o.has_dates, o.bed_days, r.bed_days) as bed_days,
    coalesce(o.died, r.died) as died,
    r.admission_type, r.department, r.registration_date, r.pregnancy_status, r.place_of_death
from numbered as o
join concerned_record as r on r.record = o.found
order by option_id;

create or replace temp table option_value as
select
    row_number() over (order by n.record, c."values")::integer as option_id, c.record, c."values", c.is_wild
from choice as c
join record_number as n on n.found = c.record;

insert into influence.recoded
with changed as (
    select o.option_id, v.*, c."system" as own_system, c.code as own_code
    from (select option_id, unnest("values") as "value" from option_value) as o
    join field_value as v using ("value")
    join concerned_record as c on c.record = v.record
    where v.place in ('principal', 'listed') and not v.is_wild
),
written as (
    select option_id, encounter_id, seq, "system", code, place from changed where seq is not null
    union all
    select option_id, encounter_id, swapped_seq, own_system, own_code, place
    from changed
    where seq is not null and swapped_seq is not null
)
select option_id, encounter_id, seq, "system", code
from written
-- A diagnosis that changes places is not changed besides.
qualify row_number() over (partition by option_id, encounter_id, seq order by place desc, "system", code) = 1
order by option_id, encounter_id, seq;

insert into influence.recoded_condition
select o.option_id, v.seq // 100 as line, v.seq % 100 as seq, v."system", v.code
from (select option_id, unnest("values") as "value" from option_value) as o
join field_value as v using ("value")
where v.place = 'condition' and not v.is_wild
order by all;
