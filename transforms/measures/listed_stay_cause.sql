-- The groups of each stay by all its diagnoses in one version of a scheme: once in each, however many diagnoses of it
-- there are, and in every group of a diagnosis, not its default one only.
insert into listed_stay_name
with cause as (
    select distinct group_code as cause
    from codes.grouping
    where scheme = {scheme} and scheme_version = {scheme_version} and "system" = {system}
    union
    select unnest(['unmapped', 'other_system', 'unknown'])
)
select
    (select count(*) from listed_stay_name) + row_number() over (order by cause), {scheme}, {scheme_version}, cause
from cause;

insert into listed_stay_number
with name as (
    select cause_number, cause from listed_stay_name where scheme = {scheme} and scheme_version = {scheme_version}
),
assigned as (
    select
        g.code, n.cause_number, coalesce(g.valid_from, date '0001-01-01') as valid_from,
        coalesce(g.valid_to, date '9999-12-31') as valid_to
    from codes.grouping as g
    join name as n on n.cause = g.group_code
    where g.scheme = {scheme} and g.scheme_version = {scheme_version} and g."system" = {system}
),
blocked as (
    select e.*
    from listed_encounter as e
    semi join (from block where scheme = {scheme} and scheme_version = {scheme_version}) as b using (scope_id)
)
select distinct
    e.scope_id,
    e.record_number,
    coalesce(a.cause_number, (select cause_number from name where cause = 'unmapped')) as cause_number
from {diagnoses} as d
join blocked as e using (encounter_id)
left join assigned as a on a.code = d.code and e.event_day between a.valid_from and a.valid_to
where d."system" = {system} and d.role in ('principal', 'secondary', 'external') and d.code is not null;

-- Stays without such a diagnosis.
insert into listed_stay_number
with name as (
    select cause_number, cause from listed_stay_name where scheme = {scheme} and scheme_version = {scheme_version}
)
select l.scope_id, l.record_number, n.cause_number
from listed_stay as l
semi join (from block where scheme = {scheme} and scheme_version = {scheme_version}) as b using (scope_id)
anti join (
    select record_number from listed_stay_number semi join name using (cause_number)
) as listed using (record_number)
left join {facts} as f using (stay_id)
join name as n on n.cause = if(f.secondary_diagnoses is null, 'unknown', 'other_system');
