/*
id = "duplicate_death"
title = "Death is there twice under two numbers"
family = "death"
severity = "warns"
severity_because = "Each copy adds a death to its cause; agreement in every line of the certificate is seldom chance."
grain = "death"
applies_to = "death_date is not null and weight_kind = 'frequency' and date_precision = 'day'"
message = "The death has the day, sex, age, area, cause and certificate of another death."
why = """
A death that came by two ways counts twice in every rate. Persons without a number cannot be told apart otherwise."""
source = "HCUP data quality edits; Kahn 2016, plausibility: uniqueness"
fix = "Compare the two certificates; withdraw one."

[parameters.least_conditions]
default = 2
about = "Conditions that a certificate must have to be compared"

[[effect]]
kind = "merge"

[[example]]
title = "The second of two that agree in everything fires, and names the first"
given.death = """
death_id | collection | death_date | sex | age_years | area | place_of_death | underlying_cause | records | date_precision
d1       | main       | 2023-06-01 | F   | 80        | a    | home           | I219             | 1       | day
d2       | main       | 2023-06-01 | F   | 80        | a    | home           | I219             | 1       | day
"""
given.death_condition = """
death_id | seq | code | system
d1       | 101 | R570 | icd10
d1       | 201 | I219 | icd10
d2       | 101 | R570 | icd10
d2       | 201 | I219 | icd10
"""
fires = """
death_id | related_id
d2       | d1
"""

[[example]]
title = "Another line, a single cause, two known persons and a row of counts do not"
given.death = """
death_id | collection | patient_id | death_date | sex | age_years | area | place_of_death | underlying_cause | records | date_precision
d1       | main       |            | 2023-06-01 | F   | 80        | a    | home           | I219             | 1       | day
d2       | main       |            | 2023-06-01 | F   | 80        | a    | home           | I219             | 1       | day
d3       | main       |            | 2023-06-02 | F   | 80        | a    | home           | I219             | 1       | day
d4       | main       |            | 2023-06-02 | F   | 80        | a    | home           | I219             | 1       | day
d5       | main       | p1         | 2023-06-03 | F   | 80        | a    | home           | I219             | 1       | day
d6       | main       | p2         | 2023-06-03 | F   | 80        | a    | home           | I219             | 1       | day
"""
given.death_condition = """
death_id | seq | code | system
d1       | 101 | R570 | icd10
d1       | 201 | I219 | icd10
d2       | 101 | R571 | icd10
d2       | 201 | I219 | icd10
d3       | 101 | I219 | icd10
d4       | 101 | I219 | icd10
d5       | 101 | R570 | icd10
d5       | 201 | I219 | icd10
d6       | 101 | R570 | icd10
d6       | 201 | I219 | icd10
"""
fires = ""
*/
with certificate as (
    select death_id, string_agg(seq || ' ' || code, ',' order by seq) as conditions
    from checked.death_condition
    where code is not null
    group by death_id
    having count(*) >= $least_conditions
),
described as (
    select death.*, certificate.conditions
    from checked.death
    inner join certificate on death.death_id = certificate.death_id
    where death.records = 1 and death.death_date is not null and death.date_precision = 'day'
),
copies as (
    select
        collection,
        death_date,
        sex,
        age_years,
        area,
        place_of_death,
        underlying_cause,
        conditions,
        min(death_id) as first_death_id
    from described
    group by all
    -- Two numbers of persons speak for two persons.
    having count(*) > 1 and count(distinct patient_id) <= 1
)
select
    described.death_id,
    copies.first_death_id as related_id,
    described.underlying_cause as code,
    described.death_date
from copies
inner join described
    on copies.collection = described.collection
    and copies.death_date = described.death_date
    and copies.conditions = described.conditions
    and copies.sex = described.sex
    and copies.age_years is not distinct from described.age_years
    and copies.area is not distinct from described.area
    and copies.place_of_death is not distinct from described.place_of_death
    and copies.underlying_cause is not distinct from described.underlying_cause
where described.death_id <> copies.first_death_id
