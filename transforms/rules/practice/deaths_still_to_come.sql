/*
id = "deaths_still_to_come"
title = "Deaths of recent months that are not registered yet"
family = "practice"
severity = "warns"
severity_because = "The delay is known, and so is about how many deaths are missing; the figures of these months are provisional."
grain = "group"
message = "Not all deaths of the month are registered yet, by the delays of earlier months."
why = """
A death that is registered after the extract was drawn is absent, and the delay is longest for inquests. The last months \
seem to have fewer deaths, above all by injury."""
source = "NCHS provisional counts: percent completeness by weeks since death (Vital Statistics Rapid Release)"
fix = "Wait, or show the month as provisional with its completeness."

[comparison]
against = ["given"]
distribution = "poisson"
direction = "below"
levels = ["collection"]

[parameters.q]
default = 0.05
about = "Share of false discoveries among the groups found"

[parameters.least_records]
default = 30
about = "Records that a group needs to be judged"

[parameters.least_ratio]
default = 1.05
about = "How many times what is expected, or what part of it, is worth saying"

[parameters.settled_days]
default = 365
about = "Days after which a death counts as registered for good"

[[effect]]
kind = "add"
of = "death"

[[example]]
title = "A last month of which the delays leave half unregistered fires"
given.death = """
collection | death_date | registration_date | date_precision | records
main       | 2021-01-01 | 2021-01-11        | day            | 500
main       | 2021-01-01 | 2021-04-11        | day            | 500
main       | 2023-03-01 | 2023-03-11        | day            | 100
"""
fires = """
level      | period_start | observed | expected | add_least | add_greatest
collection | 2023-03-01   | 100      | 200      | 73        | 128
"""

[[example]]
title = "A register without delays is complete"
given.death = """
collection | death_date | registration_date | date_precision | records
main       | 2021-01-01 | 2021-01-02        | day            | 1000
main       | 2023-03-01 | 2023-03-11        | day            | 100
"""
fires = ""
*/
with registered as (
    select collection, death_date, registration_date - death_date as delay, records,
        max(registration_date) over (partition by collection) as last_day
    from checked.death
    where date_precision = 'day' and death_date is not null and registration_date >= death_date
),
settled as (
    select collection, least(delay, $settled_days) as delay, sum(records) as records
    from registered
    where death_date < last_day - $settled_days
    group by all
),
curve as (
    select
        collection,
        delay,
        sum(records) over (partition by collection order by delay) as registered_by,
        sum(records) over (partition by collection) as registered_ever
    from settled
),
recent as (
    select
        collection,
        cast(date_trunc('month', death_date) as date) as month_start,
        last_day - death_date as waited,
        sum(records) as records
    from registered
    where death_date >= last_day - $settled_days
    group by all
),
completed as (
    select recent.*, max(curve.registered_by) as registered_by, max(curve.registered_ever) as registered_ever
    from recent
    inner join curve
        on recent.collection = curve.collection
        and curve.delay <= recent.waited
    group by all
),
estimated as (
    select
        collection,
        month_start,
        sum(records) as observed,
        sum(records * registered_ever / registered_by) as expected
    from completed
    group by collection, month_start
)
select
    collection,
    month_start as period_start,
    last_day(month_start) as period_end,
    observed,
    observed as records,
    expected,
    -- The Poisson variation of the expected number, about 95 in 100.
    greatest(0, ceil(expected - 1.96 * sqrt(expected) - observed)) as add_least,
    greatest(0, ceil(expected + 1.96 * sqrt(expected) - observed)) as add_greatest
from estimated
