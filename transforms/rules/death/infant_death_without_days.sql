/*
id = "infant_death_without_days"
title = "Infant's age at death is not known in days"
family = "death"
severity = "informs"
severity_because = "The death counts as an infant's all the same; only neonatal rates lose it."
grain = "death"
applies_to = "age_years_max = 0 and date_precision = 'day'"
message = "The person died in the first year, and the age in days is not known."
why = """
Neonatal and early neonatal mortality are told from later infant deaths by days. Such a death is in none of them, so they are \
too low."""
source = "WHO ICD-10 volume 2 (2016), 5.7 (age of infants in completed days)"
fix = "Take the age from the dates of birth and death."

[[effect]]
kind = "demographic"
fields = ["age_days"]

[[example]]
title = "An age of 0 years without days fires"
given.death = """
death_id | age_years | age_years_max | age_days | date_precision
d1       | 0         | 0             |          | day
"""
fires = """
death_id
d1
"""

[[example]]
title = "With days, or in counts by year, it does not"
given.death = """
death_id | age_years | age_years_max | age_days | date_precision
d1       | 0         | 0             | 3        | day
d2       | 1         | 1             |          | day
d3       | 0         | 0             |          | year
"""
fires = ""
*/
select
    death_id,
    age_years
from checked.death
where age_years = 0 and age_years_max = 0 and age_days is null and date_precision = 'day'
