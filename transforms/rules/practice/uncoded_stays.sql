/*
id = "uncoded_stays"
title = "Stays without a principal diagnosis more often than in earlier months"
family = "practice"
severity = "warns"
severity_because = "The stays are there and wait for a coder; figures by cause for the month are too low until then."
grain = "group"
message = "A larger share of the month's stays has no principal diagnosis yet than in earlier months."
why = """
The last months are read first, and they are the least coded. Every cause then seems to fall."""
source = "NHS SUS, flex and freeze dates of coding; NCHS provisional counts, percent completeness (recalled)"
fix = "Read the month as provisional; ask when its coding will be complete."

[comparison]
against = ["history"]
distribution = "binomial"
direction = "above"
levels = ["facility"]

[parameters.q]
default = 0.05
about = "Share of false discoveries among the groups found"

[parameters.least_records]
default = 30
about = "Records that a group needs to be judged"

[parameters.least_difference]
default = 0.05
about = "Difference of shares that is worth saying"

[parameters.least_periods]
default = 3
about = "Earlier months that a group needs to be held against its own history"

[[effect]]
kind = "none"

[[example]]
title = "A month with a third of its stays uncoded fires"
parameters = { least_periods = 1 }
given.coding = """
collection | facility_id | encounter_class | month_start | month_end  | discharge_date | principal_code | records | patient_stratum
main       | h1          | inpatient       | 2023-01-01  | 2023-01-31 | 2023-01-15     | I214           | 90      | 1
main       | h1          | inpatient       | 2023-02-01  | 2023-02-28 | 2023-02-15     | I214           | 60      | 1
main       | h1          | inpatient       | 2023-02-01  | 2023-02-28 | 2023-02-15     |                | 30      | 1
"""
fires = """
level    | facility_id | period_start | observed | expected | records
facility | h1          | 2023-02-01   | 0.333    | 0        | 90
"""

[[example]]
title = "Patients still there have no principal diagnosis yet, and do not"
parameters = { least_periods = 1 }
given.coding = """
collection | facility_id | encounter_class | month_start | month_end  | discharge_date | principal_code | records | patient_stratum
main       | h1          | inpatient       | 2023-01-01  | 2023-01-31 | 2023-01-15     | I214           | 90      | 1
main       | h1          | inpatient       | 2023-02-01  | 2023-02-28 | 2023-02-15     | I214           | 60      | 1
main       | h1          | inpatient       | 2023-02-01  | 2023-02-28 |                |                | 30      | 1
"""
fires = ""
*/
select
    collection,
    facility_id,
    month_start as period_start,
    month_end as period_end,
    patient_stratum as stratum,
    coalesce(sum(records) filter (principal_code is null), 0) as observed,
    sum(records) as records
from checked.coding
where
    encounter_class in ('inpatient', 'newborn', 'long_term')
    and discharge_date is not null
    and month_start is not null
group by all
