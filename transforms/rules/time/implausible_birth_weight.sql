/*
id = "implausible_birth_weight"
title = "Birth weight is implausible"
family = "time"
severity = "informs"
severity_because = "The weight itself enters few tables; beside an age it shows which of the two is wrong."
grain = "encounter"
applies_to = "birth_weight is not null"
message = "The birth weight is implausible ({problem})."
why = """
Low birth weight and its classes are reported by weight, and kilograms or ounces read as grams fill the lowest \
class. A birth weight in an older patient shows a record with a wrong age or the mother's data."""
source = "HCUP data quality edits of BWT; WHO ICD-10 volume 2, 5.7 (reporting from 500 g); limits by Farr"
fix = "Compare with the birth record; if many differ by a factor, mend the unit in the profile."

[parameters.least_grams]
default = 250
about = "The lightest plausible weight of a birth that is a patient"

[parameters.most_grams]
default = 7000
about = "The heaviest plausible weight"

[parameters.oldest_years]
default = 1
about = "The oldest age, in completed years, at which a birth weight is still recorded"

[[effect]]
kind = "demographic"
fields = ["age_years", "age_years_max", "age_days"]

[[example]]
title = "Three grams, twelve kilograms, and a weight at forty fire"
given.plain_encounter = """
encounter_id | birth_weight | age_years | age_days
e1           | 3            | 0         | 0
e2           | 12000        | 0         | 0
e3           | 3200         | 40        |
"""
fires = """
encounter_id | message
e1           | The birth weight is implausible (too light).
e2           | The birth weight is implausible (too heavy).
e3           | The birth weight is implausible (in a patient who is no infant).
"""

[[example]]
title = "The lightest and the heaviest plausible weights, and an infant's, do not"
given.plain_encounter = """
encounter_id | birth_weight | age_years | age_days
e1           | 250          | 0         | 0
e2           | 7000         | 0         | 0
e3           | 3200         | 1         |
e4           |              | 40        |
"""
fires = ""
*/
select
    encounter_id,
    birth_weight,
    age_years,
    age_days,
    case
        when birth_weight < $least_grams then 'too light'
        when birth_weight > $most_grams then 'too heavy'
        else 'in a patient who is no infant'
    end as problem
from checked.plain_encounter
where birth_weight < $least_grams or birth_weight > $most_grams or (birth_weight > 0 and age_years > $oldest_years)
