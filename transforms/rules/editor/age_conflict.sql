/*
id = "age_conflict"
title = "Diagnosis belongs to another age"
family = "editor"
severity = "warns"
severity_because = "Either the code or the age is wrong; one record moves a figure little."
grain = "diagnosis"
systems = ["icd10cm", "icd9cm"]
applies_to = "age_years is not null and code_date is not null"
message = "The diagnosis is limited to the age class {limited_to}, and the age of the record lies outside it."
why = """
A record with a newborn's, child's, mother's or adult's condition at another age stands in the wrong row of every \
table by age, or in the wrong cause. Age-standardised rates weigh young ages strongly, so few such records are seen."""
source = "Medicare Code Editor v43.1, section 4 (age conflict) and its age ranges: maternity 12 to 55 years until 2019-09-30, then 9 to 64"
fix = "Compare date of birth and date of admission with the registration; else correct the code."

[[effect]]
kind = "demographic"
fields = ["age_years", "age_years_max", "age_days"]

[[effect]]
kind = "recode"
targets = ["chapter", "age"]

[[example]]
title = "A newborn's code at 40 and a delivery at 70 fire"
given.age_class = """
age_class | age_from | age_to | valid_from | valid_to
newborn   | 0        | 0      | 1984-03-01 |
maternity | 12       | 55     | 1984-03-01 | 2019-09-30
maternity | 9        | 64     | 2019-10-01 |
"""
given.marked_diagnosis = """
encounter_id | seq | role      | code  | system  | code_date  | age_years | age_years_max | is_newborn | is_maternity
e1           | 1   | principal | Z3800 | icd10cm | 2023-05-01 | 40        | 40            | true       | false
e2           | 2   | secondary | O80   | icd10cm | 2023-05-01 | 70        | 70            | false      | true
e3           | 1   | principal | O80   | icd10cm | 2018-05-01 | 60        | 60            | false      | true
"""
fires = """
encounter_id | seq | code
e1           | 1   | Z3800
e2           | 2   | O80
e3           | 1   | O80
"""

[[example]]
title = "Ages within the class of the day do not; an age known to a range only if all of it lies outside"
given.age_class = """
age_class | age_from | age_to | valid_from | valid_to
maternity | 12       | 55     | 1984-03-01 | 2019-09-30
maternity | 9        | 64     | 2019-10-01 |
"""
given.marked_diagnosis = """
encounter_id | seq | role      | code | system  | code_date  | age_years | age_years_max | is_maternity
e1           | 1   | principal | O80  | icd10cm | 2023-05-01 | 60        | 60            | true
e2           | 1   | principal | O80  | icd10cm | 2023-05-01 | 60        | 69            | true
e3           | 1   | principal | O80  | icd10cm | 2023-05-01 |           |               | true
e4           | 1   | principal | I214 | icd10cm | 2023-05-01 | 80        | 80            |
"""
fires = ""
*/
with classed as (
    select
        encounter_id,
        seq,
        code,
        system,
        role,
        code_date,
        age_years,
        age_years_max,
        -- In the order in which the editor looks: the first class that conflicts is named.
        unnest([
            case when is_pediatric then 'pediatric' end,
            case when is_newborn then 'newborn' end,
            case when is_maternity then 'maternity' end,
            case when is_adult then 'adult' end
        ]) as limited_to,
        unnest([1, 2, 3, 4]) as place
    from checked.marked_diagnosis
    where age_years is not null and (is_pediatric or is_newborn or is_maternity or is_adult)
)
select
    classed.encounter_id,
    classed.seq,
    any_value(classed.code) as code,
    any_value(classed.system) as system,
    any_value(classed.role) as role,
    any_value(classed.code_date) as code_date,
    any_value(classed.age_years) as age_years,
    any_value(classed.age_years_max) as age_years_max,
    arg_min(classed.limited_to, classed.place) as limited_to
from classed
inner join checked.age_class as class
    on classed.limited_to = class.age_class
    and classed.code_date between class.valid_from and coalesce(class.valid_to, date '9999-12-31')
where classed.age_years > class.age_to or classed.age_years_max < class.age_from
group by classed.encounter_id, classed.seq
