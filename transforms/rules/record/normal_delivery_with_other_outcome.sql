/*
id = "normal_delivery_with_other_outcome"
title = "Normal delivery with an outcome that is not a single live birth"
family = "record"
severity = "warns"
severity_because = "One of the two codes is wrong; the delivery itself still counts."
grain = "encounter"
systems = ["icd10cm"]
lists = ["normal_delivery", "outcome_of_delivery"]
message = "A normal delivery (O80) stands with an outcome of delivery other than a single live birth (Z37.0)."
why = """
Normal deliveries are the denominator of the share of births without complication, and multiple and still births are \
counted from their outcome. Where the two contradict each other, one of these figures is wrong."""
source = "ICD-10-CM Official Guidelines, section I.C.15.n.3 (outcome of delivery with O80)"
fix = "Read the record of the birth: code the complication of the delivery in place of O80, or correct the outcome."

[[effect]]
kind = "recode"
place = "principal"
targets = ["chapter"]

[[example]]
title = "Twins after a normal delivery fire"
given.listed_diagnosis = """
list                | encounter_id | seq | role      | code | system
normal_delivery     | e1           | 1   | principal | O80  | icd10cm
outcome_of_delivery | e1           | 2   | secondary | Z372 | icd10cm
"""
fires = """
encounter_id | code
e1           | Z372
"""

[[example]]
title = "A single live birth does not, nor does an outcome without a normal delivery"
given.listed_diagnosis = """
list                | encounter_id | seq | role      | code | system
normal_delivery     | e1           | 1   | principal | O80  | icd10cm
outcome_of_delivery | e1           | 2   | secondary | Z370 | icd10cm
outcome_of_delivery | e2           | 2   | secondary | Z372 | icd10cm
"""
fires = ""
*/
select
    outcome.encounter_id,
    outcome.seq,
    outcome.code,
    outcome.system
from checked.listed_diagnosis as delivery
inner join checked.listed_diagnosis as outcome on delivery.encounter_id = outcome.encounter_id
where
    delivery.list = 'normal_delivery'
    and outcome.list = 'outcome_of_delivery'
    and delivery.system = outcome.system
    and outcome.code <> 'Z370'
