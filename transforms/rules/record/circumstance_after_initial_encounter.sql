/*
id = "circumstance_after_initial_encounter"
title = "Place, activity or status at a later encounter"
family = "record"
severity = "informs"
severity_because = "The injury is counted right; its circumstances are counted again."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["circumstance_of_injury", "injury"]
message = "The {limited_to} of an injury is coded on a record whose injuries are all aftercare or late effects."
why = """
Places and activities are counted once an injury, at its first treatment. Coded again at every visit of the aftercare, \
injuries with long courses weigh more."""
source = "ICD-10-CM Official Guidelines, section I.C.20.b, c and k (used once, at the initial encounter for treatment)"
fix = "Remove the code from the later record."

[[effect]]
kind = "none"

[[example]]
title = "A place beside a fracture in aftercare fires"
given.listed_diagnosis = """
list                   | value | encounter_id | seq | role      | code    | system
circumstance_of_injury | place | e1           | 4   | external  | Y92009  | icd10cm
injury                 |       | e1           | 1   | principal | S72001D | icd10cm
"""
fires = """
encounter_id | seq | code   | message
e1           | 4   | Y92009 | The place of an injury is coded on a record whose injuries are all aftercare or late effects.
"""

[[example]]
title = "At the first treatment it does not, nor without an injury"
given.listed_diagnosis = """
list                   | value | encounter_id | seq | role      | code    | system
circumstance_of_injury | place | e1           | 4   | external  | Y92009  | icd10cm
injury                 |       | e1           | 1   | principal | S72001A | icd10cm
injury                 |       | e1           | 2   | principal | S72002D | icd10cm
circumstance_of_injury | place | e2           | 4   | external  | Y92009  | icd10cm
"""
fires = ""
*/
with later as (
    select encounter_id
    from checked.listed_diagnosis
    where list = 'injury' and length(code) = 7
    group by encounter_id
    having bool_and(right(code, 1) not in ('A', 'B', 'C'))
)
select
    circumstance.encounter_id,
    circumstance.seq,
    circumstance.code,
    circumstance.system,
    circumstance.value as limited_to
from checked.listed_diagnosis as circumstance
inner join later on circumstance.encounter_id = later.encounter_id
where circumstance.list = 'circumstance_of_injury'
