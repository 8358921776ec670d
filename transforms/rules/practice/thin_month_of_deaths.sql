/*
id = "thin_month_of_deaths"
title = "A month with far fewer deaths than before, or with none"
family = "practice"
severity = "warns"
severity_because = "Counts of the month are too low by what did not arrive; nothing is wrong with the records that did."
grain = "group"
message = "Far fewer deaths than in earlier months: records are absent, or not registered yet."
why = """
Deaths change slowly, so half a month's deaths is half a delivery. The last months before the extract are hit first, and the \
year with them."""
source = "NCHS provisional counts: completeness by state and month against control totals"
fix = "Ask the registry for the rest; read the month as provisional."

[comparison]
against = ["history"]
distribution = "poisson"
direction = "below"
levels = ["area"]

[parameters.q]
default = 0.05
about = "Share of false discoveries among the groups found"

[parameters.least_records]
default = 28
about = "Days of the month"

[parameters.least_ratio]
default = 1.6
about = "How many times what is expected, or what part of it, is worth saying"

[parameters.least_periods]
default = 3
about = "Earlier months that a group needs to be held against its own history"

[[effect]]
kind = "add"
of = "death"

[[example]]
title = "A month with a third of the deaths fires"
given.death = """
collection | area | death_date | date_precision | records
main       | a    | 2023-01-11 | day            | 310
main       | a    | 2023-02-11 | day            | 290
main       | a    | 2023-03-11 | day            | 300
main       | a    | 2023-04-11 | day            | 100
"""
fires = """
level | area | period_start | observed | expected | add_least | add_greatest
area  | a    | 2023-04-01   | 100      | 300      | 190       | 211
"""

[[example]]
title = "Deaths known by year do not"
given.death = """
collection | area | death_date | date_precision | records
main       | a    | 2021-01-01 | year           | 3100
main       | a    | 2022-01-01 | year           | 2900
main       | a    | 2023-01-01 | year           | 100
"""
fires = ""
*/
with monthly as (
    select
        collection,
        coalesce(area, 'unknown') as area,
        cast(date_trunc('month', death_date) as date) as month_start,
        sum(records) as observed
    from checked.death
    where date_precision in ('day', 'month') and death_date is not null
    group by all
),
calendar as (
    select
        collection,
        area,
        cast(unnest(generate_series(first_month, last_month, interval 1 month)) as date) as month_start
    from monthly
    inner join (
        select collection, min(month_start) as first_month, max(month_start) as last_month
        from monthly
        group by collection
    ) using (collection)
    group by collection, area, first_month, last_month
),
filled as (
    select calendar.*, last_day(month_start) as month_end, day(last_day(month_start)) as days,
        coalesce(observed, 0) as observed
    from calendar
    left join monthly using (collection, area, month_start)
),
a_day as (
    select
        *,
        min(observed / days) over earlier as least_a_day,
        max(observed / days) over earlier as most_a_day
    from filled
    window earlier as (
        partition by collection, area order by month_start rows between 12 preceding and 1 preceding
    )
)
select
    collection,
    area,
    month_start as period_start,
    month_end as period_end,
    observed,
    days as records,
    -- At least what the leanest of the last twelve months would have brought, at most what the fullest.
    greatest(0, floor(least_a_day * days) - observed) as add_least,
    greatest(0, ceil(most_a_day * days) - observed) as add_greatest
from a_day
