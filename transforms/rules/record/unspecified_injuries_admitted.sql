/*
id = "unspecified_injuries_admitted"
title = "Unspecified injuries occasioned an admission"
family = "record"
severity = "informs"
severity_because = "Nobody is admitted without an injury being found, but a transfer within hours may leave no better code."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["multiple_injuries"]
applies_to = "role = 'principal' and encounter_class = 'inpatient'"
message = "The principal diagnosis of the stay is an unspecified injury."
why = """
Injury surveillance counts by site and severity. A stay for unspecified injuries is in no row of it."""
source = "ICD-10-CM Official Guidelines, section I.C.19.b (T07 and T14.90 not in the inpatient setting unless no other information is at hand)"
fix = "Code the injuries that were found."

[[effect]]
kind = "recode"
place = "principal"
targets = ["chapter"]

[[example]]
title = "A stay for unspecified injuries fires"
given.listed_diagnosis_with_encounter = """
list              | encounter_id | seq | role      | code    | system  | encounter_class
multiple_injuries | e1           | 1   | principal | T07XXXA | icd10cm | inpatient
"""
fires = """
encounter_id | seq | code
e1           | 1   | T07XXXA
"""

[[example]]
title = "An emergency visit does not"
given.listed_diagnosis_with_encounter = """
list              | encounter_id | seq | role      | code    | system  | encounter_class
multiple_injuries | e1           | 1   | principal | T07XXXA | icd10cm | emergency
"""
fires = ""
*/
select
    encounter_id,
    seq,
    code,
    system,
    role
from checked.listed_diagnosis_with_encounter
where list = 'multiple_injuries' and role = 'principal' and encounter_class = 'inpatient'
