/*
id = "discharge_home_share"
title = "Another share discharged home than peers or earlier months"
family = "practice"
severity = "informs"
severity_because = "Hospitals differ in where they send patients; a large step is mostly a mapping."
grain = "group"
message = "Another share of those who left alive went home than for like patients elsewhere or before."
why = """
Transfers taken for discharges home count one stay as two and lose deaths elsewhere. Readmission and mortality within thirty \
days rest on this field."""
source = "HCUP quality edits of DISPUNIFORM; CMS hospital-wide readmission measure (transfers)"
fix = "Compare the local codes of the discharge disposition with what they are mapped to."

[comparison]
against = ["peers", "history"]
distribution = "binomial"
direction = "either"
levels = ["facility"]

[parameters.q]
default = 0.05
about = "Share of false discoveries among the groups found"

[parameters.least_records]
default = 50
about = "Records that a group needs to be judged"

[parameters.least_difference]
default = 0.15
about = "Difference of shares that is worth saying"

[parameters.least_periods]
default = 6
about = "Earlier months that a group needs to be held against its own history"

[[effect]]
kind = "none"

[[example]]
title = "A hospital that sends few home fires, and so does its opposite"
given.coding = """
collection | facility_id | encounter_class | discharge_disposition | records | stratum
main       | h1          | inpatient       | home                  | 40      | 1
main       | h1          | inpatient       | transferred           | 60      | 1
main       | h2          | inpatient       | home                  | 90      | 1
main       | h2          | inpatient       | transferred           | 10      | 1
"""
fires = """
level    | reference | facility_id | observed | expected | records
facility | peers     | h1          | 0.4      | 0.9      | 100
facility | peers     | h2          | 0.9      | 0.4      | 100
"""

[[example]]
title = "Deaths, and patients still there, are no part of the share"
given.coding = """
collection | facility_id | encounter_class | discharge_disposition | records | stratum
main       | h1          | inpatient       | home                  | 90      | 1
main       | h1          | inpatient       | transferred           | 10      | 1
main       | h1          | inpatient       | died                  | 90      | 1
main       | h2          | inpatient       | home                  | 90      | 1
main       | h2          | inpatient       | transferred           | 10      | 1
main       | h2          | inpatient       | still_patient         | 90      | 1
"""
fires = ""
*/
select
    collection,
    facility_id,
    month_start as period_start,
    month_end as period_end,
    stratum,
    coalesce(sum(records) filter (discharge_disposition = 'home'), 0) as observed,
    sum(records) as records
from checked.coding
where encounter_class = 'inpatient' and discharge_disposition not in ('died', 'still_patient')
group by all
