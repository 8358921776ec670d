/*
id = "ages_of_a_person_do_not_fit"
title = "Ages of a person do not fit each other"
family = "time"
severity = "warns"
severity_because = "One of the ages is wrong or the records are two persons'; one person moves a figure little."
grain = "person"
message = "No date of birth fits all the ages at which the person was seen."
why = """
A person who grows younger between two stays is two persons or has a wrong age. Readmissions, first events and \
standardised rates count such records wrongly."""
source = "HCUP data quality edits of AGE across records of a person; Kahn 2016, plausibility: temporal"
fix = "Compare the records with the registration; separate the persons or correct the age."

[parameters.tolerance_years]
default = 1
about = "Years by which the ages may contradict each other: ages by year of birth only, or at discharge"

[[effect]]
kind = "demographic"
fields = ["age_years", "age_years_max", "age_days"]

[[effect]]
kind = "person"

[[effect]]
kind = "dates"
fields = ["admission_date"]

[[example]]
title = "Seventy in one year and sixty the next fire"
given.plain_encounter = """
encounter_id | collection | patient_id | admission_date | age_years | age_years_max | date_precision
e1           | main       | p1         | 2022-05-01     | 70        | 70            | day
e2           | main       | p1         | 2023-05-01     | 60        | 60            | day
"""
fires = """
patient_id
p1
"""

[[example]]
title = "A birthday between, a year too many, a range, and another collection do not"
given.plain_encounter = """
encounter_id | collection | patient_id | admission_date | age_years | age_years_max | date_precision
e1           | main       | p1         | 2022-05-01     | 70        | 70            | day
e2           | main       | p1         | 2023-05-01     | 71        | 71            | day
e3           | main       | p2         | 2022-05-01     | 70        | 70            | day
e4           | main       | p2         | 2022-06-01     | 72        | 72            | day
e5           | main       | p3         | 2022-05-01     | 70        | 70            | day
e6           | main       | p3         | 2022-05-02     | 60        | 74            | day
e7           | main       | p4         | 2022-05-01     | 70        | 70            | day
e8           | other      | p4         | 2022-05-01     | 20        | 20            | day
e9           | main       | p5         | 2022-05-01     | 95        | 95            | day
e10          | main       | p5         | 2022-06-01     | 90        |               | day
"""
fires = ""
*/
with seen as (
    select
        patient_id,
        collection,
        -- The person was born within these days, if this record is right.
        max(admission_date - (age_years_max + 1) * interval 1 year) as born_after,
        min(admission_date - age_years * interval 1 year) as born_by
    from checked.plain_encounter
    where
        patient_id is not null
        and admission_date is not null
        and age_years is not null
        and age_years_max is not null
        and date_precision in ('day', 'shifted')
    group by patient_id, collection
    having count(*) > 1
)
select patient_id, born_after, born_by
from seen
where born_after > born_by + $tolerance_years * interval 1 year
