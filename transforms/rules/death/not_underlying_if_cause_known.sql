/*
id = "not_underlying_if_cause_known"
title = "Underlying cause that gives way to a known cause"
family = "death"
severity = "warns"
severity_because = "The code stands only where nothing else is known, and the certificate says more."
grain = "death"
systems = ["icd10"]
lists = ["not_underlying_if_cause_known"]
applies_to = "underlying_cause is not null"
message = "The code is no underlying cause where another is known, and the certificate names another."
why = """
Paralysis, dementia or a short gestation takes the death from the stroke, the disease or the complication behind it. The rule \
of WHO puts these deaths with their cause."""
source = "WHO ICD-10 volume 2 (2016), table of codes not to be used for underlying cause coding (not to be used if the underlying cause is known)"
fix = "Select the underlying cause anew among the other conditions of part I."

[[effect]]
kind = "recode"
place = "underlying"
targets = ["record"]

[[example]]
title = "Hemiplegia beneath which a stroke is written fires"
given.listed_death = """
death_id | underlying_cause | system | list
d1       | G819             | icd10  | not_underlying_if_cause_known
"""
given.death_condition = """
death_id | line | code | code_status
d1       | 1    | G819 | valid
d1       | 2    | I639 | valid
"""
fires = """
death_id | code
d1       | G819
"""

[[example]]
title = "With a mechanism, a complication above it or a condition of part II, it does not"
given.listed_death = """
death_id | underlying_cause | system | list
d1       | G819             | icd10  | not_underlying_if_cause_known
"""
given.death_condition = """
death_id | line | code | code_status | is_ill_defined | unsuitable_class
d1       | 1    | L899 | valid       | false          |
d1       | 2    | G819 | valid       | false          |
d1       | 3    | I469 | valid       | true           | unknown
d1       | 6    | I10  | valid       | false          |
"""
fires = ""
*/
with chosen as (
    select
        death.death_id,
        left(death.underlying_cause, 3) as category,
        max(condition.line) filter (left(condition.code, 3) = left(death.underlying_cause, 3)) as line
    from checked.listed_death as death
    inner join checked.death_condition as condition on death.death_id = condition.death_id
    where death.list = 'not_underlying_if_cause_known'
    group by all
),
better as (
    select distinct condition.death_id
    from checked.death_condition as condition
    inner join chosen on condition.death_id = chosen.death_id and left(condition.code, 3) <> chosen.category
    where
        condition.line < 6
        -- What stands above it on the certificate came of it.
        and condition.line >= coalesce(chosen.line, 1)
        and condition.code_status = 'valid'
        and condition.unsuitable_class is null
        and not coalesce(condition.is_ill_defined, false)
        and not coalesce(condition.is_injury_nature, false)
)
select
    death_id,
    underlying_cause as code,
    system
from checked.listed_death
semi join better using (death_id)
where list = 'not_underlying_if_cause_known'
