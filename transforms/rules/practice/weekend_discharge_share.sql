/*
id = "weekend_discharge_share"
title = "Discharges at weekends unlike peers or earlier months"
family = "practice"
severity = "informs"
severity_because = "Wards differ; none or all at weekends is mostly a date of entry and not of discharge."
grain = "group"
message = "Another share of discharges falls on Saturdays and Sundays than for like patients elsewhere or before."
why = """
Where the date of data entry stands for that of discharge, stays are too long and months shift. Mortality within days of \
admission moves with it."""
source = "Kahn 2016, plausibility: atemporal distributions; our own rule"
fix = "Ask whether the date is of discharge or of entry into the system."

[comparison]
against = ["peers", "history"]
distribution = "binomial"
direction = "either"
levels = ["facility"]

[parameters.q]
default = 0.05
about = "Share of false discoveries among the groups found"

[parameters.least_records]
default = 100
about = "Records that a group needs to be judged"

[parameters.least_ratio]
default = 1.5
about = "How many times what is expected, or what part of it, is worth saying"

[parameters.least_difference]
default = 0.05
about = "Difference of shares that is worth saying"

[parameters.least_periods]
default = 6
about = "Earlier months that a group needs to be held against its own history"

[[effect]]
kind = "none"

[[example]]
title = "A hospital where nobody leaves at weekends fires, and so does its only peer"
given.coding = """
collection | facility_id | encounter_class | discharge_date | date_precision | records | stratum
main       | h1          | inpatient       | 2023-03-06     | day            | 140     | 1
main       | h2          | inpatient       | 2023-03-06     | day            | 100     | 1
main       | h2          | inpatient       | 2023-03-05     | day            | 40      | 1
"""
fires = """
level    | reference | facility_id | observed | expected | records
facility | peers     | h1          | 0        | 0.286    | 140
facility | peers     | h2          | 0.286    | 0        | 140
"""

[[example]]
title = "Dates that were shifted, or that are months, do not"
given.coding = """
collection | facility_id | encounter_class | discharge_date | date_precision | records | stratum
main       | h1          | inpatient       | 2023-03-06     | shifted        | 140     | 1
main       | h2          | inpatient       | 2023-03-05     | shifted        | 140     | 1
main       | h3          | inpatient       | 2023-03-01     | month          | 140     | 1
"""
fires = ""
*/
select
    collection,
    facility_id,
    month_start as period_start,
    month_end as period_end,
    stratum,
    coalesce(sum(records) filter (isodow(discharge_date) >= 6), 0) as observed,
    sum(records) as records
from checked.coding
where encounter_class = 'inpatient' and discharge_date is not null and date_precision = 'day'
group by all
