/*
id = "undetermined_intent_share"
title = "Intent of fatal injuries undetermined more often than elsewhere"
family = "practice"
severity = "informs"
severity_because = "Intent often stays open until an inquest; a share says how often it stays so for good."
grain = "group"
message = "A larger share of fatal injuries is of undetermined intent than of like age and sex elsewhere."
why = """
Suicides and homicides hide among injuries of undetermined intent. Where the share is high, both rates are too low."""
source = "WHO ICD-10 volume 2 (2016), chapter XX; ONS practice of adding Y10-Y34 to suicides at ages 15 and over (recalled)"
fix = "Ask the coroner for verdicts given since; count both with and without these deaths."

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
collection | area | age_years | sex | underlying_cause | system | records
main       | a    | 70        | F   | Y210             | icd10  | 60
main       | a    | 70        | F   | X70              | icd10  | 40
main       | b    | 70        | F   | Y210             | icd10  | 10
main       | b    | 70        | F   | X70              | icd10  | 90
"""
fires = """
level | reference | area | observed | expected | records
area  | peers     | a    | 0.6      | 0.1      | 100
"""

[[example]]
title = "A share that chance explains does not"
given.death = """
collection | area | age_years | sex | underlying_cause | system | records
main       | a    | 70        | F   | Y210             | icd10  | 12
main       | a    | 70        | F   | X70              | icd10  | 88
main       | b    | 70        | F   | Y210             | icd10  | 10
main       | b    | 70        | F   | X70              | icd10  | 90
"""
fires = ""
*/
select
    collection,
    area,
    facility_id,
    hash(age_years // 10, sex) as stratum,
    coalesce(sum(records) filter (left(underlying_cause, 3) between 'Y10' and 'Y34'), 0) as observed,
    sum(records) as records
from checked.death
where underlying_cause between 'V01' and 'Y89Z' and system = 'icd10'
group by all
