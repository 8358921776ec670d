/*
id = "depth_of_coding"
title = "Another number of secondary diagnoses than peers or earlier months"
family = "practice"
severity = "informs"
severity_because = "Patients differ in ways that no adjustment sees; it is a question to the group, and no error."
grain = "group"
message = "The group codes another mean number of secondary diagnoses than what it is compared with, for like patients."
why = """
Comorbidity scores and expected deaths are counted from secondary diagnoses, so a group that codes few looks as if it \
lost healthy patients. A sudden change breaks every trend that is adjusted for them."""
source = "NHS England SHMI contextual indicators: depth of coding (secondary diagnoses a spell); formula recalled"
fix = "Recode a sample of the group's records beside a peer's; agree on what is coded as secondary."

[comparison]
against = ["peers", "history"]
distribution = "normal"
direction = "either"
levels = ["facility", "department", "coder"]

[parameters.q]
default = 0.05
about = "Share of false discoveries among the groups found"

[parameters.least_records]
default = 30
about = "Records that a group needs to be judged"

[parameters.least_ratio]
default = 1.25
about = "How many times what is expected, or what part of it, is worth saying"

[parameters.least_periods]
default = 6
about = "Earlier months that a group needs to be held against its own history"

[[effect]]
kind = "none"

[[example]]
title = "A coder with a third of the other's secondary diagnoses fires, and so does the other"
given.coding = """
collection | facility_id | coder_id | encounter_class | secondary_diagnoses | diagnoses | records | stratum
main       | h1          | c1       | inpatient       | 2                   | 3         | 50      | 1
main       | h1          | c1       | inpatient       | 1                   | 2         | 50      | 1
main       | h1          | c2       | inpatient       | 4                   | 5         | 50      | 1
main       | h1          | c2       | inpatient       | 5                   | 6         | 50      | 1
"""
fires = """
level | reference | coder_id | observed | expected | records
coder | peers     | c1       | 1.5      | 4.5      | 100
coder | peers     | c2       | 4.5      | 1.5      | 100
"""

[[example]]
title = "A hospital whose depth doubles in a month fires for that month"
parameters = { least_periods = 1 }
given.coding = """
collection | facility_id | month_start | month_end  | encounter_class | secondary_diagnoses | diagnoses | records | stratum
main       | h1          | 2023-01-01  | 2023-01-31 | inpatient       | 2                   | 3         | 50      | 1
main       | h1          | 2023-01-01  | 2023-01-31 | inpatient       | 1                   | 2         | 50      | 1
main       | h1          | 2023-02-01  | 2023-02-28 | inpatient       | 4                   | 5         | 50      | 1
main       | h1          | 2023-02-01  | 2023-02-28 | inpatient       | 2                   | 3         | 50      | 1
"""
fires = """
level    | reference | facility_id | period_start | observed | expected
facility | history   | h1          | 2023-02-01   | 3        | 1.5
"""

[[example]]
title = "Fewer diagnoses for other patients, and a small difference, do not"
given.coding = """
collection | facility_id | coder_id | encounter_class | secondary_diagnoses | diagnoses | records | stratum
main       | h1          | c1       | inpatient       | 2                   | 3         | 50      | 1
main       | h1          | c2       | inpatient       | 4                   | 5         | 50      | 2
main       | h1          | c3       | inpatient       | 4                   | 5         | 50      | 3
main       | h1          | c3       | inpatient       | 5                   | 6         | 50      | 3
main       | h1          | c4       | inpatient       | 5                   | 6         | 99      | 3
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
    sum(secondary_diagnoses * records) as observed,
    sum(secondary_diagnoses * secondary_diagnoses * records) as squares,
    sum(records) as records
from checked.coding
where encounter_class in ('inpatient', 'newborn', 'long_term') and diagnoses > 0
group by all
