/*
id = "gestation_against_birth_weight"
title = "Weeks of gestation cannot have this birth weight"
family = "time"
severity = "warns"
severity_because = "One of the two is wrong, and survival by weeks of gestation rests on few births; one record moves a figure little."
grain = "diagnosis"
systems = ["icd10cm", "icd10"]
lists = ["gestation_weeks"]
message = "The code is for {limited_to} weeks of gestation, and the birth weight does not fit."
why = """
The lowest weeks of gestation have few births and many deaths, so one full-term newborn among them lowers their \
mortality visibly. It also is counted as preterm."""
source = "Alexander 1996 (United States national reference for fetal growth) for the limits, widened by Farr; ICD-10-CM P07.2, P07.3 and P08.2"
fix = "Compare weeks and weight with the birth record."

[parameters.grams_a_week]
default = 230
about = "Grams a week by which the heaviest plausible weight grows from 1,000 g at 22 weeks"

[parameters.least_grams_post_term]
default = 1500
about = "The lightest plausible weight after term"

[[effect]]
kind = "recode"
targets = ["category"]

[[example]]
title = "Three and a half kilograms at 27 weeks, and a kilogram after term, fire"
given.plain_encounter = """
encounter_id | birth_weight
e1           | 3500
e2           | 1000
"""
given.listed_diagnosis = """
list            | value | encounter_id | seq | code  | system
gestation_weeks | 27-27 | e1           | 2   | P0726 | icd10cm
gestation_weeks | 43-45 | e2           | 2   | P0822 | icd10cm
"""
fires = """
encounter_id | seq | message
e1           | 2   | The code is for 27-27 weeks of gestation, and the birth weight does not fit.
e2           | 2   | The code is for 43-45 weeks of gestation, and the birth weight does not fit.
"""

[[example]]
title = "A heavy newborn of 35 weeks, the broad class of 28 to 36 weeks, and a record without a weight do not"
given.plain_encounter = """
encounter_id | birth_weight
e1           | 3900
e2           | 4200
e3           |
"""
given.listed_diagnosis = """
list            | value | encounter_id | seq | code  | system
gestation_weeks | 35-35 | e1           | 2   | P0738 | icd10cm
gestation_weeks | 28-36 | e2           | 2   | P073  | icd10
gestation_weeks | 22-22 | e3           | 2   | P0721 | icd10cm
"""
fires = ""
*/
with weighed as (
    select
        diagnosis.encounter_id,
        diagnosis.seq,
        diagnosis.code,
        diagnosis.system,
        diagnosis.value as limited_to,
        encounter.birth_weight,
        cast(split_part(diagnosis.value, '-', 1) as integer) as least_weeks,
        cast(split_part(diagnosis.value, '-', 2) as integer) as most_weeks
    from checked.listed_diagnosis as diagnosis
    inner join checked.plain_encounter as encounter on diagnosis.encounter_id = encounter.encounter_id
    where diagnosis.list = 'gestation_weeks' and encounter.birth_weight > 0
)
select encounter_id, seq, code, system, limited_to, birth_weight
from weighed
where
    -- From 1,000 g at 22 weeks the heaviest plausible newborn gains 230 g a week; from 36 weeks a limit says nothing.
    (most_weeks < 36 and birth_weight > 1000 + $grams_a_week * greatest(most_weeks - 22, 0))
    or (least_weeks >= 41 and birth_weight < $least_grams_post_term)
