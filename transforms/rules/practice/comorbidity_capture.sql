/*
id = "comorbidity_capture"
title = "Another number of comorbidities than peers or earlier months"
family = "practice"
severity = "informs"
severity_because = "Patients differ in ways that no adjustment sees; it is a question to the group, and no error."
grain = "group"
message = "The group codes another mean number of Elixhauser's conditions than what it is compared with, for like patients."
why = """
Risk adjustment takes these conditions for the patients' frailty. A group that codes them seldom has too few expected \
deaths and readmissions, and looks worse than it is."""
source = "Quan et al., Med Care 2005;43:1130-9 (31 conditions); NHS England SHMI contextual indicators: mean comorbidity"
fix = "Recode a sample beside a peer's; look at chronic conditions on earlier stays of the same patients."

[comparison]
against = ["peers", "history"]
distribution = "normal"
direction = "either"
levels = ["facility", "coder"]

[parameters.q]
default = 0.05
about = "Share of false discoveries among the groups found"

[parameters.least_records]
default = 30
about = "Records that a group needs to be judged"

[parameters.least_ratio]
default = 1.3
about = "How many times what is expected, or what part of it, is worth saying"

[parameters.least_periods]
default = 6
about = "Earlier months that a group needs to be held against its own history"

[[effect]]
kind = "none"

[[example]]
title = "A coder with a third of the other's comorbidities fires, and so does the other"
given.coding = """
collection | facility_id | coder_id | encounter_class | comorbidities | diagnoses | records | stratum
main       | h1          | c1       | inpatient       | 0             | 3         | 50      | 1
main       | h1          | c1       | inpatient       | 2             | 5         | 50      | 1
main       | h1          | c2       | inpatient       | 2             | 5         | 50      | 1
main       | h1          | c2       | inpatient       | 4             | 7         | 50      | 1
"""
fires = """
level | reference | coder_id | observed | expected
coder | peers     | c1       | 1        | 3
coder | peers     | c2       | 3        | 1
"""

[[example]]
title = "The same for both does not"
given.coding = """
collection | facility_id | coder_id | encounter_class | comorbidities | diagnoses | records | stratum
main       | h1          | c1       | inpatient       | 0             | 3         | 50      | 1
main       | h1          | c1       | inpatient       | 2             | 5         | 50      | 1
main       | h1          | c2       | inpatient       | 0             | 3         | 45      | 1
main       | h1          | c2       | inpatient       | 2             | 5         | 55      | 1
"""
fires = ""
*/
select
    collection,
    facility_id,
    coder_id,
    month_start as period_start,
    month_end as period_end,
    stratum,
    sum(comorbidities * records) as observed,
    sum(comorbidities * comorbidities * records) as squares,
    sum(records) as records
from checked.coding
where encounter_class = 'inpatient' and diagnoses > 0
group by all
