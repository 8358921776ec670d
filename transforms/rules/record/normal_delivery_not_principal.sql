/*
id = "normal_delivery_not_principal"
title = "Normal delivery is not the principal diagnosis"
family = "record"
severity = "warns"
severity_because = "The delivery is counted in another cause, or was none."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["normal_delivery"]
message = "A full-term uncomplicated delivery (O80) is always the principal diagnosis, and stands behind another here."
why = """
Deliveries are counted by principal diagnosis in most tables. One that stands second is missing there and swells the \
cause that stands first."""
source = "ICD-10-CM Official Guidelines, section I.C.15.n.1 (O80 is always a principal diagnosis)"
fix = "Put O80 first, or, if something else occasioned the admission, code the delivery by its complication."

[[effect]]
kind = "recode"
place = "principal"
targets = ["record"]

[[example]]
title = "In second place it fires"
given.listed_diagnosis = """
list            | encounter_id | seq | role      | code | system
normal_delivery | e1           | 2   | secondary | O80  | icd10cm
"""
fires = """
encounter_id | seq | code
e1           | 2   | O80
"""

[[example]]
title = "In first place it does not, nor as the reason for a visit"
given.listed_diagnosis = """
list            | encounter_id | seq | role      | code | system
normal_delivery | e1           | 1   | principal | O80  | icd10cm
normal_delivery | e2           | 1   | admitting | O80  | icd10cm
"""
fires = ""
*/
select
    encounter_id,
    seq,
    code,
    system,
    role
from checked.listed_diagnosis
where list = 'normal_delivery' and role = 'secondary'
