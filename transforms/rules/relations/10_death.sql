-- Deaths as registered, with what is said of the underlying cause on the day of death.
create view checked.death as
select
    death.*,
    case when death.date_precision <> 'shifted' then death.death_date end as code_date,
    case when death.weight_kind = 'sampling' then 1 else cast(death.weight as bigint) end as records,
    code.* exclude (system, code, valid_from, valid_to)
from {warehouse}.core.death as death
left join checked.code
    on death.system = code.system
    and death.underlying_cause = code.code
    and coalesce(case when death.date_precision <> 'shifted' then death.death_date end, date '0001-01-01')
        between code.valid_from and code.valid_to;
