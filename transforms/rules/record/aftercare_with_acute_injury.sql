/*
id = "aftercare_with_acute_injury"
title = "Aftercare is coded with an injury under treatment"
family = "record"
severity = "informs"
severity_because = "The injury is on the record; its aftercare is told by the 7th character."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["injury_aftercare", "injury"]
message = "Surgical or orthopaedic aftercare is coded with an injury under active treatment."
why = """
Aftercare of injuries is coded by the injury with 7th character D. Beside an injury under treatment the stay counts as \
a new injury and as aftercare at once."""
source = "ICD-10-CM Official Guidelines, section I.C.21.c.7 (aftercare Z codes not for injuries: the acute injury code with 7th character D)"
fix = "Remove the aftercare, or give the injury the 7th character of aftercare."

[[effect]]
kind = "recode"
targets = ["record"]

[[effect]]
kind = "recode"
targets = ["category"]

[[example]]
title = "Aftercare beside a new fracture fires"
given.listed_diagnosis = """
list             | encounter_id | seq | role      | code    | system
injury_aftercare | e1           | 1   | principal | Z4789   | icd10cm
injury           | e1           | 2   | secondary | S72001A | icd10cm
"""
fires = """
encounter_id | seq | code
e1           | 1   | Z4789
"""

[[example]]
title = "Aftercare of a joint replacement without an injury does not"
given.listed_diagnosis = """
list             | encounter_id | seq | role      | code    | system
injury_aftercare | e1           | 1   | principal | Z471    | icd10cm
injury           | e1           | 2   | secondary | S72001D | icd10cm
"""
fires = ""
*/
select distinct
    aftercare.encounter_id,
    aftercare.seq,
    aftercare.code,
    aftercare.system,
    aftercare.role
from checked.listed_diagnosis as aftercare
inner join checked.listed_diagnosis as injury on aftercare.encounter_id = injury.encounter_id
where
    aftercare.list = 'injury_aftercare'
    and injury.list = 'injury'
    and length(injury.code) = 7
    and right(injury.code, 1) in ('A', 'B', 'C')
    and aftercare.role in ('principal', 'secondary')
    and injury.role in ('principal', 'secondary')
