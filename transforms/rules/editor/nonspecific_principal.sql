/*
id = "nonspecific_principal"
title = "Principal diagnosis is not specific"
family = "editor"
severity = "informs"
severity_because = "The edit ended in 2007 and never held back a payment; it tells how well the record was read."
grain = "diagnosis"
systems = ["icd9cm"]
applies_to = "role = 'principal'"
message = "The principal diagnosis was listed as non-specific in its time."
why = """
A stay whose cause is coded as unspecified counts in the residual group of its chapter, so that the named causes are \
too low. Shares of such codes differ between coders more than disease does."""
source = "Medicare Code Editor, section 7 (non-specific principal diagnosis, discharges to 2007-09-30; not for patients who died)"
fix = "Code the condition as specifically as the record allows."

[[effect]]
kind = "recode"
place = "principal"
targets = ["block"]

[[example]]
title = "A non-specific code as principal diagnosis of a survivor fires"
given.marked_diagnosis = """
encounter_id | seq | role      | code | system | is_nonspecific | discharge_disposition
e1           | 1   | principal | 4289 | icd9cm | true           | home
"""
fires = """
encounter_id | seq | code
e1           | 1   | 4289
"""

[[example]]
title = "Who died early may leave no more to say; secondary diagnoses are not looked at"
given.marked_diagnosis = """
encounter_id | seq | role      | code | system | is_nonspecific | discharge_disposition
e1           | 1   | principal | 4289 | icd9cm | true           | died
e2           | 2   | secondary | 4289 | icd9cm | true           | home
"""
fires = ""
*/
select
    encounter_id,
    seq,
    code,
    system,
    role,
    discharge_disposition
from checked.marked_diagnosis
where
    role = 'principal'
    and is_nonspecific
    and discharge_disposition is distinct from 'died'
