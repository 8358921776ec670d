/*
id = "late_registration"
title = "Death registered very late"
family = "death"
severity = "informs"
severity_because = "Inquests and finds take their time; many late ones mean that recent years are not complete."
grain = "death"
applies_to = "registration_date is not null and death_date is not null and date_precision = 'day'"
message = "The death was registered more than a year after it happened."
why = """
Late deaths are missing when the year is first published, and change it afterwards. They are injuries more often than others."""
source = "ONS, impact of registration delays on mortality statistics (recalled); UN Principles and Recommendations for a Vital Statistics System (delayed registration: after one year)"
fix = "Compare the year of death; publish with the date of extraction."

[parameters.most_days]
default = 365
about = "Days after which a registration is late"

[[effect]]
kind = "dates"
fields = ["death_date"]

[[example]]
title = "Two years later fires"
given.death = """
death_id | death_date | registration_date | date_precision
d1       | 2021-06-01 | 2023-06-01        | day
"""
fires = """
death_id
d1
"""

[[example]]
title = "A week later does not"
given.death = """
death_id | death_date | registration_date | date_precision
d1       | 2023-06-01 | 2023-06-08        | day
"""
fires = ""
*/
select
    death_id,
    death_date,
    registration_date
from checked.death
where registration_date > death_date + $most_days and date_precision = 'day'
