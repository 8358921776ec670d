/*
id = "invalid_principal_share"
title = "Invalid principal diagnoses more often than peers or earlier months"
family = "practice"
severity = "warns"
severity_because = "Each is an error; where they are many, the encoder or the interface is at fault and not the coder's judgement."
grain = "group"
message = "A larger share of principal diagnoses is no valid code than for patients of like age and care."
why = """
Records without a valid principal diagnosis fall out of every grouping. If they come from one place, so does the gap in its \
figures."""
source = "NHS England SHMI contextual indicators: invalid primary diagnosis; Medicare Code Editor v43.1, section 1"
fix = "Look at the encoder's release and at the interface that sends the codes."

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
default = 2.0
about = "How many times what is expected, or what part of it, is worth saying"

[parameters.least_periods]
default = 6
about = "Earlier months that a group needs to be held against its own history"

[[effect]]
kind = "none"

[[example]]
title = "A coder with six times the others' invalid codes fires"
given.coding = """
collection | facility_id | coder_id | encounter_class | principal_code_status | diagnoses | records | patient_stratum
main       | h1          | c1       | inpatient       | not_found             | 5         | 60      | 1
main       | h1          | c1       | inpatient       | valid                 | 5         | 40      | 1
main       | h1          | c2       | inpatient       | not_found             | 5         | 10      | 1
main       | h1          | c2       | inpatient       | valid                 | 5         | 90      | 1
"""
fires = """
level | reference | coder_id | observed | expected | records
coder | peers     | c1       | 0.6      | 0.1      | 100
"""

[[example]]
title = "A share that chance explains does not"
given.coding = """
collection | facility_id | coder_id | encounter_class | principal_code_status | diagnoses | records | patient_stratum
main       | h1          | c1       | inpatient       | not_found             | 5         | 12      | 1
main       | h1          | c1       | inpatient       | valid                 | 5         | 88      | 1
main       | h1          | c2       | inpatient       | not_found             | 5         | 10      | 1
main       | h1          | c2       | inpatient       | valid                 | 5         | 90      | 1
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
    patient_stratum as stratum,
    coalesce(sum(records) filter (principal_code_status in ('malformed', 'not_found', 'header', 'retired', 'not_yet_valid', 'wrong_system')), 0) as observed,
    sum(records) as records
from checked.coding
where encounter_class in ('inpatient', 'newborn', 'long_term') and principal_code_status <> 'unknown'
group by all
