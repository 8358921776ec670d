-- Which findings in influence.added could enter which figures. Figures of one place and time make a scope: within it a
-- finding is told where its facility, its area and its period are known to lie there, else it may lie there.
--
-- `behind` is a count of records that its number would give away: those that a place has are its number's other side,
-- and flagged ones are the number. Of rejected rows no more is known than their number, which the report tells.
create or replace temp table absent_finding as
with of_group as (
    select collection, rule_id, facility_id, area, period_start, min(observed)::bigint as observed
    from quality.group_flag
    where effect = 'add'
    group by all
)
select
    row_number() over (order by "domain", a.collection, a.facility_id, a.area, a.period_start, a.period_end, a.rule_id,
        a.least, a.greatest) as finding,
    a.*,
    g.rule_id is not null as is_of_group,
    case when g.rule_id is not null then g.observed when a.rule_id is not null then a.greatest else 0 end as behind
from (
    select * replace (
        coalesce(period_end, last_day(period_start)) as period_end,
        least(least, coalesce(greatest, least)) as least
    )
    from influence.added
    where coalesce(greatest, 1) > 0
) as a
left join of_group as g
    on g.collection = a.collection and g.rule_id = a.rule_id
    and g.facility_id is not distinct from a.facility_id
    and g.area is not distinct from a.area
    and g.period_start is not distinct from a.period_start;

create or replace temp table absent_figure as
with every as (
    select
        f.rowid as figure, t."domain", t.is_dated, f.collection, f.facility_id, f.area, f.period_start, f.period_end,
        t.is_whole and f.sex is null and f.age_band is null and f.stratum is null and coalesce(f.cause, 'all') = 'all'
            -- A record counts in the total of its own system only.
            and min(coalesce(f.scheme_version, '')) over of_table = max(coalesce(f.scheme_version, '')) over of_table
            as is_total
    from stats.figure as f
    join absent_table as t using (table_id)
    where f."value" is not null and (t."domain", f.collection) in (select ("domain", collection) from absent_finding)
    window of_table as (partition by f.table_id, f.collection)
)
select
    *,
    dense_rank() over (
        order by "domain", is_dated, collection, facility_id, area, period_start, period_end
    ) - 1 as scope
from every;

-- `is_told`: known to lie in the scope.
create or replace temp table absent_touch as
with scope as (
    select distinct scope, "domain", is_dated, collection, facility_id, area, period_start, period_end
    from absent_figure
)
select
    s.scope, a.finding,
    s.is_dated and a.period_start is not null and a.period_start >= s.period_start and a.period_end <= s.period_end
    and (s.facility_id is null or a.facility_id is not null)
    and (s.area is null or a.area is not null) as is_told
from scope as s
join absent_finding as a
    on a.collection = s.collection and a."domain" = s."domain"
    and coalesce(a.facility_id = s.facility_id, true)
    and coalesce(a.area = s.area, true)
    and (
        a.period_start is null or not s.is_dated
        or (a.period_start <= s.period_end and a.period_end >= s.period_start)
    );

-- Records of which one may stand for several have no number that a finding could tell.
create or replace temp table absent_weighted as
select distinct collection, "domain"
from stats.contribution
where weight <> 1 and (collection, "domain") in (select (collection, "domain") from absent_finding);

-- Findings about groups are estimates: those of several rules, or at several levels, about one time are estimates of
-- one number, of which the greatest counts. Findings on records are about one record each, and add up.
create or replace temp table absent_counted as
with ways as (
    select scope, finding, false as of_told from absent_touch
    union all
    select scope, finding, true from absent_touch where is_told
),
estimate as (
    select
        w.scope, w.of_told, a.period_start, a.period_end, a.rule_id, a.facility_id is null as of_any_facility,
        a.area is null as of_any_area, a.is_of_group, list(a.finding order by a.finding) as findings,
        sum(a.greatest) as greatest
    from ways as w
    join absent_finding as a using (finding)
    where a.greatest is not null
    group by all
),
counted as (
    select *
    from estimate
    qualify not is_of_group or row_number() over (
        partition by scope, of_told, is_of_group, period_start, period_end
        order by greatest desc, rule_id, of_any_facility, of_any_area
    ) = 1
)
select scope, of_told, unnest(findings) as finding
from counted;
