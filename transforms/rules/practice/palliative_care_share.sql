/*
id = "palliative_care_share"
title = "Palliative care coded more or less often than by peers or before"
family = "practice"
severity = "informs"
severity_because = "Services differ; it is a reason to look before mortality is compared."
grain = "group"
message = "Another share of stays carries the code of palliative care than for like patients elsewhere or before."
why = """
Where models expect the deaths of palliative patients, coding them more often lowers the adjusted mortality without any death \
less. A change in the habit looks like a change in care."""
source = "NHS England SHMI contextual indicators: palliative care coding (Z51.5)"
fix = "Compare with the list of patients whom the palliative care team saw."

[comparison]
against = ["peers", "history"]
distribution = "binomial"
direction = "either"
levels = ["facility"]

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
title = "Two hospitals far apart fire both"
given.coding = """
collection | facility_id | coder_id | encounter_class | principal_system | is_palliative | diagnoses | records | stratum
main       | h1          |          | inpatient       | icd10            | true          | 5         | 60      | 1
main       | h1          |          | inpatient       | icd10            | false         | 5         | 40      | 1
main       | h2          |          | inpatient       | icd10            | true          | 5         | 10      | 1
main       | h2          |          | inpatient       | icd10            | false         | 5         | 90      | 1
"""
fires = """
level    | reference | facility_id | observed | expected | records
facility | peers     | h1          | 0.6      | 0.1      | 100
facility | peers     | h2          | 0.1      | 0.6      | 100
"""

[[example]]
title = "A difference that chance explains does not"
given.coding = """
collection | facility_id | coder_id | encounter_class | principal_system | is_palliative | diagnoses | records | stratum
main       | h1          |          | inpatient       | icd10            | true          | 5         | 12      | 1
main       | h1          |          | inpatient       | icd10            | false         | 5         | 88      | 1
main       | h2          |          | inpatient       | icd10            | true          | 5         | 10      | 1
main       | h2          |          | inpatient       | icd10            | false         | 5         | 90      | 1
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
    coalesce(sum(records) filter (is_palliative), 0) as observed,
    sum(records) as records
from checked.coding
where encounter_class in ('inpatient', 'newborn', 'long_term') and principal_system in ('icd10cm', 'icd10')
group by all
