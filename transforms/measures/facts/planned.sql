-- Stays for planned care, by the site's grouping `planned_readmission`, after the hospital-wide readmission measure of
-- CMS: an always planned procedure or principal diagnosis, or a potentially planned procedure and no acute principal
-- diagnosis. Without the grouping no stay is known to be planned.
create or replace temp table planned_stay as
with grouped as (
    select "system", code, group_code, valid_from, valid_to
    from codes.grouping
    where scheme = 'planned_readmission'
),
stay as (
    select
        rowid as stay_number, stay_id, encounters, principal_system, principal_code,
        coalesce(discharge_date, admission_date) as on_day
    from core.stay
    where (select count(*) from grouped) > 0
),
stay_code as (
    select stay_number, on_day, principal_system as "system", principal_code as code from stay
    union all
    select s.stay_number, s.on_day, p."system", p.code
    from core.procedure as p
    join stay as s on s.stay_id = p.encounter_id
    where s.encounters = 1
    union all
    select s.stay_number, s.on_day, p."system", p.code
    from core.procedure as p
    join core.encounter as e using (encounter_id)
    join stay as s on s.stay_id = e.stay_id
    where s.encounters > 1
)
select c.stay_number
from stay_code as c
join grouped as g on g."system" = c."system" and g.code = c.code
    and coalesce(g.valid_from <= c.on_day, true) and coalesce(g.valid_to >= c.on_day, true)
group by c.stay_number
having bool_or(g.group_code in ('always_planned_procedure', 'always_planned_diagnosis'))
    or (bool_or(g.group_code = 'potentially_planned_procedure') and not bool_or(g.group_code = 'acute_diagnosis'));
