/*
id = "registered_before_death"
title = "Death was registered before it happened"
family = "time"
severity = "warns"
severity_because = "One of the two dates is wrong; one record moves a figure little."
grain = "death"
applies_to = "registration_date is not null and date_precision = 'day'"
message = "The day of registration lies before the day of death."
why = """
Deaths are counted in the period in which they happened, so a wrong date of death moves one into another month or \
year. The delay of registration, from which recent months are completed, is wrong too."""
source = "WHO, Analysing mortality level and cause-of-death data (ANACONDA), data check; Kahn 2016, plausibility: temporal"
fix = "Compare both dates with the certificate."

[[effect]]
kind = "dates"
fields = ["death_date"]

[[example]]
title = "A registration the day before fires"
given.death = """
death_id | death_date | registration_date | date_precision
d1       | 2023-05-10 | 2023-05-09        | day
"""
fires = """
death_id
d1
"""

[[example]]
title = "A registration on the day, none, and a death known to the month do not"
given.death = """
death_id | death_date | registration_date | date_precision
d1       | 2023-05-10 | 2023-05-10        | day
d2       | 2023-05-10 |                   | day
d3       | 2023-05-01 | 2023-04-28        | month
"""
fires = ""
*/
select death_id, death_date, registration_date
from checked.death
where registration_date < death_date and date_precision = 'day'
