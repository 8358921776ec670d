/*
id = "gestation_before_birth_weight"
title = "Short gestation stands before low birth weight"
family = "record"
severity = "informs"
severity_because = "Both codes are there; only their order is off."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["birth_weight_and_gestation"]
message = "The code for short gestation stands before the one for birth weight."
why = """
Where a system takes only the first code of a category, the order decides whether birth weight is known. Infant \
survival is reported by birth weight first."""
source = "ICD-10-CM Official Guidelines, section I.C.16.d (birth weight is sequenced before gestational age)"
fix = "Exchange the two."

[[effect]]
kind = "none"

[[example]]
title = "Gestation before weight fires"
given.listed_diagnosis = """
list                       | value     | encounter_id | seq | role      | code  | system
birth_weight_and_gestation | gestation | e1           | 2   | secondary | P0731 | icd10cm
birth_weight_and_gestation | weight    | e1           | 3   | secondary | P0714 | icd10cm
"""
fires = """
encounter_id | seq | code
e1           | 2   | P0731
"""

[[example]]
title = "Weight before gestation does not"
given.listed_diagnosis = """
list                       | value     | encounter_id | seq | role      | code  | system
birth_weight_and_gestation | weight    | e1           | 2   | secondary | P0714 | icd10cm
birth_weight_and_gestation | gestation | e1           | 3   | secondary | P0731 | icd10cm
"""
fires = ""
*/
select
    gestation.encounter_id,
    gestation.seq,
    gestation.code,
    gestation.system
from checked.listed_diagnosis as gestation
inner join checked.listed_diagnosis as weight
    on gestation.encounter_id = weight.encounter_id
    and gestation.seq < weight.seq
where
    gestation.list = 'birth_weight_and_gestation'
    and gestation.value = 'gestation'
    and weight.list = 'birth_weight_and_gestation'
    and weight.value = 'weight'
