/*
id = "unlikely_age"
title = "Age is hardly possible"
family = "time"
severity = "warns"
severity_because = "Such an age is mostly a slip of a century or a code for unknown; one record moves a figure little, save at the oldest ages."
grain = "record"
message = "The age of the record is higher than almost anyone has reached."
why = """
Rates of the oldest age group rest on few persons, so a handful of impossible ages moves them. A code for an \
unknown age that is read as an age also fills that group."""
source = "HCUP data quality edit EAGE03 (ages over 124); Medicare Code Editor v43.1, section 14; the longest documented life is 122 years"
fix = "Look up the date of birth; if many records have the same age, it is a code for unknown: add it to the profile."

[parameters.least_years]
default = 110
about = "The least age that is hardly possible, in completed years"

[[effect]]
kind = "demographic"
fields = ["age_years", "age_years_max", "age_days"]

[[example]]
title = "A hundred and twelve, alive or dead, fires"
given.plain_encounter = """
encounter_id | age_years | age_years_max
e1           | 112       | 112
"""
given.death = """
death_id | age_years | age_years_max
d1       | 120       | 120
"""
fires = """
record_id
e1
d1
"""

[[example]]
title = "A hundred and nine, an open-ended age group and an unknown age do not"
given.plain_encounter = """
encounter_id | age_years | age_years_max
e1           | 109       | 109
e2           | 110       |
e3           |           |
"""
fires = ""
*/
select 'encounter' as record_kind, encounter_id as record_id, age_years
from checked.plain_encounter
where age_years >= $least_years and coalesce(age_years_max, age_years) >= $least_years and age_years = age_years_max
union all
select 'death' as record_kind, death_id as record_id, age_years
from checked.death
where age_years >= $least_years and age_years = age_years_max
