/*
id = "thin_month_of_encounters"
title = "A month with far fewer encounters than before, or with none"
family = "practice"
severity = "warns"
severity_because = "Counts of the month are too low by what did not arrive; nothing is wrong with the records that did."
grain = "group"
message = "Far fewer encounters than in earlier months: records are absent, or the facility closed."
why = """
A file that did not arrive is the most common error of all, and it looks like good health. Totals, rates and trends of the \
facility fall without a cause."""
source = "OHDSI DQD and NHS SUS data quality dashboards: monthly volumes; our own test"
fix = "Compare with the facility's own count; ask for the missing delivery."

[comparison]
against = ["history"]
distribution = "poisson"
direction = "below"
levels = ["facility"]

[parameters.q]
default = 0.05
about = "Share of false discoveries among the groups found"

[parameters.least_records]
default = 28
about = "Days of the month"

[parameters.least_ratio]
default = 2.0
about = "How many times what is expected, or what part of it, is worth saying"

[parameters.least_periods]
default = 3
about = "Earlier months that a group needs to be held against its own history"

[[effect]]
kind = "add"
of = "discharge"

[[example]]
title = "A month with a tenth of the encounters fires, and so does one with none"
given.coding = """
collection | facility_id | month_start | records
main       | h1          | 2023-01-01  | 310
main       | h1          | 2023-02-01  | 290
main       | h1          | 2023-03-01  | 300
main       | h1          | 2023-04-01  | 30
main       | h2          | 2023-01-01  | 310
main       | h2          | 2023-02-01  | 290
main       | h2          | 2023-03-01  | 300
"""
fires = """
facility_id | period_start | observed | expected | add_least | add_greatest
h1          | 2023-04-01   | 30       | 300      | 260       | 281
h2          | 2023-04-01   | 0        | 300      | 290       | 311
"""

[[example]]
title = "A tenth fewer does not"
given.coding = """
collection | facility_id | month_start | records
main       | h1          | 2023-01-01  | 310
main       | h1          | 2023-02-01  | 290
main       | h1          | 2023-03-01  | 300
main       | h1          | 2023-04-01  | 270
"""
fires = ""
*/
with monthly as (
    select collection, facility_id, month_start, sum(records) as observed
    from checked.coding
    where month_start is not null and facility_id is not null
    group by all
),
calendar as (
    select
        collection,
        facility_id,
        cast(unnest(generate_series(min(month_start), collection_end, interval 1 month)) as date) as month_start
    from monthly
    inner join (select collection, max(month_start) as collection_end from monthly group by collection) using (collection)
    group by collection, facility_id, collection_end
),
filled as (
    select calendar.*, last_day(month_start) as month_end, day(last_day(month_start)) as days,
        coalesce(observed, 0) as observed
    from calendar
    left join monthly using (collection, facility_id, month_start)
),
a_day as (
    select
        *,
        min(observed / days) over earlier as least_a_day,
        max(observed / days) over earlier as most_a_day
    from filled
    window earlier as (
        partition by collection, facility_id order by month_start rows between 12 preceding and 1 preceding
    )
)
select
    collection,
    facility_id,
    month_start as period_start,
    month_end as period_end,
    observed,
    days as records,
    -- At least what the leanest of the last twelve months would have brought, at most what the fullest.
    greatest(0, floor(least_a_day * days) - observed) as add_least,
    greatest(0, ceil(most_a_day * days) - observed) as add_greatest
from a_day
