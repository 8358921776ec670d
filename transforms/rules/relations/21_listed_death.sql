-- Deaths whose underlying cause is on a list on the day of death: a row a death and list.
create table checked.listed_death as
select code_list.list, code_list.value, death.*
from checked.death
inner join checked.code_list as code_list
    on death.system = code_list.system
    and death.underlying_cause = code_list.code
    and coalesce(death.code_date, date '0001-01-01') between code_list.valid_from and code_list.valid_to;
