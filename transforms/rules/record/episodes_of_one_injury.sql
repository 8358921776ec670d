/*
id = "episodes_of_one_injury"
title = "One injury is coded with two episodes of care"
family = "record"
severity = "warns"
severity_because = "An injury is new or in aftercare, not both on one record."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["injury"]
message = "The same injury is coded with two different 7th characters on one record."
why = """
New injuries are told from aftercare by the 7th character. With both on the record an old injury counts as new."""
source = "ICD-10-CM Official Guidelines, section I.A.5 and I.C.19.a (7th character by whether the patient is under active treatment)"
fix = "Keep the episode that the record supports."

[[effect]]
kind = "recode"
targets = ["category"]

[[effect]]
kind = "recode"
targets = ["record"]

[[example]]
title = "A fracture as new and in aftercare fires"
given.listed_diagnosis = """
list   | encounter_id | seq | role      | code    | system
injury | e1           | 1   | principal | S72001A | icd10cm
injury | e1           | 3   | secondary | S72001D | icd10cm
"""
fires = """
encounter_id | seq | code
e1           | 3   | S72001D
"""

[[example]]
title = "Two fractures do not, nor a late effect beside a new injury"
given.listed_diagnosis = """
list   | encounter_id | seq | role      | code    | system
injury | e1           | 1   | principal | S72001A | icd10cm
injury | e1           | 3   | secondary | S72002D | icd10cm
injury | e2           | 1   | principal | S72001A | icd10cm
injury | e2           | 3   | secondary | S72001S | icd10cm
"""
fires = ""
*/
select
    encounter_id,
    max(seq) as seq,
    arg_max(code, seq) as code,
    system,
    left(code, 6) as injury
from checked.listed_diagnosis
where
    list = 'injury'
    and length(code) = 7
    and right(code, 1) <> 'S'
    and role in ('principal', 'secondary')
group by encounter_id, system, left(code, 6)
having count(distinct right(code, 1)) > 1
