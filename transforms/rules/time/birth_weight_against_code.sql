/*
id = "birth_weight_against_code"
title = "Birth weight contradicts the diagnosis"
family = "time"
severity = "warns"
severity_because = "One of the two is wrong, and classes of birth weight rest on both; one record moves a figure little."
grain = "diagnosis"
systems = ["icd10cm", "icd10", "icd9cm"]
lists = ["birth_weights"]
message = "The code is for birth weights of {limited_to} grams, and the record gives another."
why = """
Counts of low birth weight come from the code in one report and from the weight in another, and disagree by such \
records. Neonatal mortality by weight divides by the wrong class."""
source = "ICD-10-CM categories P05 to P08; WHO ICD-10 P07 and P08; ICD-9-CM 764 to 766, fifth digit"
fix = "Compare with the birth record and correct the weight or the code."

[parameters.tolerance_grams]
default = 0
about = "Grams by which the weight may lie outside the class of the code"

[[effect]]
kind = "recode"
targets = ["category"]

[[example]]
title = "A code for less than a kilogram beside three kilograms fires"
given.plain_encounter = """
encounter_id | birth_weight
e1           | 3100
"""
given.listed_diagnosis = """
list          | value   | encounter_id | seq | code  | system
birth_weights | 750-999 | e1           | 2   | P0703 | icd10cm
"""
fires = """
encounter_id | seq | code  | message
e1           | 2   | P0703 | The code is for birth weights of 750-999 grams, and the record gives another.
"""

[[example]]
title = "A weight at the end of the class, and a record without a weight, do not"
given.plain_encounter = """
encounter_id | birth_weight
e1           | 750
e2           |
e3           | 1000
"""
given.listed_diagnosis = """
list          | value     | encounter_id | seq | code  | system
birth_weights | 750-999   | e1           | 2   | P0703 | icd10cm
birth_weights | 750-999   | e2           | 2   | P0703 | icd10cm
birth_weights | 1000-2499 | e3           | 2   | P071  | icd10
"""
fires = ""
*/
select
    diagnosis.encounter_id,
    diagnosis.seq,
    diagnosis.code,
    diagnosis.system,
    diagnosis.value as limited_to,
    encounter.birth_weight
from checked.listed_diagnosis as diagnosis
inner join checked.plain_encounter as encounter on diagnosis.encounter_id = encounter.encounter_id
where
    diagnosis.list = 'birth_weights'
    and encounter.birth_weight > 0
    and encounter.birth_weight not between
        cast(split_part(diagnosis.value, '-', 1) as integer) - $tolerance_grams
        and cast(split_part(diagnosis.value, '-', 2) as integer) + $tolerance_grams
