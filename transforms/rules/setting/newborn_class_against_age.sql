/*
id = "newborn_class_against_age"
title = "Newborn record of a patient who is no newborn"
family = "setting"
severity = "warns"
severity_because = "Class or age is wrong, and newborns are counted apart from discharges; one record moves a figure little."
grain = "encounter"
applies_to = "encounter_class = 'newborn'"
message = "The record is classed as a newborn's, and the patient is older than {limited_to} days."
why = """
Newborns are kept out of discharges and of mean length of stay, so an adult among them is a discharge that is \
missing. The mother's stay under the class of her child looks like this."""
source = "WHO ICD-10 volume 2, 5.7 (neonatal period: 28 completed days); NUBC UB-04, type of admission 4"
fix = "Mend the class, or the age by the registration."

[parameters.most_days]
default = 28
about = "The greatest age in completed days of a newborn"

[[effect]]
kind = "demographic"
fields = ["age_years", "age_years_max", "age_days"]

[[effect]]
kind = "add"
of = "discharge"
least = 0
greatest = 1

[[example]]
title = "Thirty years, and two months, fire"
given.plain_encounter = """
encounter_id | encounter_class | age_years | age_years_max | age_days
e1           | newborn         | 30        | 30            |
e2           | newborn         | 0         | 0             | 60
"""
fires = """
encounter_id
e1
e2
"""

[[example]]
title = "A newborn, an infant of unknown days, and an unknown age do not"
given.plain_encounter = """
encounter_id | encounter_class | age_years | age_years_max | age_days
e1           | newborn         | 0         | 0             | 28
e2           | newborn         | 0         | 0             |
e3           | newborn         |           |               |
e4           | inpatient       | 30        | 30            |
"""
fires = ""
*/
select encounter_id, age_years, age_days, $most_days as limited_to
from checked.plain_encounter
where encounter_class = 'newborn' and (age_days > $most_days or (age_years >= 1 and age_years_max >= 1))
