/*
id = "age_days_against_years"
title = "Age in days contradicts age in years"
family = "time"
severity = "warns"
severity_because = "One of the two is wrong, and tables of infants rest on the days; one record moves a figure little."
grain = "encounter"
applies_to = "age_years is not null and age_days is not null"
message = "The age in days does not fit the age in years."
why = """
Infants are counted by days of age and all others by years, so a record whose two ages differ stands in two age \
groups at once. Neonatal mortality is small enough for a few of them to show."""
source = "HCUP data quality edits of AGEDAY and AGE (AGEDAY is given below one year of age only)"
fix = "Compare with the date of birth; if many differ, the profile reads the unit of age wrongly."

[parameters.least_days_of_a_year]
default = 360
about = "Days below which an age is less than a year, counted by months of 30 days"

[[effect]]
kind = "demographic"
fields = ["age_years", "age_years_max", "age_days"]

[[example]]
title = "Three days and three years, and four hundred days within the first year, fire"
given.plain_encounter = """
encounter_id | age_years | age_years_max | age_days
e1           | 3         | 3             | 3
e2           | 0         | 0             | 400
"""
fires = """
encounter_id
e1
e2
"""

[[example]]
title = "A newborn, a child with days that are not known, and a first birthday counted in days do not"
given.plain_encounter = """
encounter_id | age_years | age_years_max | age_days
e1           | 0         | 0             | 27
e2           | 3         | 3             |
e3           | 1         | 1             | 365
e4           | 1         | 1             | 360
"""
fires = ""
*/
select encounter_id, age_years, age_days
from checked.plain_encounter
where (age_years >= 1 and age_days < $least_days_of_a_year) or (age_years_max = 0 and age_days > 366)
