/*
id = "hospital_death_without_stay"
title = "Death in a hospital that has no stay of it"
family = "death"
severity = "informs"
severity_because = "Deaths in emergency departments and on arrival have no stay; the share says whether extracts are whole."
grain = "death"
applies_to = "patient_id is not null and facility_id is not null and place_of_death = 'hospital' and date_precision = 'day'"
message = "The register puts the death in a hospital whose extracts have no encounter of the person around that day."
why = """
Either the person was linked wrongly or the hospital's extract lacks the stay. In-hospital mortality misses the death either way."""
source = "HCUP DIED edits; Kahn 2016, plausibility: relational; our own rule"
fix = "Look for the stay in the hospital's own system; review the linkage."

[parameters.grace_days]
default = 1
about = "Days by which the dates may differ"

[[effect]]
kind = "person"

[[example]]
title = "A death in a hospital that saw the person a year before fires"
given.death = """
death_id | collection | patient_id | facility_id | place_of_death | death_date | date_precision
d1       | main       | p1         | h1          | hospital       | 2023-06-01 | day
"""
given.plain_encounter = """
encounter_id | collection | patient_id | facility_id | admission_date | discharge_date | date_precision
e1           | main       | p1         | h1          | 2022-06-01     | 2022-06-05     | day
e2           | main       | p9         | h1          | 2023-12-01     | 2023-12-05     | day
"""
fires = """
death_id
d1
"""

[[example]]
title = "A stay that holds the day, an open one, and a hospital without extracts do not"
given.death = """
death_id | collection | patient_id | facility_id | place_of_death | death_date | date_precision
d1       | main       | p1         | h1          | hospital       | 2023-06-01 | day
d2       | main       | p2         | h1          | hospital       | 2023-06-01 | day
d3       | main       | p3         | h9          | hospital       | 2023-06-01 | day
"""
given.plain_encounter = """
encounter_id | collection | patient_id | facility_id | admission_date | discharge_date | date_precision
e1           | main       | p1         | h1          | 2023-05-29     | 2023-06-02     | day
e2           | main       | p2         | h1          | 2023-05-29     |                | day
"""
fires = ""
*/
with dead as (
    select death_id, collection, patient_id, facility_id, death_date
    from checked.death
    where
        patient_id is not null
        and facility_id is not null
        and death_date is not null
        and place_of_death = 'hospital'
        and date_precision = 'day'
),
seen as (
    select encounter.collection, encounter.facility_id, encounter.patient_id, admission_date, discharge_date
    from checked.plain_encounter as encounter
    semi join dead
        on encounter.collection = dead.collection
        and encounter.facility_id = dead.facility_id
        and encounter.patient_id = dead.patient_id
),
reporting as (
    select
        collection,
        facility_id,
        min(admission_date) as first_day,
        max(coalesce(discharge_date, admission_date)) as last_day
    from checked.plain_encounter
    where date_precision = 'day'
    group by all
)
select
    dead.death_id,
    dead.facility_id,
    dead.death_date
from dead
inner join reporting
    on dead.collection = reporting.collection
    and dead.facility_id = reporting.facility_id
    and dead.death_date between reporting.first_day and reporting.last_day
where
    not exists (
        select 1
        from seen
        where
            seen.collection = dead.collection
            and seen.facility_id = dead.facility_id
            and seen.patient_id = dead.patient_id
            and seen.admission_date - $grace_days <= dead.death_date
            and coalesce(seen.discharge_date, date '9999-12-30') + $grace_days >= dead.death_date
    )
