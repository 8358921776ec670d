/*
id = "two_birth_dates"
title = "Person has two dates of birth"
family = "time"
severity = "warns"
severity_because = "One date is wrong or two persons were joined; ages of single records stand as they are given."
grain = "person"
applies_to = "birth_date_earliest is not null"
message = "Sources or records give the person two dates of birth."
why = """
The same person then has two ages, and records of one illness stand in two age groups. Far apart dates show two \
persons under one number, whose histories make false readmissions."""
source = "Tuva, logical test multiple_birth_dates_per_person; Kahn 2016, plausibility: uniqueness"
fix = "Compare with the registration: exchange day and month, correct the year, or separate the persons."

[parameters.tolerance_days]
default = 0
about = "Days by which two dates of birth may differ"

[[effect]]
kind = "demographic"
fields = ["age_years", "age_years_max", "age_days"]

[[effect]]
kind = "person"

[[example]]
title = "Day and month exchanged fire"
given.person = """
patient_id | birth_date_earliest | birth_date_latest
p1         | 1950-03-04          | 1950-04-03
"""
fires = """
patient_id
p1
"""

[[example]]
title = "One date, and a date of which another source knows only the year, do not"
given.person = """
patient_id | birth_date_earliest | birth_date_latest
p1         | 1950-03-04          | 1950-03-04
p2         | 1950-01-01          | 1950-03-04
p3         |                     |
"""
fires = ""
*/
select patient_id, birth_date_earliest, birth_date_latest
from checked.person
where
    birth_date_latest - birth_date_earliest > $tolerance_days
    -- A date of which only the month or the year is known is written as the first day.
    and not (birth_date_earliest in (date_trunc('month', birth_date_latest), date_trunc('year', birth_date_latest)))
