-- The comorbidities of each stay, as stats.stay_fact has them, and `unknown` where they are not known.
insert into listed_stay_name
with version as (
    select distinct scheme_version from codes.scheme where scheme = {scheme}
),
cause as (
    select v.scheme_version, b.group_code as cause
    from version as v
    cross join (from stats.comorbidity_bit where scheme = {scheme}) as b
    union all
    select scheme_version, 'unknown' from version
)
select
    (select count(*) from listed_stay_name) + row_number() over (order by scheme_version, cause), {scheme},
    scheme_version, cause
from cause;

insert into listed_stay_number
with version as (
    select "system", max(scheme_version) as scheme_version
    from codes.scheme
    where scheme = {scheme}
    group by "system"
),
stay as (
    select l.scope_id, l.record_number, v.scheme_version, f.{groups} as groups
    from listed_stay as l
    join version as v using ("system")
    join {facts} as f using (stay_id)
),
name as (
    select n.cause_number, n.scheme_version, n.cause, b.place
    from listed_stay_name as n
    left join stats.comorbidity_bit as b on b.scheme = n.scheme and b.group_code = n.cause
    where n.scheme = {scheme}
),
-- Many stays have the same groups: the bits are read once for each combination.
combination as (
    select p.scheme_version, p.groups, n.cause_number
    from (select distinct scheme_version, groups from stay) as p
    join name as n
        on n.scheme_version = p.scheme_version
        and if(p.groups is null, n.cause = 'unknown', n.place is not null and ((p.groups >> n.place) & 1) = 1)
)
select s.scope_id, s.record_number, c.cause_number
from stay as s
join combination as c on c.scheme_version = s.scheme_version and c.groups is not distinct from s.groups;
