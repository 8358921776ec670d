/*
id = "age_against_birth_date"
title = "Age contradicts the date of birth"
family = "time"
severity = "warns"
severity_because = "Age or date of birth is wrong; one record moves a figure little."
grain = "encounter"
applies_to = "patient_id is not null and admission_date is not null and age_years is not null and date_precision = 'day'"
message = "The age of the record is not the one that the person's date of birth gives."
why = """
A record stands in the row of its age, so a wrong age moves it to another row of every table by age and to another \
weight of every standardised rate. Many at once show a wrong unit of age or mixed persons."""
source = "HCUP data quality edits of AGE against DOB; OHDSI Data Quality Dashboard, plausibleAfterBirth"
fix = "Compare with the registration; if many differ by the same amount, mend the profile's age or date of birth."

[parameters.tolerance_years]
default = 1
about = "Years by which the two may differ: ages by year of birth only, or at discharge"

[[effect]]
kind = "demographic"
fields = ["age_years", "age_years_max", "age_days"]

[[effect]]
kind = "dates"
fields = ["admission_date"]

[[effect]]
kind = "person"

[[example]]
title = "Forty by the record and sixty by the date of birth fires"
given.person = """
patient_id | collection | birth_date
p1         | main       | 1963-02-01
"""
given.plain_encounter = """
encounter_id | collection | patient_id | admission_date | age_years | age_years_max | date_precision
e1           | main       | p1         | 2023-03-01     | 40        | 40            | day
"""
fires = """
encounter_id
e1
"""

[[example]]
title = "A year's difference, an age that is known to a range, shifted dates and a person of another collection do not"
given.person = """
patient_id | collection | birth_date
p1         | main       | 1963-02-01
"""
given.plain_encounter = """
encounter_id | collection | patient_id | admission_date | age_years | age_years_max | date_precision
e1           | main       | p1         | 2023-01-31     | 60        | 60            | day
e2           | main       | p1         | 2023-03-01     | 55        | 64            | day
e3           | main       | p1         | 2123-03-01     | 40        | 40            | shifted
e4           | other      | p1         | 2023-03-01     | 40        | 40            | day
e5           | main       | p1         | 2023-03-01     | 55        |               | day
"""
fires = ""
*/
select
    encounter.encounter_id,
    encounter.admission_date,
    encounter.age_years,
    encounter.age_years_max,
    person.birth_date
from checked.person as person
inner join checked.plain_encounter as encounter
    on person.patient_id = encounter.patient_id
    and person.collection = encounter.collection
where
    person.birth_date is not null
    and encounter.date_precision = 'day'
    and encounter.admission_date >= person.birth_date
    and (
        encounter.age_years > date_sub('year', person.birth_date, encounter.admission_date) + $tolerance_years
        or encounter.age_years_max < date_sub('year', person.birth_date, encounter.admission_date) - $tolerance_years
    )
