/*
id = "symptom_principal_share"
title = "Symptoms as principal diagnosis more often than peers or earlier months"
family = "practice"
severity = "informs"
severity_because = "A symptom is right where no diagnosis was made; only the share can be too high."
grain = "group"
message = "A larger share of principal diagnoses is a symptom than for patients of like age and care."
why = """
A stay coded to a symptom is missing from the disease behind it, and risk models expect few deaths of it. A high share \
often means that the first episode was coded and not the whole stay."""
source = "NHS England SHMI contextual indicators: share of spells with a symptom or sign (R) as primary diagnosis; ICD-10-CM Official Guidelines, section II.A"
fix = "Code the established diagnosis where the record has one by discharge."

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
title = "A coder with six times the others' symptoms fires"
given.coding = """
collection | facility_id | coder_id | encounter_class | principal_system | principal_chapter | diagnoses | records | patient_stratum
main       | h1          | c1       | inpatient       | icd10cm          | 18                | 5         | 60      | 1
main       | h1          | c1       | inpatient       | icd10cm          | 09                | 5         | 40      | 1
main       | h1          | c2       | inpatient       | icd10cm          | 18                | 5         | 10      | 1
main       | h1          | c2       | inpatient       | icd10cm          | 09                | 5         | 90      | 1
"""
fires = """
level | reference | coder_id | observed | expected | records
coder | peers     | c1       | 0.6      | 0.1      | 100
"""

[[example]]
title = "A share that chance explains does not"
given.coding = """
collection | facility_id | coder_id | encounter_class | principal_system | principal_chapter | diagnoses | records | patient_stratum
main       | h1          | c1       | inpatient       | icd10cm          | 18                | 5         | 12      | 1
main       | h1          | c1       | inpatient       | icd10cm          | 09                | 5         | 88      | 1
main       | h1          | c2       | inpatient       | icd10cm          | 18                | 5         | 10      | 1
main       | h1          | c2       | inpatient       | icd10cm          | 09                | 5         | 90      | 1
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
    coalesce(sum(records) filter (principal_chapter in ('18', 'XVIII') or (principal_system = 'icd9cm' and principal_chapter = '16')), 0) as observed,
    sum(records) as records
from checked.coding
where encounter_class in ('inpatient', 'newborn', 'long_term') and principal_chapter is not null
group by all
