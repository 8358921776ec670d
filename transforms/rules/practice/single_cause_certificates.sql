/*
id = "single_cause_certificates"
title = "Certificates with one cause only more often than elsewhere"
family = "practice"
severity = "informs"
severity_because = "One cause can be the whole truth; only the share shows how causes are certified."
grain = "group"
message = "A larger share of certificates has a single condition than of like age and sex elsewhere."
why = """
Without the chain of events no underlying cause can be selected, and multiple causes cannot be counted at all. Such \
certificates are mostly of mechanisms or of the oldest."""
source = "NVSS data quality assessment framework: share of deaths with one cause only (Flagg and Anderson 2021)"
fix = "Train certifiers to write the sequence and the contributing causes."

[comparison]
against = ["peers"]
distribution = "binomial"
direction = "above"
levels = ["area", "facility"]

[parameters.q]
default = 0.05
about = "Share of false discoveries among the groups found"

[parameters.least_records]
default = 30
about = "Records that a group needs to be judged"

[parameters.least_ratio]
default = 1.5
about = "How many times what is expected, or what part of it, is worth saying"

[[effect]]
kind = "none"

[[example]]
title = "An area with six times the others' share fires"
given.death = """
death_id | collection | area | age_years | sex | underlying_cause | records
d1       | main       | a    | 70        | F   | I219             | 60
d2       | main       | a    | 70        | F   | I219             | 40
d3       | main       | b    | 70        | F   | I219             | 10
d4       | main       | b    | 70        | F   | I219             | 90
"""
given.death_condition = """
death_id | code
d1       | I219
d2       | I219
d2       | I10
d3       | I219
d4       | I219
d4       | I10
"""
fires = """
level | area | observed | expected | records
area  | a    | 0.6      | 0.1      | 100
"""

[[example]]
title = "Deaths whose certificates are not at hand do not"
given.death = """
death_id | collection | area | age_years | sex | underlying_cause | records
d1       | main       | a    | 70        | F   | I219             | 60
d2       | main       | a    | 70        | F   | I219             | 40
d3       | main       | b    | 70        | F   | I219             | 10
d4       | main       | b    | 70        | F   | I219             | 90
"""
given.death_condition = """
death_id | code
d2       | I219
d2       | I10
d4       | I219
d4       | I10
"""
fires = ""
*/
with certificate as (
    select death_id, count(distinct code) as conditions
    from checked.death_condition
    where code is not null
    group by death_id
)
select
    death.collection,
    death.area,
    death.facility_id,
    hash(death.age_years // 10, death.sex) as stratum,
    coalesce(sum(death.records) filter (certificate.conditions = 1), 0) as observed,
    sum(death.records) as records
from certificate
inner join checked.death as death on certificate.death_id = death.death_id
group by all
