/*
id = "unacceptable_principal"
title = "Code cannot be the principal diagnosis of an inpatient stay"
family = "editor"
severity = "warns"
severity_because = "The code is a circumstance or needs another before it; the stay's true cause is open."
grain = "diagnosis"
systems = ["icd10cm", "icd9cm"]
applies_to = "role = 'principal' and encounter_class in ('inpatient', 'newborn')"
message = "The code describes a circumstance or an outcome and cannot be a principal diagnosis."
why = """
Outcomes of delivery, carrier states, adverse effects and the like describe a circumstance of a stay. As principal \
diagnosis they swell the chapter of factors influencing health status and take stays from the diseases treated."""
source = "Medicare Code Editor v43.1, section 9 (unacceptable principal diagnosis)"
fix = "Make the condition that occasioned the admission the principal diagnosis."

[[effect]]
kind = "recode"
place = "principal"
targets = ["record"]

[[example]]
title = "The outcome of delivery as principal diagnosis of a stay fires"
given.marked_diagnosis = """
encounter_id | seq | role      | code | system  | encounter_class | is_unacceptable_principal
e1           | 1   | principal | Z370 | icd10cm | inpatient       | true
"""
fires = """
encounter_id | seq | code
e1           | 1   | Z370
"""

[[example]]
title = "It may be secondary, and first in an outpatient visit"
given.marked_diagnosis = """
encounter_id | seq | role      | code | system  | encounter_class | is_unacceptable_principal
e1           | 2   | secondary | Z370 | icd10cm | inpatient       | true
e2           | 1   | principal | Z370 | icd10cm | outpatient      | true
"""
fires = ""
*/
select
    encounter_id,
    seq,
    code,
    system,
    role,
    encounter_class
from checked.marked_diagnosis
where
    role = 'principal'
    and is_unacceptable_principal
    and not coalesce(is_requires_secondary, false)
    and encounter_class in ('inpatient', 'newborn')
