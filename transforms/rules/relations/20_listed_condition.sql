-- Conditions on certificates whose code is on a list on the day of death: a row a condition and list.
create table checked.listed_condition as
select code_list.list, code_list.value, condition.*
from checked.death_condition as condition
inner join checked.code_list as code_list
    on condition.system = code_list.system
    and condition.code = code_list.code
    and coalesce(condition.code_date, date '0001-01-01') between code_list.valid_from and code_list.valid_to;
