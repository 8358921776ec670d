-- Periods of {months} months, the year beginning in the month after {offset}, that a scope covers or has events in,
-- with the days of each and how many of them its sources cover.
create or replace temp table calendar_period as
with covered_month as (
    select
        s.scope_id,
        unnest(generate_series(
            year(v.first_day) * 12 + month(v.first_day) - 1,
            year(v.last_day) * 12 + month(v.last_day) - 1
        )) as month_index
    from stats.covered_span as v
    join scope as s using ("domain", collection)
),
every as (
    select scope_id, (((month_index - {offset}) // {months}) * {months} + {offset})::integer as period
    from covered_month
    union
    select scope_id, {period} as period from {placed} as p
),
dated as (
    select
        scope_id,
        period,
        make_date(period // 12, period % 12 + 1, 1) as period_start,
        last_day(make_date((period + {months} - 1) // 12, (period + {months} - 1) % 12 + 1, 1)) as period_end
    from every
    where period is not null
)
select
    d.scope_id,
    d.period,
    d.period_start,
    d.period_end,
    d.period_end - d.period_start + 1 as days,
    -- `least` and `greatest` pass over nulls: a period that no span meets would seem covered whole.
    coalesce(sum(
        least(d.period_end, v.last_day) - greatest(d.period_start, v.first_day) + 1
    ) filter (v.first_day is not null), 0)::integer as days_covered,
    -- Days without a gap before the period.
    coalesce(max(d.period_start - v.first_day) filter (v.first_day <= d.period_start), 0)::integer as days_before
from dated as d
join scope as s using (scope_id)
left join stats.covered_span as v
    on v."domain" = s."domain" and v.collection = s.collection
    and v.first_day <= d.period_end and v.last_day >= d.period_start
group by all;
