/*
id = "cause_below_its_age"
title = "Cause of death at an age at which it does not occur"
family = "death"
severity = "warns"
severity_because = "Age or cause is wrong; both move the figures of the young, where every death counts."
grain = "death"
systems = ["icd10", "icd10cm"]
lists = ["least_age_of_cause"]
applies_to = "underlying_cause is not null and age_years_max is not null"
message = "The person was younger than anyone is of whom this cause is known."
why = """
Deaths of children are few, so one suicide of an infant or one infant with Alzheimer's disease makes a rate. The error is mostly \
in the unit or the century of the age."""
source = "NCHS list of 39 selected causes (age limits of suicide, 5, and of maternal causes, 10); the other ages are our own plausibility limits"
fix = "Compare age and date of birth first, then the cause."

[[effect]]
kind = "demographic"
fields = ["age_years"]

[[effect]]
kind = "recode"
place = "underlying"
targets = ["age", "chapter"]

[[example]]
title = "An infant's suicide and a child's death in childbirth fire"
given.listed_death = """
death_id | underlying_cause | system | list               | value | age_years | age_years_max
d1       | X70              | icd10  | least_age_of_cause | 5     | 0         | 0
d2       | O95              | icd10  | least_age_of_cause | 10    | 8         | 8
"""
fires = """
death_id | code
d1       | X70
d2       | O95
"""

[[example]]
title = "At the limit, and in an open range of ages, it does not"
given.listed_death = """
death_id | underlying_cause | system | list               | value | age_years | age_years_max
d1       | X70              | icd10  | least_age_of_cause | 5     | 5         | 5
d2       | X70              | icd10  | least_age_of_cause | 5     | 1         | 9
d3       | X70              | icd10  | least_age_of_cause | 5     |           |
"""
fires = ""
*/
select
    death_id,
    underlying_cause as code,
    system,
    age_years,
    age_years_max
from checked.listed_death
where list = 'least_age_of_cause' and age_years_max < cast(value as integer)
