/*
id = "external_cause_as_principal"
title = "External cause stands as principal diagnosis"
family = "editor"
severity = "warns"
severity_because = "The injury is usually on the same record; the table by cause is wrong until it comes first."
grain = "diagnosis"
systems = ["icd10cm", "icd9cm", "icd10"]
applies_to = "role = 'principal'"
message = "The principal diagnosis is an external cause; the injury or disease comes first."
why = """
An external cause says how something happened, and never what the patient has. As principal diagnosis it moves the \
stay from injuries to accidents, so that hospital statistics of injuries are too low."""
source = "Medicare Code Editor v43.1, section 2; ICD-10-CM Official Guidelines, section I.C.20; WHO ICD-10 volume 2 (2016), 4.4.2 (main condition)"
fix = "Sequence the injury, poisoning or disease first and the external cause after it."

[[effect]]
kind = "recode"
place = "principal"
targets = ["record"]

[[example]]
title = "A fall as principal diagnosis fires, and a collision in WHO's classification"
given.marked_diagnosis = """
encounter_id | seq | role      | code    | system  | is_external_cause
e1           | 1   | principal | W19XXXA | icd10cm | true
e2           | 1   | principal | V892    | icd10   | true
"""
fires = """
encounter_id | seq | code
e1           | 1   | W19XXXA
e2           | 1   | V892
"""

[[example]]
title = "After the fracture it is in its place"
given.marked_diagnosis = """
encounter_id | seq | role      | code    | system  | is_external_cause
e1           | 3   | external  | W19XXXA | icd10cm | true
e1           | 1   | principal | S72001A | icd10cm | false
"""
fires = ""
*/
select
    encounter_id,
    seq,
    code,
    system,
    role
from checked.marked_diagnosis
where role = 'principal' and is_external_cause
