/*
id = "two_death_dates"
title = "Person has two dates of death"
family = "time"
severity = "warns"
severity_because = "One date is wrong or two persons were joined; deaths are counted once all the same."
grain = "person"
applies_to = "death_date is not null"
message = "Sources or records give the person two dates of death."
why = """
One person dies once, and the earlier date is taken: if it is the wrong one, the death stands in another month and \
at another age. Two dates often show that two persons share a number."""
source = "Tuva, logical tests of eligibility (death dates); Kahn 2016, plausibility: uniqueness"
fix = "Compare both records with the registration; separate the persons if there are two."

[parameters.grace_days]
default = 1
about = "Days by which two dates of death may differ: deaths around midnight, found the next day"

[[effect]]
kind = "dates"
fields = ["death_date"]

[[effect]]
kind = "person"

[[example]]
title = "Dates a month apart fire"
given.person = """
patient_id | death_date | death_date_latest | death_precision
p1         | 2023-05-10 | 2023-06-10        | day
"""
fires = """
patient_id
p1
"""

[[example]]
title = "One date, two on days that follow, and a month against a day of that month do not"
given.person = """
patient_id | death_date | death_date_latest | death_precision
p1         | 2023-05-10 | 2023-05-10        | day
p2         | 2023-05-10 | 2023-05-11        | day
p3         | 2023-05-01 | 2023-05-20        | month
p4         |            |                   |
"""
fires = ""
*/
select patient_id, death_date, death_date_latest, death_precision
from checked.person
where
    death_date_latest - death_date > case when death_precision in ('day', 'shifted') then $grace_days else 366 end
