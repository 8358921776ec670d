/*
id = "nonspecific_circumstance_inpatient"
title = "Nonspecific circumstance on the record of a stay"
family = "record"
severity = "informs"
severity_because = "It says nothing that a table could use."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["nonspecific_circumstance"]
message = "The code for a circumstance is so unspecific that nothing justifies it on the record of a stay."
why = """
An unspecified examination, screening or aftercare tells nobody why the patient was there. Each swells the depth of \
coding without saying anything."""
source = "ICD-10-CM Official Guidelines, section I.C.21.c.15 (nonspecific Z codes: little justification in the inpatient setting)"
fix = "Code the circumstance precisely, or leave it out."

[[effect]]
kind = "none"

[[example]]
title = "An unspecified screening of an inpatient fires"
given.listed_diagnosis_with_encounter = """
list                     | encounter_id | seq | role      | code | system  | encounter_class
nonspecific_circumstance | e1           | 3   | secondary | Z139 | icd10cm | inpatient
"""
fires = """
encounter_id | seq | code
e1           | 3   | Z139
"""

[[example]]
title = "At a visit it does not"
given.listed_diagnosis_with_encounter = """
list                     | encounter_id | seq | role      | code | system  | encounter_class
nonspecific_circumstance | e1           | 3   | secondary | Z139 | icd10cm | outpatient
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
where list = 'nonspecific_circumstance' and encounter_class = 'inpatient' and role in ('principal', 'secondary')
