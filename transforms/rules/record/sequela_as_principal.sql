/*
id = "sequela_as_principal"
title = "Injury code of a late effect stands first"
family = "record"
severity = "informs"
severity_because = "The late effect is mostly on the record; only the order is off."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["injury"]
message = "An injury code with 7th character S (sequela) is the principal diagnosis."
why = """
What is treated is the scar, the contracture or the paralysis; the old injury comes after it. In first place old \
injuries swell the counts of injuries."""
source = "ICD-10-CM Official Guidelines, section I.B.10 (nature of the sequela first, the injury code with S second)"
fix = "Put the nature of the late effect first."

[[effect]]
kind = "recode"
place = "principal"
targets = ["record"]

[[example]]
title = "A late effect in first place fires"
given.listed_diagnosis = """
list   | encounter_id | seq | role      | code    | system
injury | e1           | 1   | principal | S72001S | icd10cm
"""
fires = """
encounter_id | seq | code
e1           | 1   | S72001S
"""

[[example]]
title = "In second place it does not, nor a new injury"
given.listed_diagnosis = """
list   | encounter_id | seq | role      | code    | system
injury | e1           | 2   | secondary | S72001S | icd10cm
injury | e2           | 1   | principal | S72001A | icd10cm
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
where list = 'injury' and role = 'principal' and length(code) = 7 and right(code, 1) = 'S'
