/*
id = "pregnancy_checkbox_conflict"
title = "Pregnancy recorded for a man or at an implausible age"
family = "death"
severity = "warns"
severity_because = "The checkbox turns any disease into a maternal death; wrong ticks doubled the rates of women over 40 in the United States."
grain = "death"
applies_to = "pregnancy_status is not null"
message = "The record says pregnant or lately pregnant, and sex or age speaks against it ({problem})."
why = """
Maternal deaths are few, and a wrong tick in one of a thousand records of the old makes more of them than there are. NCHS therefore \
looks at the checkbox at ages 10 to 44 alone since 2018."""
source = "NVSR 69(2), 2020: maternal mortality, checkbox used at ages 10 to 44 from data year 2018"
fix = "Ask the certifier whether the person was pregnant; correct the checkbox, the age or the sex."

[parameters.least_age]
default = 10
about = "First age in completed years at which the checkbox is believed"

[parameters.greatest_age]
default = 44
about = "Last such age"

[[effect]]
kind = "demographic"
fields = ["sex", "age_years"]

[[effect]]
kind = "recode"
place = "underlying"
targets = ["any"]

[[example]]
title = "A man and a woman of 78 fire"
given.death = """
death_id | pregnancy_status | sex | age_years | age_years_max
d1       | pregnant         | M   | 30        | 30
d2       | within_42_days   | F   | 78        | 78
"""
fires = """
death_id | message
d1       | The record says pregnant or lately pregnant, and sex or age speaks against it (male).
d2       | The record says pregnant or lately pregnant, and sex or age speaks against it (age).
"""

[[example]]
title = "A woman of 30, and one who was not pregnant, do not"
given.death = """
death_id | pregnancy_status | sex | age_years | age_years_max
d1       | pregnant         | F   | 30        | 30
d2       | not_pregnant     | F   | 78        | 78
d3       | pregnant         | F   | 40        | 49
"""
fires = ""
*/
select
    death_id,
    pregnancy_status,
    underlying_cause as code,
    sex,
    age_years,
    age_years_max,
    if(sex = 'M', 'male', 'age') as problem
from checked.death
where
    pregnancy_status in ('pregnant', 'in_childbirth', 'abortion', 'within_42_days', '43_days_to_1_year')
    and (sex = 'M' or age_years > $greatest_age or age_years_max < $least_age)
