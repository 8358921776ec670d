/*
id = "normal_delivery_with_complication"
title = "Normal delivery beside another code of pregnancy"
family = "record"
severity = "warns"
severity_because = "The other code takes the delivery out of the normal ones; which of the two is right only the record says."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["normal_delivery"]
message = "A full-term uncomplicated delivery (O80) stands with another code of pregnancy, childbirth or the puerperium."
why = """
The share of normal deliveries is a figure of maternity care that hospitals are compared by. With a complication on \
the same record the delivery was not a normal one, or the complication was not there."""
source = "ICD-10-CM Official Guidelines, section I.C.15.n.1 (O80 only where no other code of chapter 15 is needed for a current complication)"
fix = "If the complication was present at the delivery, code it as principal diagnosis in place of O80."

[[effect]]
kind = "recode"
targets = ["record"]

[[effect]]
kind = "recode"
targets = ["chapter"]

[[example]]
title = "A normal delivery with a tear fires"
given.listed_diagnosis = """
list            | encounter_id | seq | role      | code | system
normal_delivery | e1           | 1   | principal | O80  | icd10cm
"""
given.marked_diagnosis = """
encounter_id | seq | role      | code | system
e1           | 1   | principal | O80  | icd10cm
e1           | 2   | secondary | O701 | icd10cm
"""
fires = """
encounter_id | seq | code
e1           | 1   | O80
"""

[[example]]
title = "Codes of other chapters do not"
given.listed_diagnosis = """
list            | encounter_id | seq | role      | code | system
normal_delivery | e1           | 1   | principal | O80  | icd10cm
"""
given.marked_diagnosis = """
encounter_id | seq | role      | code | system
e1           | 1   | principal | O80  | icd10cm
e1           | 2   | secondary | Z370 | icd10cm
e2           | 1   | principal | O701 | icd10cm
"""
fires = ""
*/
select
    delivery.encounter_id,
    delivery.seq,
    delivery.code,
    delivery.system,
    delivery.role,
    string_agg(other.code, ',' order by other.code) as beside
from checked.listed_diagnosis as delivery
inner join checked.marked_diagnosis as other
    on delivery.encounter_id = other.encounter_id
    and delivery.system = other.system
where
    delivery.list = 'normal_delivery'
    and other.code >= 'O'
    and other.code < 'P'
    and other.code <> 'O80'
    and other.role in ('principal', 'secondary')
group by all
