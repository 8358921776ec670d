/*
id = "date_heaping"
title = "Dates fall on the 1st and the 15th too often"
family = "practice"
severity = "informs"
severity_because = "It moves records within a month, or into it from the one before."
grain = "group"
message = "More admissions fall on the 1st and the 15th of a month than two days of thirty."
why = """
A day that was not known is entered as the 1st or the 15th. Lengths of stay, intervals and ages in days built on it mean \
nothing."""
source = "Kahn 2016, plausibility: atemporal distributions; OHDSI DQD plausible dates"
fix = "Ask for the day; where only the month is known, say so in the precision of the date."

[comparison]
against = ["given"]
distribution = "binomial"
direction = "above"
levels = ["collection", "facility"]

[parameters.q]
default = 0.05
about = "Share of false discoveries among the groups found"

[parameters.least_records]
default = 300
about = "Records that a group needs to be judged"

[parameters.least_ratio]
default = 1.5
about = "How many times what is expected, or what part of it, is worth saying"

[[effect]]
kind = "none"

[[example]]
title = "A third of the admissions on the 1st fires"
given.coding = """
collection | facility_id | admission_date | date_precision | records
main       | h1          | 2023-03-01     | day            | 120
main       | h1          | 2023-03-07     | day            | 240
"""
fires = """
level      | facility_id | observed | expected | records
collection |             | 0.333    | 0.066    | 360
facility   | h1          | 0.333    | 0.066    | 360
"""

[[example]]
title = "Months, and one day in thirty, do not"
given.coding = """
collection | facility_id | admission_date | date_precision | records
main       | h1          | 2023-03-01     | day            | 12
main       | h1          | 2023-03-07     | day            | 340
main       | h1          | 2023-03-01     | month          | 500
"""
fires = ""
*/
select
    collection,
    facility_id,
    coalesce(sum(records) filter (day(admission_date) in (1, 15)), 0) as observed,
    sum(records) as records,
    -- 24 days of a mean year of 365.2425 days.
    sum(records) * 24 / 365.2425 as expected
from checked.coding
where admission_date is not null and date_precision = 'day'
group by all
