-- One field more: what is combined already, with each value of it that another flag allows. Each value rests on a flag
-- of its own: a flag is right in one way. The rows are made apart: a statement that inserts into the table it reads may
-- read what it has just inserted.
create or replace temp table combined_further as
with field as (
    select record, "value", weight, flag from value_flag where place = {place}
)
select record, ["value"] as "values", [flag] as flags, weight
from field
union all
select c.record, list_append(c."values", f."value"), list_append(c.flags, f.flag), c.weight * f.weight
from combination as c
join field as f using (record)
where not list_contains(c.flags, f.flag);

insert into combination
from combined_further;
