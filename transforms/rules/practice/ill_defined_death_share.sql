/*
id = "ill_defined_death_share"
title = "Ill-defined causes of death more often than elsewhere"
family = "practice"
severity = "informs"
severity_because = "Each may be all that was known; only the share shows how causes are certified."
grain = "group"
message = "A larger share of deaths has an ill-defined cause than of like age and sex elsewhere."
why = """
Deaths without a proper cause are missing from all others, so an area with many of them seems free of disease. Comparisons \
of areas by cause are then comparisons of certifiers."""
source = "WHO ICD-10 volume 2 (2016), 5.9 (a high share indicates a need to check) and annex 7.3"
fix = "Train certifiers; link to hospital records; query what can still be known."

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
collection | area | age_years | sex | underlying_cause | system | is_ill_defined | records
main       | a    | 70        | F   | R99              | icd10  | true           | 60
main       | a    | 70        | F   | I219             | icd10  | false          | 40
main       | b    | 70        | F   | R99              | icd10  | true           | 10
main       | b    | 70        | F   | I219             | icd10  | false          | 90
"""
fires = """
level | reference | area | observed | expected | records
area  | peers     | a    | 0.6      | 0.1      | 100
"""

[[example]]
title = "A share that chance explains does not"
given.death = """
collection | area | age_years | sex | underlying_cause | system | is_ill_defined | records
main       | a    | 70        | F   | R99              | icd10  | true           | 12
main       | a    | 70        | F   | I219             | icd10  | false          | 88
main       | b    | 70        | F   | R99              | icd10  | true           | 10
main       | b    | 70        | F   | I219             | icd10  | false          | 90
"""
fires = ""
*/
select
    collection,
    area,
    facility_id,
    hash(age_years // 10, sex) as stratum,
    coalesce(sum(records) filter (is_ill_defined), 0) as observed,
    sum(records) as records
from checked.death
where underlying_cause is not null and system in ('icd10', 'icd10cm')
group by all
