/*
id = "age_at_death_against_birth"
title = "Age at death contradicts the date of birth"
family = "death"
severity = "warns"
severity_because = "Age decides the rate and the standardisation; a year's difference is rounding, more is not."
grain = "death"
applies_to = "patient_id is not null and age_years is not null and date_precision = 'day'"
message = "The age on the death record and the person's date of birth contradict each other."
why = """
A death in the wrong age group moves two rates, and in the young by much. Where many contradict, persons were linked wrongly."""
source = "HCUP quality edits of AGE and DOB; Kahn 2016, conformance: computational"
fix = "Compare both dates with the register of persons."

[parameters.grace_years]
default = 1
about = "Years by which the two may differ"

[[effect]]
kind = "demographic"
fields = ["age_years"]

[[effect]]
kind = "person"

[[example]]
title = "Eighty by the record and fifty by birth fires"
given.death = """
death_id | collection | patient_id | death_date | age_years | age_years_max | date_precision
d1       | main       | p1         | 2023-06-01 | 80        | 80            | day
"""
given.person = """
patient_id | collection | birth_date
p1         | main       | 1973-05-01
"""
fires = """
death_id
d1
"""

[[example]]
title = "A year's rounding, a range that holds the age, and an unknown birth do not"
given.death = """
death_id | collection | patient_id | death_date | age_years | age_years_max | date_precision
d1       | main       | p1         | 2023-06-01 | 51        | 51            | day
d2       | main       | p1         | 2023-06-01 | 45        | 54            | day
d3       | main       | p2         | 2023-06-01 | 45        | 45            | day
"""
given.person = """
patient_id | collection | birth_date
p1         | main       | 1973-05-01
p2         | main       |
"""
fires = ""
*/
with aged as (
    select
        death.death_id,
        death.age_years,
        death.age_years_max,
        date_sub('year', person.birth_date, death.death_date) as age_by_birth
    from checked.death
    inner join checked.person as person
        on death.collection = person.collection
        and death.patient_id = person.patient_id
    where death.date_precision = 'day' and person.birth_date is not null and death.age_years is not null
)
select
    death_id,
    age_years,
    age_years_max,
    age_by_birth
from aged
where
    age_by_birth < age_years - $grace_years
    or age_by_birth > coalesce(age_years_max, 200) + $grace_years
