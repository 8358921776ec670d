/*
id = "principal_arose_in_hospital"
title = "Principal diagnosis arose after admission"
family = "record"
severity = "warns"
severity_because = "What occasioned the admission was there at admission, by definition; births and deliveries apart."
grain = "diagnosis"
systems = ["icd10cm"]
applies_to = "role = 'principal'"
message = "The principal diagnosis is coded as not present on admission."
why = """
The principal diagnosis is the reason for the stay. One that arose in hospital is a complication, so the cause of the \
stay is another and the complication is hidden."""
source = "UHDDS definition of the principal diagnosis (established after study to be chiefly responsible for occasioning the admission); UB-04 present-on-admission reporting"
fix = "Make the condition that occasioned the admission the principal diagnosis, or correct the indicator."

[[effect]]
kind = "recode"
place = "principal"
targets = ["record"]

[[example]]
title = "A principal diagnosis that arose in hospital fires"
given.bare_diagnosis = """
encounter_id | seq | role      | code | system  | poa
e1           | 1   | principal | J189 | icd10cm | N
"""
fires = """
encounter_id | seq | code
e1           | 1   | J189
"""

[[example]]
title = "A complication of the delivery may well, and so may what befalls a newborn; secondary diagnoses arise in hospital"
given.bare_diagnosis = """
encounter_id | seq | role      | code | system  | poa
e1           | 1   | principal | O701 | icd10cm | N
e2           | 1   | principal | P229 | icd10cm | N
e3           | 2   | secondary | J189 | icd10cm | N
"""
fires = ""
*/
select
    encounter_id,
    seq,
    code,
    system,
    poa
from checked.bare_diagnosis
where
    role = 'principal'
    and poa = 'N'
    and code not like 'O%'
    and code not like 'P%'
    and code not like 'Z%'
