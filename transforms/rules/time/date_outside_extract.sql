/*
id = "date_outside_extract"
title = "Date lies outside the days that the extract covers"
family = "time"
severity = "warns"
severity_because = "A wrong date puts the record into a period of which the extract tells nothing else; one record moves a figure little."
grain = "encounter"
applies_to = "date_precision <> 'shifted' and (discharge_date is not null or admission_date is not null)"
message = "The record is of a day that the extract does not cover ({problem})."
why = """
A record of a period that the extract does not cover makes a period with next to no records, whose figures mean \
nothing. It is missing from the period in which it belongs."""
source = "OHDSI Data Quality Dashboard, plausibleValueHigh of dates; Tuva, logical tests admission_date and discharge_date out of reasonable range"
fix = "Compare the date with the record; if a whole period is there, say so in `covers` of the source."

[parameters.least_share]
default = 0.0005
about = "Share of a source's records below which a year has hardly any; read where the days are not declared"

[parameters.least_records]
default = 2000
about = "Records a source must have for that"

[[effect]]
kind = "dates"
fields = ["admission_date", "discharge_date"]

[[effect]]
kind = "drop"

[[example]]
title = "A discharge after the days declared fires, and one in a year that has no other"
given.covered_days = """
source | collection | record_kind | first_day  | last_day   | is_declared
a      | main       | encounter   | 2023-01-01 | 2023-12-31 | true
b      | main       | encounter   | 2022-01-01 | 2032-12-31 | false
"""
given.plain_encounter = """
encounter_id | source | collection | discharge_date | date_precision | records
e1           | a      | main       | 2024-01-02     | day            | 1
e2           | b      | main       | 2023-05-01     | day            | 9999
e3           | b      | main       | 2032-05-01     | day            | 1
"""
fires = """
encounter_id | message
e1           | The record is of a day that the extract does not cover (before or after the days declared).
e3           | The record is of a day that the extract does not cover (a year that has hardly any other record).
"""

[[example]]
title = "The last day declared, a small extract, an admission of the year before, and shifted dates do not"
given.covered_days = """
source | collection | record_kind | first_day  | last_day   | is_declared
a      | main       | encounter   | 2023-01-01 | 2023-12-31 | true
"""
given.plain_encounter = """
encounter_id | source | collection | admission_date | discharge_date | date_precision | records
e1           | a      | main       | 2022-12-28     | 2023-01-02     | day            | 1
e2           | a      | main       | 2023-12-01     | 2023-12-31     | day            | 1
e3           | b      | main       |                | 2023-05-01     | day            | 1
e4           | b      | main       |                | 2012-05-01     | day            | 1
e5           | a      | main       |                | 2123-12-31     | shifted        | 1
"""
fires = ""
*/
with of_year as (
    select source, collection, year(coalesce(discharge_date, admission_date)) as in_year, sum(records) as records
    from checked.plain_encounter
    where date_precision <> 'shifted' and coalesce(discharge_date, admission_date) is not null
    group by all
),
stray_year as (
    select source, collection, in_year, sum(records) over (partition by source, collection) as of_records
    from of_year
    qualify
        records < $least_share * sum(records) over (partition by source, collection)
        and sum(records) over (partition by source, collection) >= $least_records
)
select
    encounter.encounter_id,
    coalesce(encounter.discharge_date, encounter.admission_date) as day,
    'before or after the days declared' as problem
from checked.plain_encounter as encounter
inner join checked.covered_days as covered
    on encounter.source = covered.source
    and encounter.collection = covered.collection
where
    covered.record_kind = 'encounter'
    and covered.is_declared
    and encounter.date_precision <> 'shifted'
    and (
        coalesce(encounter.discharge_date, encounter.admission_date) < covered.first_day
        or coalesce(encounter.discharge_date, encounter.admission_date) > covered.last_day
    )
union
select
    encounter.encounter_id,
    coalesce(encounter.discharge_date, encounter.admission_date) as day,
    'a year that has hardly any other record' as problem
from checked.plain_encounter as encounter
inner join stray_year
    on encounter.source = stray_year.source
    and encounter.collection = stray_year.collection
    and year(coalesce(encounter.discharge_date, encounter.admission_date)) = stray_year.in_year
where
    encounter.date_precision <> 'shifted'
    and encounter.source not in (select source from checked.covered_days where is_declared)
