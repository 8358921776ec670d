/*
id = "maternal_cause_against_timing"
title = "Maternal cause and the time since pregnancy contradict each other"
family = "death"
severity = "warns"
severity_because = "One of the two is wrong, and it decides whether the death counts as maternal."
grain = "death"
systems = ["icd10", "icd10cm"]
applies_to = "underlying_cause is not null and pregnancy_status is not null"
message = "The maternal cause and the record of pregnancy contradict each other ({problem})."
why = """
Deaths within 42 days make the maternal mortality ratio and later ones do not. A code of the wrong period moves a death over \
that line."""
source = "WHO ICD-10 volume 2 (2016), 5.6.4 (maternal and late maternal deaths); NCHS numerator A34, O00-O95, O98-O99"
fix = "Compare with the date of the end of pregnancy: use O96 from 43 days to a year, O97 after it."

[[effect]]
kind = "recode"
place = "underlying"
targets = ["block"]

[[effect]]
kind = "recode"
place = "underlying"
targets = ["any"]

[[example]]
title = "A maternal cause in one not pregnant, a late one within 42 days, and an early one after them fire"
given.death = """
death_id | underlying_cause | system | pregnancy_status
d1       | O721             | icd10  | not_pregnant
d2       | O96              | icd10  | within_42_days
d3       | O721             | icd10  | 43_days_to_1_year
"""
fires = """
death_id | message
d1       | The maternal cause and the record of pregnancy contradict each other (not pregnant).
d2       | The maternal cause and the record of pregnancy contradict each other (late cause within 42 days).
d3       | The maternal cause and the record of pregnancy contradict each other (early cause after 42 days).
"""

[[example]]
title = "What agrees, and a time that is not known, do not"
given.death = """
death_id | underlying_cause | system | pregnancy_status
d1       | O721             | icd10  | within_42_days
d2       | O96              | icd10  | 43_days_to_1_year
d3       | O721             | icd10  |
d4       | O97              | icd10  | not_pregnant
"""
fires = ""
*/
with maternal as (
    select
        *,
        case
            when pregnancy_status = 'not_pregnant' and left(underlying_cause, 3) <> 'O97' then 'not pregnant'
            when
                pregnancy_status in ('pregnant', 'in_childbirth', 'abortion', 'within_42_days')
                and left(underlying_cause, 3) in ('O96', 'O97')
                then 'late cause within 42 days'
            when pregnancy_status = '43_days_to_1_year' and left(underlying_cause, 3) not in ('O96', 'O97')
                then 'early cause after 42 days'
        end as problem
    from checked.death
    where underlying_cause >= 'O' and underlying_cause < 'P'
)
select
    death_id,
    underlying_cause as code,
    system,
    pregnancy_status,
    problem
from maternal
where problem is not null
