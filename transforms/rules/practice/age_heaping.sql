/*
id = "age_heaping"
title = "Ages end in 0 and 5 too often"
family = "practice"
severity = "informs"
severity_because = "It blurs tables by age and moves few records across the limit of a band."
grain = "group"
message = "More ages end in 0 or 5 than one in five."
why = """
Guessed ages are rounded, and five-year bands begin at the rounded ages. Rates just above such an age are then too high and \
just below it too low."""
source = "Whipple's index (United Nations, Demographic Yearbook): ages 23 to 62; 105 and over is no longer accurate"
fix = "Take the age from the date of birth; ask how the age is known."

[comparison]
against = ["given"]
distribution = "binomial"
direction = "above"
levels = ["collection", "area", "facility"]

[parameters.q]
default = 0.05
about = "Share of false discoveries among the groups found"

[parameters.least_records]
default = 100
about = "Records that a group needs to be judged"

[parameters.least_ratio]
default = 1.1
about = "How many times what is expected, or what part of it, is worth saying"

[[effect]]
kind = "none"

[[example]]
title = "Half the ages round fires"
given.death = """
collection | area | age_years | age_years_max | records
main       | a    | 40        | 40            | 60
main       | a    | 43        | 43            | 60
"""
fires = """
level      | area | observed | expected | records
collection |      | 0.5      | 0.2      | 120
area       | a    | 0.5      | 0.2      | 120
"""

[[example]]
title = "One in five does not, nor do bands of ages"
given.coding = """
collection | facility_id | age_years | age_years_max | records
main       | h1          | 40        | 40            | 30
main       | h1          | 43        | 43            | 120
main       | h1          | 45        | 49            | 120
"""
fires = ""
*/
with aged as (
    select collection, cast(null as varchar) as area, facility_id, age_years, records
    from checked.coding
    where age_years = age_years_max
    union all
    select collection, area, facility_id, age_years, records
    from checked.death
    where age_years = age_years_max
)
select
    collection,
    area,
    facility_id,
    coalesce(sum(records) filter (age_years % 5 = 0), 0) as observed,
    sum(records) as records,
    sum(records) / 5 as expected
from aged
where age_years between 23 and 62
group by all
