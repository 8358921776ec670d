-- Codes in use that are wrong in form or for their day, each once, with a day on which suggestions are sought for it.
-- Where the raw value is no code at all, it stands as it was. Of very many only the most frequent are taken, so that an
-- extract in which everything is wrong costs no more than one in which much is.
create table checked.wrong_code as
with
wrong as (
    select system, coalesce(code, code_raw) as code, code_status, code_date from checked.marked_diagnosis
    union all
    select system, coalesce(code, code_raw), code_status, code_date from checked.procedure
    union all
    select system, coalesce(code, code_raw), code_status, code_date from checked.death_condition
    union all
    select system, coalesce(underlying_cause, underlying_cause_raw), code_status, code_date from checked.death
),
latest as (
    select
        system,
        code,
        code_status,
        max(code_date) as last_date,
        count(*) as times,
        -- Editions begin in October.
        year(max(code_date) + interval 3 month) as edition,
        code_status = 'not_yet_valid' as is_early
    from wrong
    where code_status not in ('valid', 'unknown')
    group by all
)
select
    system,
    code,
    code_status,
    -- One day an edition, since each day costs a look at every code in force on it: the last one seen, on which what was
    -- retired is so still; for codes that came too early the first, on which they were not valid yet.
    if(
        is_early,
        min(last_date) over (partition by edition, is_early),
        max(last_date) over (partition by edition, is_early)
    ) as on_date
from latest
qualify row_number() over (order by times desc, system, code, code_status) <= 2000;
