/*
id = "questionable_admission"
title = "Principal diagnosis seldom needs an admission"
family = "editor"
severity = "informs"
severity_because = "Some such stays are right; the payer asks for a reason, statistics ask whether they were stays."
grain = "diagnosis"
systems = ["icd10cm", "icd9cm"]
applies_to = "role = 'principal' and encounter_class in ('inpatient', 'newborn')"
message = "The principal diagnosis is seldom reason enough for an inpatient stay."
why = """
High blood pressure, ear wax or a pacemaker check as cause of a stay mostly means that the true cause is missing, or \
that a visit was sent as a stay. Both make rates of admission for mild conditions look high."""
source = "Medicare Code Editor v43.1, section 8A (questionable admission)"
fix = "Look whether the stay was a visit; else make the condition that occasioned the admission the principal diagnosis."

[[effect]]
kind = "recode"
place = "principal"
targets = ["record"]

[[effect]]
kind = "drop"

[[example]]
title = "High blood pressure as cause of a stay fires"
given.marked_diagnosis = """
encounter_id | seq | role      | code | system  | encounter_class | is_questionable_admission
e1           | 1   | principal | I10  | icd10cm | inpatient       | true
"""
fires = """
encounter_id | seq | code
e1           | 1   | I10
"""

[[example]]
title = "As a second diagnosis, or of a visit, it does not"
given.marked_diagnosis = """
encounter_id | seq | role      | code | system  | encounter_class | is_questionable_admission
e1           | 2   | secondary | I10  | icd10cm | inpatient       | true
e2           | 1   | principal | I10  | icd10cm | outpatient      | true
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
where role = 'principal' and is_questionable_admission and encounter_class in ('inpatient', 'newborn')
