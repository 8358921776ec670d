-- Codes of the lists that active rules name, as far as they are in use: a row a list, code and span of days.
-- A list names no code twice for one day unless with another value, so the spans of a code and value do not overlap.
-- The day 0001-01-01 stands for a date that is not known: there a code is on the list that was on it on any day.
create table checked.code_list as
with
wanted as (
    -- Every first letter of a range, so that the join has something to be equal in.
    select list_range.*, unnest(range(ascii(code_from), ascii(code_to) + 1)) as letter
    from checked.list_range as list_range
),
listed as (
    select
        range.list,
        code_in_use.system,
        code_in_use.code,
        range.valid_from,
        range.valid_to,
        range.value
    from checked.code_in_use as code_in_use
    inner join wanted as range
        on code_in_use.system = range.system
        and ascii(code_in_use.code) = range.letter
        -- No code has a character above the tilde.
        and code_in_use.code between range.code_from and range.code_to || '~'
)
select
    list,
    system,
    code,
    coalesce(valid_from, date '0001-01-01') as valid_from,
    coalesce(valid_to, date '9999-12-31') as valid_to,
    value
from listed
union all
select list, system, code, date '0001-01-01', date '0001-01-01', value
from listed
group by list, system, code, value
having count(valid_from) = count(*);
