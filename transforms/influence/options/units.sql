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

insert into influence.unit_flag
select o.flag_id, r.unit_id, r.record, o.rule_id, bool_or(c.is_named) as is_named
from change as c
join open_flag as o using (flag)
join record_number as n on n.found = c.record
join influence.record as r on r.record = n.record
group by all
order by o.flag_id, r.record;

insert into influence.option
with summed as (
    select found, sum(weight::decimal(30, 18))::double as all_weight from choice group by found
)
select
    o.option_id, o.record, o.kind, f.rule_id, o.place,
    o.kind = 'coded' as is_coded, o.is_absent, o.is_named,
    -- Where it is the record's own code that may be any; the others are in recoded and recoded_condition.
    o.is_any and o.place in ('principal', 'underlying') as is_wild,
    o.weight / s.all_weight as share,
    r."domain", r.record_id, r.collection,
    if(o.is_other_patient, r.record_id, r.patient_id) as patient_id,
    if(o.has_dates, o.event_date, r.event_date) as event_date,
    r.date_precision, r.facility_id, r.area,
    coalesce(o.sex, r.sex) as sex,
    coalesce(o.age_years, r.age_years) as age_years,
    coalesce(o.age_years, r.age_years_max) as age_years_max,
    if(o.age_years is null, r.age_days, o.age_days) as age_days,
    if(o.code is null or o.place not in ('principal', 'underlying'), r."system", o."system") as "system",
    if(o.code is null or o.place not in ('principal', 'underlying'), r.code, o.code) as code,
    if(o.code is null or o.place not in ('principal', 'underlying'), r.code_status, o.code_status) as code_status,
    r.weight, r.weight_kind,
    if(o.has_dates, o.bed_days, r.bed_days) as bed_days,
    coalesce(o.died, r.died) as died,
    r.admission_type, r.department, r.registration_date, r.pregnancy_status, r.place_of_death
from choice as o
join concerned_record as r on r.record = o.found
join summed as s using (found)
left join open_flag as f using (flag)
order by o.option_id;

-- The values of other codes in each option.
create or replace temp table seat_change as
with valued as (
    select (v."value" + n.record + n.combinations_before)::integer as option_id, v."value"
    from field_value as v
    join record_number as n on n.found = v.record
    where v.seat is not null
    union all
    select (n.last_value + n.record + c.combination)::integer, c."value"
    from combined_value as c
    join record_number as n on n.found = c.record
)
select o.option_id, s.record, s.place, s.encounter_id, s.seq, v."system", v.code, v.swapped_seq, v.is_any
from valued as o
join field_value as v using ("value")
join seat as s using (seat);

insert into influence.recoded
with written as (
    select option_id, encounter_id, seq, "system", code, is_any, place
    from seat_change
    where place in ('principal', 'listed') and seq is not null and not (is_any and place = 'principal')
    union all
    select t.option_id, t.encounter_id, t.swapped_seq, c."system", c.code, false, t.place
    from seat_change as t
    join concerned_record as c using (record)
    where t.seq is not null and t.swapped_seq is not null
),
-- A diagnosis that changes places is not changed besides.
ranked as (
    select *, place = 'principal' as is_own, bool_or(place = 'principal') over (partition by option_id, encounter_id, seq) as has_own
    from written
)
select option_id, encounter_id, seq, "system", code, is_any
from ranked
where is_own or not has_own
order by option_id, encounter_id, seq;

insert into influence.recoded_condition
select option_id, seq // 100 as line, seq % 100 as seq, "system", code, is_any
from seat_change
where place = 'condition'
order by all;
