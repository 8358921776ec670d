/*
id = "delivery_without_outcome"
title = "Delivery without its outcome"
family = "record"
severity = "warns"
severity_because = "The delivery counts; the births it brought do not."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["delivery", "outcome_of_delivery"]
message = "The record has a delivery and no outcome of delivery."
why = """
Live births, still births and twins are counted from the outcome on the mother's record. Without it the delivery is \
missing from every rate per birth."""
source = "ICD-10-CM Official Guidelines, section I.C.15.b.5 (a code from Z37 on every maternal record when a delivery has occurred)"
fix = "Add the outcome of delivery (Z37)."

[[effect]]
kind = "add"
least = 0
greatest = 1

[[example]]
title = "A delivery alone fires"
given.listed_diagnosis = """
list     | encounter_id | seq | role      | code | system
delivery | e1           | 1   | principal | O80  | icd10cm
"""
fires = """
encounter_id | seq | code
e1           | 1   | O80
"""

[[example]]
title = "With its outcome it does not"
given.listed_diagnosis = """
list                | encounter_id | seq | role      | code | system
delivery            | e1           | 1   | principal | O80  | icd10cm
outcome_of_delivery | e1           | 2   | secondary | Z370 | icd10cm
"""
fires = ""
*/
select distinct
    delivery.encounter_id,
    delivery.seq,
    delivery.code,
    delivery.system,
    delivery.role
from checked.listed_diagnosis as delivery
left join checked.listed_diagnosis as outcome
    on delivery.encounter_id = outcome.encounter_id
    and outcome.list = 'outcome_of_delivery'
    and outcome.role in ('principal', 'secondary', 'external')
where
    delivery.list = 'delivery'
    and delivery.role in ('principal', 'secondary', 'external')
    and outcome.encounter_id is null
