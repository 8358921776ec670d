/*
id = "unspecified_principal_share"
title = "Unspecified principal diagnoses more often than peers or earlier months"
family = "practice"
severity = "informs"
severity_because = "Some records say no more than that; the share shows where they could."
grain = "group"
message = "A larger share of principal diagnoses is unspecified than for like patients elsewhere or before."
why = """
An unspecified code falls into a residual group, so the specific ones are too low wherever this is the habit. Differences \
between hospitals are then of coders and not of disease."""
source = "NHS England SHMI contextual indicators; ICD-10-CM Official Guidelines, section I.B.18 (unspecified codes)"
fix = "Query the clinician for site, side, type or organism; check the defaults of the encoder."

[comparison]
against = ["peers", "history"]
distribution = "binomial"
direction = "above"
levels = ["facility", "department", "coder"]

[parameters.q]
default = 0.05
about = "Share of false discoveries among the groups found"

[parameters.least_records]
default = 30
about = "Records that a group needs to be judged"

[parameters.least_ratio]
default = 1.5
about = "How many times what is expected, or what part of it, is worth saying"

[parameters.least_periods]
default = 6
about = "Earlier months that a group needs to be held against its own history"

[[effect]]
kind = "none"

[[example]]
title = "A coder with six times the others' unspecified diagnoses fires"
given.coding = """
collection | facility_id | coder_id | encounter_class | principal_code | principal_is_unspecified | diagnoses | records | stratum
main       | h1          | c1       | inpatient       | I10            | true                     | 5         | 60      | 1
main       | h1          | c1       | inpatient       | I10            | false                    | 5         | 40      | 1
main       | h1          | c2       | inpatient       | I10            | true                     | 5         | 10      | 1
main       | h1          | c2       | inpatient       | I10            | false                    | 5         | 90      | 1
"""
fires = """
level | reference | coder_id | observed | expected | records
coder | peers     | c1       | 0.6      | 0.1      | 100
"""

[[example]]
title = "A share that chance explains does not"
given.coding = """
collection | facility_id | coder_id | encounter_class | principal_code | principal_is_unspecified | diagnoses | records | stratum
main       | h1          | c1       | inpatient       | I10            | true                     | 5         | 12      | 1
main       | h1          | c1       | inpatient       | I10            | false                    | 5         | 88      | 1
main       | h1          | c2       | inpatient       | I10            | true                     | 5         | 10      | 1
main       | h1          | c2       | inpatient       | I10            | false                    | 5         | 90      | 1
"""
fires = ""
*/
select
    collection,
    facility_id,
    department,
    coder_id,
    month_start as period_start,
    month_end as period_end,
    stratum,
    coalesce(sum(records) filter (principal_is_unspecified), 0) as observed,
    sum(records) as records
from checked.coding
where encounter_class in ('inpatient', 'newborn', 'long_term') and principal_code is not null
group by all
