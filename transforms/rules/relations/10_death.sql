-- Deaths as registered, with what is said of the underlying cause on the day of death; written once.
create table checked.death as
with
unsuitable as (
    select system, code, any_value(group_code) as unsuitable_class
    from {warehouse}.codes.grouping
    where scheme = 'unsuitable_underlying'
    group by system, code
),
unlikely as (
    select distinct system, code, true as is_unlikely_cause
    from {warehouse}.codes.attribute
    where attribute = 'unlikely_cause_of_death'
)
select
    death.*,
    case when death.date_precision <> 'shifted' then death.death_date end as code_date,
    case when death.weight_kind = 'sampling' then 1 else cast(death.weight as bigint) end as records,
    unsuitable.unsuitable_class,
    unlikely.is_unlikely_cause,
    code.* exclude (system, code, valid_from, valid_to)
from {warehouse}.core.death as death
left join unsuitable on death.system = unsuitable.system and death.underlying_cause = unsuitable.code
left join unlikely on death.system = unlikely.system and death.underlying_cause = unlikely.code
left join checked.code
    on death.system = code.system
    and death.underlying_cause = code.code
    and coalesce(case when death.date_precision <> 'shifted' then death.death_date end, date '0001-01-01')
        between code.valid_from and code.valid_to;
