/*
id = "code_comes_or_goes"
title = "A principal diagnosis appears or disappears"
family = "practice"
severity = "informs"
severity_because = "New diseases, new codes and new coders all look like this; it says where to look."
grain = "group"
message = "The code is far more or far less frequent in the last months than in the year before."
why = """
A code that appears at once is a change of the classification, of an encoder or of a habit. Read as disease, it is an \
epidemic that nobody had."""
source = "Przyborowski and Wilenski, Biometrika 1940;31:313-23 (test); CMS yearly code changes"
fix = "Compare with the dates of the classification's and the encoder's releases; see which code it took the place of."

[comparison]
against = ["history"]
distribution = "poisson"
direction = "either"
levels = ["facility"]

[parameters.q]
default = 0.05
about = "Share of false discoveries among the groups found"

[parameters.least_records]
default = 30
about = "Records that a group needs to be judged"

[parameters.least_ratio]
default = 3.0
about = "How many times what is expected, or what part of it, is worth saying"

[parameters.recent_months]
default = 3
about = "Last months that are compared"

[parameters.earlier_months]
default = 12
about = "Months before them"

[parameters.least_cases]
default = 10
about = "Cases in both together that a code needs to be judged"

[[effect]]
kind = "none"

[[example]]
title = "A code with no case in a year and twenty in the last months fires, with the one it replaces"
given.coding = """
collection | facility_id | month_start | month_end  | principal_system | principal_code | records
main       | h1          | 2023-01-01  | 2023-01-31 | icd10cm          | I270           | 80
main       | h1          | 2023-06-01  | 2023-06-30 | icd10cm          | I10            | 400
main       | h1          | 2023-12-01  | 2023-12-31 | icd10cm          | I2720          | 20
main       | h1          | 2023-12-01  | 2023-12-31 | icd10cm          | I10            | 100
"""
fires = """
facility_id | code  | period_start | observed | expected
h1          | I270  | 2023-10-01   | 0        | 20
h1          | I2720 | 2023-10-01   | 20       | 0
"""

[[example]]
title = "A code that keeps its share of a growing number does not"
given.coding = """
collection | facility_id | month_start | month_end  | principal_system | principal_code | records
main       | h1          | 2023-01-01  | 2023-01-31 | icd10cm          | I270           | 80
main       | h1          | 2023-01-01  | 2023-01-31 | icd10cm          | I10            | 400
main       | h1          | 2023-12-01  | 2023-12-31 | icd10cm          | I270           | 60
main       | h1          | 2023-12-01  | 2023-12-31 | icd10cm          | I10            | 300
"""
fires = ""
*/
with counted as (
    select
        collection,
        facility_id,
        month_start,
        principal_code as code,
        sum(records) as cases
    from checked.coding
    where principal_code is not null and month_start is not null
    group by all
),
recent as (
    select
        collection,
        cast(max(month_start) as date) as last_month,
        cast(max(month_start) - to_months($recent_months - 1) as date) as first_month,
        cast(max(month_start) - to_months($recent_months + $earlier_months - 1) as date) as earliest_month
    from counted
    group by collection
),
part as (
    select counted.*, counted.month_start >= recent.first_month as is_recent
    from counted
    inner join recent using (collection)
    where counted.month_start >= recent.earliest_month
),
by_code as (
    select
        collection,
        facility_id,
        code,
        coalesce(sum(cases) filter (is_recent), 0) as recent_cases,
        coalesce(sum(cases) filter (not is_recent), 0) as earlier_cases
    from part
    group by collection, facility_id, code
    having sum(cases) >= $least_cases
),
exposure as (
    select
        collection,
        facility_id,
        coalesce(sum(cases) filter (is_recent), 0) as recent_records,
        coalesce(sum(cases) filter (not is_recent), 0) as earlier_records
    from part
    group by collection, facility_id
)
select
    by_code.collection,
    by_code.facility_id,
    by_code.code,
    unnest([recent.earliest_month, recent.first_month]) as period_start,
    unnest([recent.first_month - 1, last_day(recent.last_month)]) as period_end,
    unnest([earlier_cases, recent_cases]) as observed,
    unnest([earlier_records, recent_records]) as records
from by_code
inner join exposure using (collection, facility_id)
inner join recent using (collection)
