/*
id = "secondary_only_first"
title = "Code that only adds to another stands first at a visit"
family = "record"
severity = "warns"
severity_because = "The reason for the visit is open."
grain = "diagnosis"
systems = ["icd10cm"]
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
given.encounter = """
encounter_id | encounter_class | principal_seq | principal_code | principal_system
e1           | outpatient      | 1             | B9620          | icd10cm
"""
fires = """
encounter_id | seq | code
e1           | 1   | B9620
"""

[[example]]
title = "A disease does not, and inpatients are another rule's business"
given.encounter = """
encounter_id | encounter_class | principal_seq | principal_code | principal_system
e1           | outpatient      | 1             | N390           | icd10cm
e2           | inpatient       | 1             | B9620          | icd10cm
e3           | outpatient      |               |                |
"""
fires = ""
*/
select
    encounter_id,
    principal_seq as seq,
    principal_code as code,
    principal_system as system,
    encounter_class
from checked.encounter
where
    encounter_class not in ('inpatient', 'newborn')
    -- Resistance, receptor status, outcome and weeks of pregnancy, orders and measures, agents, blood alcohol, severe sepsis.
    and regexp_matches(principal_code, '^(Z16|Z17|Z18|Z19|Z37|Z3A|Z66|Z67|Z68|B95|B96|B97|Y90|R652|Z331)')
