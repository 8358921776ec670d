-- Records that may be absent: by flags on single records; by findings about groups, in their place and period; and the
-- rows of files that were rejected, of which nothing more is known. An encounter that is no discharge and may be one after
-- all would be one of its facility and month; of the other side of a record that counts already neither is known.
insert into influence.added
with not_counted as (
    select e.encounter_id, e.facility_id, e.area, e.discharge_date, e.admission_date
    from core.encounter as e
    semi join open_flag as o using (encounter_id)
    left join core.stay as s using (stay_id)
    where not coalesce(s.counts_as_discharge, false)
),
by_record as (
    select
        o.collection, a.added_to as "domain", e.facility_id, e.area,
        date_trunc('month', coalesce(e.discharge_date, e.admission_date))::date as period_start,
        o.rule_id, sum(a.least)::bigint as least, sum(coalesce(a.greatest, 0))::bigint as greatest,
        bool_or(a.greatest is null) as is_open
    from open_flag as o
    join effect_alternative as a using (rule_id)
    left join not_counted as e on e.encounter_id = o.encounter_id and a.added_to = 'discharge'
    where a.kind = 'add' and a.added_to is not null
    group by all
),
by_group as (
    select
        g.collection, v."domain", g.facility_id, g.area, g.period_start, g.period_end, g.rule_id,
        coalesce(g.add_least, 0) as least, g.add_greatest as greatest
    from quality.group_flag as g
    join (select distinct rule_id, added_to as "domain" from effect_alternative where kind = 'add') as v
        using (rule_id)
    where g.effect = 'add' and v."domain" is not null
),
-- A file holds encounters or deaths where accepted rows of its kind became some; others hold what belongs to them.
record_batch as (
    select batch_id, collection, 'discharge' as "domain" from core.encounter group by batch_id, collection
    union all
    select batch_id, collection, 'death' from core.death group by batch_id, collection
),
rejected as (
    select k.collection, k."domain", sum(b.rows_rejected)::bigint as row_count
    from landing.batch as b
    join (
        select distinct a.source, a.file_role, r.collection, r."domain"
        from record_batch as r
        join landing.batch as a using (batch_id)
    ) as k on k.source = b.source and k.file_role is not distinct from b.file_role
    where b.status = 'live' and b.rows_rejected > 0
    group by k.collection, k."domain"
),
told as (
    select
        collection, "domain", facility_id, area, period_start, last_day(period_start) as period_end, rule_id, least,
        if(is_open, null, greatest) as greatest
    from by_record
    union all by name
    select * from by_group
    union all by name
    select collection, "domain", 0 as least, row_count as greatest from rejected
)
select collection, "domain", facility_id, area, period_start, period_end, rule_id, least, greatest
from told
order by all;
