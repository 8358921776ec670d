/*
id = "procedure_age_conflict"
title = "Procedure belongs to another age"
family = "procedure"
severity = "warns"
severity_because = "Either the code or the age is wrong; one record moves a figure little."
grain = "procedure"
systems = ["hcpcs"]
applies_to = "age_years is not null and code_date is not null"
message = "The procedure is for ages {limited_to}, and the age of the record lies outside."
why = """
Deliveries, vaccines and check-ups have codes by age, so a conflict shows a wrong code or a wrong age. Coverage of \
vaccination and rates of deliveries divide by exactly those ages."""
source = "Integrated Outpatient Code Editor, edit 7 (procedure and age conflict), ages of each quarter from July 2019"
fix = "Compare date of birth and date of service with the registration; else correct the code."

[parameters.tolerance_years]
default = 1
about = "Years outside the ages that are let pass: the age of the record is that at its beginning"

[[effect]]
kind = "demographic"
fields = ["age_years", "age_years_max", "age_days"]

[[effect]]
kind = "recode"
targets = ["age"]

[[example]]
title = "An infant's check-up at forty and a delivery at seventy fire"
given.attribute = """
system | code  | attribute | value | valid_from | valid_to
hcpcs  | 99391 | age_to    | 0     | 2019-07-01 |
hcpcs  | 59400 | age_from  | 9     | 2019-07-01 |
hcpcs  | 59400 | age_to    | 64    | 2019-07-01 |
"""
given.plain_procedure = """
encounter_id | seq | system | code  | code_date  | age_years | age_years_max
e1           | 1   | hcpcs  | 99391 | 2023-05-01 | 40        | 40
e2           | 1   | hcpcs  | 59400 | 2023-05-01 | 70        | 70
"""
fires = """
encounter_id | seq | message
e1           | 1   | The procedure is for ages up to 0, and the age of the record lies outside.
e2           | 1   | The procedure is for ages up to 64, and the age of the record lies outside.
"""

[[example]]
title = "A year past, a range of ages, an unknown age, and a day before the edit's first quarter do not"
given.attribute = """
system | code  | attribute | value | valid_from | valid_to
hcpcs  | 99391 | age_to    | 0     | 2019-07-01 |
hcpcs  | 59400 | age_from  | 9     | 2019-07-01 |
"""
given.plain_procedure = """
encounter_id | seq | system | code  | code_date  | age_years | age_years_max
e1           | 1   | hcpcs  | 99391 | 2023-05-01 | 1         | 1
e2           | 1   | hcpcs  | 59400 | 2023-05-01 | 5         | 9
e3           | 1   | hcpcs  | 99391 | 2023-05-01 |           |
e4           | 1   | hcpcs  | 99391 | 2018-05-01 | 40        | 40
"""
fires = ""
*/
with limited as (
    select
        code,
        valid_from,
        coalesce(valid_to, date '9999-12-31') as valid_to,
        attribute,
        cast(value as integer) as age
    from checked.attribute
    where system = 'hcpcs' and attribute in ('age_from', 'age_to')
),
outside as (
    select
        procedure.encounter_id,
        procedure.seq,
        procedure.code,
        procedure.system,
        procedure.age_years,
        procedure.age_years_max,
        case when limited.attribute = 'age_from' then limited.age || ' and over' else 'up to ' || limited.age end
            as limited_to
    from limited
    inner join checked.plain_procedure as procedure
        on limited.code = procedure.code
        and procedure.code_date between limited.valid_from and limited.valid_to
    where
        procedure.system = 'hcpcs'
        and (
            -- A birthday between the admission and the service makes a year.
            (limited.attribute = 'age_from' and procedure.age_years_max < limited.age - $tolerance_years)
            or (limited.attribute = 'age_to' and procedure.age_years > limited.age + $tolerance_years)
        )
)
select
    encounter_id,
    seq,
    any_value(code) as code,
    any_value(system) as system,
    any_value(age_years) as age_years,
    any_value(age_years_max) as age_years_max,
    min(limited_to) as limited_to
from outside
group by encounter_id, seq
