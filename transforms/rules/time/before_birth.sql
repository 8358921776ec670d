/*
id = "before_birth"
title = "Event before the birth"
family = "time"
severity = "warns"
severity_because = "One of the dates is wrong, or the record is another person's; one record moves a figure little."
grain = "record"
message = "The {field} lies before the person's date of birth."
why = """
A record that ends before its person was born has no age, so it drops out of every rate by age. It often is the \
mother's record under the child's number."""
source = "OHDSI Data Quality Dashboard, plausibleAfterBirth; HCUP data quality edits of DOB"
fix = "Compare the dates with the registration, and the number with the mother's."

[parameters.grace_days]
default = 1
about = "Days by which an event may come before the birth: births around midnight"

[[effect]]
kind = "dates"
fields = ["admission_date", "discharge_date"]

[[effect]]
kind = "demographic"
fields = ["age_years", "age_years_max", "age_days"]

[[effect]]
kind = "person"

[[example]]
title = "A visit and a death before the birth fire"
given.person = """
patient_id | collection | birth_date
p1         | main       | 2023-05-10
"""
given.plain_encounter = """
encounter_id | collection | patient_id | admission_date | discharge_date | date_precision
e1           | main       | p1         | 2023-05-01     | 2023-05-03     | day
"""
given.death = """
death_id | collection | patient_id | death_date | date_precision
d1       | main       | p1         | 2022-05-10 | day
"""
fires = """
record_id | message
e1        | The day of discharge lies before the person's date of birth.
d1        | The day of death lies before the person's date of birth.
"""

[[example]]
title = "A birth on the day, one around midnight, a day known to the year, and an admission before the birth that ends after it do not"
given.person = """
patient_id | collection | birth_date
p1         | main       | 2023-05-10
"""
given.plain_encounter = """
encounter_id | collection | patient_id | admission_date | discharge_date | date_precision
e1           | main       | p1         | 2023-05-10     | 2023-05-12     | day
e2           | main       | p1         | 2023-05-09     | 2023-05-09     | day
e3           | main       | p1         | 2023-01-01     | 2023-01-01     | year
e4           | main       | p1         | 2023-05-08     | 2023-05-12     | day
"""
fires = ""
*/
select
    'encounter' as record_kind,
    encounter.encounter_id as record_id,
    person.birth_date,
    encounter.discharge_date as day,
    'day of discharge' as field
from checked.person as person
inner join checked.plain_encounter as encounter
    on person.patient_id = encounter.patient_id
    and person.collection = encounter.collection
    and coalesce(encounter.discharge_date, encounter.admission_date) < person.birth_date - $grace_days
where encounter.date_precision in ('day', 'shifted')
union all
select
    'death' as record_kind,
    death.death_id as record_id,
    person.birth_date,
    death.death_date as day,
    'day of death' as field
from checked.person as person
inner join checked.death as death
    on person.patient_id = death.patient_id
    and person.collection = death.collection
    and death.death_date < person.birth_date - $grace_days
where death.date_precision in ('day', 'shifted')
