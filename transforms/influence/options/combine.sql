-- One field more: what is combined already, with each value of it that another flag allows. Each value rests on a flag
-- of its own: a flag is right in one way.
insert into combination
with field as (
    select f.record, v."value", v.weight, unnest(v.flags) as flag
    from combined_field as f
    join field_value as v using (record, field)
    where f.place = {place}
)
select f.record, [f."value"], [f.flag], f.weight
from field as f
union all
select c.record, list_append(c."values", f."value"), list_append(c.flags, f.flag), c.weight * f.weight
from combination as c
join field as f using (record)
where not list_contains(c.flags, f.flag);
