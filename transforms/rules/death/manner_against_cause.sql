/*
id = "manner_against_cause"
title = "Manner of death contradicts the underlying cause"
family = "death"
severity = "warns"
severity_because = "One of the two is wrong, and intent decides between accident, suicide and homicide."
grain = "death"
systems = ["icd10", "icd10cm"]
lists = ["manner_of_external_cause"]
applies_to = "underlying_cause is not null and manner is not null"
message = "The manner of death and the underlying cause contradict each other ({problem})."
why = """
A suicide with the code of an accident is missing from suicides. Both are policy figures, and are compared by year and place."""
source = "WHO ICD-10 chapter XX (blocks by intent); US Standard Certificate of Death, item 37 (manner of death)"
fix = "Compare with the certificate and the verdict; correct the manner or the external cause."

[[effect]]
kind = "recode"
place = "underlying"
targets = ["any"]

[[example]]
title = "A suicide coded as accident, and one with a natural cause, fire"
given.listed_death = """
death_id | underlying_cause | system | manner  | list                     | value
d1       | X44              | icd10  | suicide | manner_of_external_cause | accident
"""
given.death = """
death_id | underlying_cause | system | manner
d1       | X44              | icd10  | suicide
d2       | I219             | icd10  | suicide
"""
fires = """
death_id | message
d1       | The manner of death and the underlying cause contradict each other (suicide coded as accident).
d2       | The manner of death and the underlying cause contradict each other (suicide coded as natural).
"""

[[example]]
title = "What agrees, an accident that led to disease, and complications of care do not"
given.listed_death = """
death_id | underlying_cause | system | manner  | list                     | value
d1       | X70              | icd10  | suicide | manner_of_external_cause | suicide
"""
given.death = """
death_id | underlying_cause | system | manner
d1       | X70              | icd10  | suicide
d2       | I219             | icd10  | accident
d3       | Y836             | icd10  | natural
d4       | R99              | icd10  | homicide
"""
fires = ""
*/
with coded as (
    select death.death_id, death.underlying_cause, death.system, death.manner, listed.value as coded_manner
    from checked.death
    left join checked.listed_death as listed
        on death.death_id = listed.death_id
        and listed.list = 'manner_of_external_cause'
    where death.manner in ('natural', 'accident', 'suicide', 'homicide', 'undetermined')
),
judged as (
    select
        *,
        case
            when coded_manner <> manner then manner || ' coded as ' || coded_manner
            -- An ill-defined cause says nothing of the manner, and an accident may end in a disease.
            when
                coded_manner is null
                and manner in ('suicide', 'homicide')
                and left(underlying_cause, 1) not in ('R', 'S', 'T', 'U', 'V', 'W', 'X', 'Y', 'Z')
                then manner || ' coded as natural'
        end as problem
    from coded
)
select
    death_id,
    underlying_cause as code,
    system,
    manner,
    problem
from judged
where problem is not null
