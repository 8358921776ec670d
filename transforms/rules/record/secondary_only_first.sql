/*
id = "secondary_only_first"
title = "Code that only adds to another stands first at a visit"
family = "record"
severity = "warns"
severity_because = "The reason for the visit is open."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["secondary_only"]
applies_to = "role = 'principal' and encounter_class not in ('inpatient', 'newborn')"
message = "The code only adds to another diagnosis, and is first-listed."
why = """
Agents, blood types and weeks of gestation describe another condition. In first place they take the visit from the \
disease that was treated."""
source = "ICD-10-CM tabular list (code first notes); ICD-10-CM Official Guidelines, section IV.A and I.C.21.c; for inpatients the Medicare Code Editor's list is another rule"
fix = "Put the condition first."

[[effect]]
kind = "recode"
place = "principal"
targets = ["record"]

[[example]]
title = "An agent as first diagnosis of a visit fires"
given.listed_diagnosis = """
list           | encounter_id | seq | role      | code  | system  | encounter_class
secondary_only | e1           | 1   | principal | B9620 | icd10cm | outpatient
"""
fires = """
encounter_id | seq | code
e1           | 1   | B9620
"""

[[example]]
title = "Behind another diagnosis it does not, and inpatients are another rule's business"
given.listed_diagnosis = """
list           | encounter_id | seq | role      | code  | system  | encounter_class
secondary_only | e1           | 2   | secondary | B9620 | icd10cm | outpatient
secondary_only | e2           | 1   | principal | B9620 | icd10cm | inpatient
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
from checked.listed_diagnosis
where list = 'secondary_only' and role = 'principal' and encounter_class not in ('inpatient', 'newborn')
