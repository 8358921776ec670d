/*
id = "questionable_obstetric_admission"
title = "Delivery by procedure without an outcome of delivery"
family = "editor"
severity = "warns"
severity_because = "The edit is official; mostly the outcome was left off, and births are then too few."
grain = "procedure"
systems = ["icd10pcs"]
valid_from = 2018-10-01
message = "The record has a delivery by its procedures ({problem}) and no outcome of delivery."
why = """
Births, still births and twins are counted from the outcome of delivery on the mother's record. A delivery without it \
is missing from every rate per birth, or was not a delivery."""
source = "Medicare Code Editor v43.1, section 8B (questionable obstetric admission, discharges from 2018-10-01); ICD-10-CM Official Guidelines, section I.C.15.b.5"
fix = "Add the outcome of delivery (Z37), or correct the procedure."

[[effect]]
kind = "add"
least = 0
greatest = 1

[[example]]
title = "A delivery without its outcome fires"
given.procedure = """
encounter_id | seq | role      | code    | system   | code_date  | length_of_stay | delivery
e1           | 1   | principal | 10E0XZZ | icd10pcs | 2023-01-05 | 2              | vaginal
"""
fires = """
encounter_id | seq | code
e1           | 1   | 10E0XZZ
"""

[[example]]
title = "One with it does not, nor one before the edit began"
given.procedure = """
encounter_id | seq | role      | code    | system   | code_date  | length_of_stay | delivery
e1           | 1   | principal | 10E0XZZ | icd10pcs | 2023-01-05 | 2              | vaginal
e2           | 1   | principal | 10E0XZZ | icd10pcs | 2017-01-05 | 2              |
"""
given.marked_diagnosis = """
encounter_id | seq | role      | code | system  | is_delivery_outcome
e1           | 2   | secondary | Z370 | icd10cm | true
"""
fires = ""
*/
select
    delivery.encounter_id,
    delivery.seq,
    delivery.code,
    delivery.system,
    delivery.code_date,
    delivery.delivery as problem
from checked.procedure as delivery
left join checked.marked_diagnosis as outcome
    on delivery.encounter_id = outcome.encounter_id
    and outcome.is_delivery_outcome
where delivery.delivery is not null and outcome.encounter_id is null
