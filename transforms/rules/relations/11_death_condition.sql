-- Conditions on certificates, with the death and what is said of the code; seq is 100 times the line plus the place.
-- Written once.
create table checked.death_condition as
with unsuitable as (
    select system, code, any_value(group_code) as unsuitable_class
    from {warehouse}.codes.grouping
    where scheme = 'unsuitable_underlying'
    group by system, code
)
select
    condition.death_id,
    condition.line * 100 + condition.seq as seq,
    condition.line,
    condition.seq as place_on_line,
    condition.code_raw,
    condition.code,
    condition.system,
    condition.code_status,
    death.collection,
    death.patient_id,
    death.facility_id,
    death.death_date,
    death.age_years,
    death.age_years_max,
    death.age_days,
    death.sex,
    death.pregnancy_status,
    death.underlying_cause,
    death.date_precision,
    death.source,
    death.code_date,
    death.records,
    unsuitable.unsuitable_class,
    code.* exclude (system, code, valid_from, valid_to)
from {warehouse}.core.death_condition as condition
inner join checked.death on condition.death_id = death.death_id
left join unsuitable on condition.system = unsuitable.system and condition.code = unsuitable.code
left join checked.code
    on condition.system = code.system
    and condition.code = code.code
    and coalesce(death.code_date, date '0001-01-01') between code.valid_from and code.valid_to;
