/*
id = "weeks_against_diagnosis"
title = "Weeks of gestation contradict the diagnosis"
family = "record"
severity = "warns"
severity_because = "One of the two is wrong; preterm births are few, so a few of them move the share."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["full_term", "weeks_of_gestation"]
message = "The diagnosis holds for {limited_to} weeks of gestation, and the record gives other weeks."
why = """
Preterm and post-term births are figures of maternity care and of infant survival. Where diagnosis and weeks disagree, \
the birth counts as preterm in one table and at term in the other."""
source = "ICD-10-CM tabular list, O42, O47, O48, O60; Official Guidelines, section I.C.15.n (O80: full term); weeks are completed weeks"
fix = "Compare with the estimated date of delivery: correct the weeks or the diagnosis."

[[effect]]
kind = "recode"
targets = ["block"]

[[effect]]
kind = "recode"
targets = ["record"]

[[example]]
title = "Preterm labour with delivery at 39 weeks fires, and a prolonged pregnancy at 40"
given.listed_diagnosis = """
list               | value       | encounter_id | seq | role      | code    | system
full_term          | at most 36  | e1           | 1   | principal | O6014X0 | icd10cm
weeks_of_gestation |             | e1           | 2   | secondary | Z3A39   | icd10cm
full_term          | at least 42 | e2           | 1   | principal | O481    | icd10cm
weeks_of_gestation |             | e2           | 2   | secondary | Z3A40   | icd10cm
"""
fires = """
encounter_id | seq | code    | message
e1           | 1   | O6014X0 | The diagnosis holds for at most 36 weeks of gestation, and the record gives other weeks.
e2           | 1   | O481    | The diagnosis holds for at least 42 weeks of gestation, and the record gives other weeks.
"""

[[example]]
title = "Weeks within the limits do not, nor weeks that are not specified"
given.listed_diagnosis = """
list               | value       | encounter_id | seq | role      | code    | system
full_term          | at most 36  | e1           | 1   | principal | O6014X0 | icd10cm
weeks_of_gestation |             | e1           | 2   | secondary | Z3A36   | icd10cm
full_term          | 40 to 42    | e2           | 1   | principal | O480    | icd10cm
weeks_of_gestation |             | e2           | 2   | secondary | Z3A40   | icd10cm
full_term          | at least 37 | e3           | 1   | principal | O80     | icd10cm
weeks_of_gestation |             | e3           | 2   | secondary | Z3A00   | icd10cm
"""
fires = ""
*/
with weeks as (
    select
        encounter_id,
        -- Z3A.01 is less than 8 weeks, Z3A.49 more than 42, Z3A.00 not specified.
        case right(code, 2)
            when '01' then 7
            when '49' then 43
            else try_cast(right(code, 2) as integer)
        end as completed
    from checked.listed_diagnosis
    where list = 'weeks_of_gestation' and length(code) = 5 and code <> 'Z3A00'
)
select distinct
    diagnosis.encounter_id,
    diagnosis.seq,
    diagnosis.code,
    diagnosis.system,
    diagnosis.value as limited_to,
    weeks.completed
from checked.listed_diagnosis as diagnosis
inner join weeks on diagnosis.encounter_id = weeks.encounter_id
where
    diagnosis.list = 'full_term'
    and diagnosis.role in ('principal', 'secondary')
    and not case diagnosis.value
        when 'at most 36' then weeks.completed < 37
        when 'at least 37' then weeks.completed >= 37
        when '40 to 42' then weeks.completed between 40 and 42
        when 'at least 42' then weeks.completed >= 42
    end
