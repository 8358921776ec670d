/*
id = "underlying_cause_not_written"
title = "Underlying cause not on its certificate more often than elsewhere"
family = "practice"
severity = "informs"
severity_because = "The rules of selection and linkage often give a code that nobody wrote; only the share tells."
grain = "group"
message = "A larger share of underlying causes is not among the conditions of the certificate than elsewhere."
why = """
Linkage combines what was written into a code of its own, everywhere about equally often. A higher share means that causes \
were selected otherwise or that the lines got lost."""
source = "WHO ICD-10 volume 2 (2016), 4.2 (linkage and other modifications)"
fix = "Compare the version of the automated selection; look whether lines of certificates are missing."

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
death_id | code | underlying_cause
d1       | I10  | I219
d2       | I219 | I219
d3       | I10  | I219
d4       | I219 | I219
"""
fires = """
level | area | observed | expected | records
area  | a    | 0.6      | 0.1      | 100
"""

[[example]]
title = "The share that linkage gives everywhere does not"
given.death = """
death_id | collection | area | age_years | sex | underlying_cause | records
d1       | main       | a    | 70        | F   | I219             | 12
d2       | main       | a    | 70        | F   | I219             | 88
d3       | main       | b    | 70        | F   | I219             | 10
d4       | main       | b    | 70        | F   | I219             | 90
"""
given.death_condition = """
death_id | code | underlying_cause
d1       | I10  | I219
d2       | I219 | I219
d3       | I10  | I219
d4       | I219 | I219
"""
fires = ""
*/
with certificate as (
    select death_id, bool_or(left(code, 3) = left(underlying_cause, 3)) as is_written
    from checked.death_condition
    where code is not null and underlying_cause is not null
    group by death_id
)
select
    death.collection,
    death.area,
    death.facility_id,
    hash(death.age_years // 10, death.sex) as stratum,
    coalesce(sum(death.records) filter (not certificate.is_written), 0) as observed,
    sum(death.records) as records
from certificate
inner join checked.death as death on certificate.death_id = death.death_id
group by all
