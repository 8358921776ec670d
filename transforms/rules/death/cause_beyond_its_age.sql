/*
id = "cause_beyond_its_age"
title = "Cause of death of early life at a later age"
family = "death"
severity = "informs"
severity_because = "What began at birth may kill later, and rarely does; sudden infant death cannot."
grain = "death"
systems = ["icd10", "icd10cm"]
lists = ["greatest_age_of_cause"]
applies_to = "underlying_cause is not null and age_years is not null"
message = "The person was older than those who die of this cause."
why = """
Neonatal causes in adults are mostly errors of the age or of the cause, and swell a group that is compared by live births. WHO \
allows them at any age, so a single one is a question."""
source = "WHO ICD-10 chapter XVI (conditions that began in the perinatal period, even though death occurs later); NCHS list of 130 causes of infant death (R95)"
fix = "Compare age and date of birth; then look whether a later cause was meant."

[[effect]]
kind = "demographic"
fields = ["age_years"]

[[effect]]
kind = "recode"
place = "underlying"
targets = ["any"]

[[example]]
title = "Sudden infant death at thirty and birth asphyxia at forty fire"
given.listed_death = """
death_id | underlying_cause | system | list                  | value | age_years
d1       | R95              | icd10  | greatest_age_of_cause | 0     | 30
d2       | P219             | icd10  | greatest_age_of_cause | 4     | 40
"""
fires = """
death_id | code
d1       | R95
d2       | P219
"""

[[example]]
title = "In infancy it does not"
given.listed_death = """
death_id | underlying_cause | system | list                  | value | age_years
d1       | R95              | icd10  | greatest_age_of_cause | 0     | 0
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
where list = 'greatest_age_of_cause' and age_years > cast(value as integer)
