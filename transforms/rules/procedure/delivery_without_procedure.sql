/*
id = "delivery_without_procedure"
title = "Delivery has no delivery procedure"
family = "procedure"
severity = "informs"
severity_because = "The delivery counts by its diagnosis; only how it was done is missing."
grain = "encounter"
systems = ["icd10cm", "icd9cm"]
lists = ["deliveries"]
applies_to = "stay_id is not null and encounter_class = 'inpatient' and facility_type = 'hospital'"
message = "The stay has an outcome of delivery and no procedure that delivers."
why = """
Caesarean rates divide operations by deliveries, so a delivery without its procedure counts as a vaginal one or \
not at all. A postpartum stay that carries the outcome of delivery forward looks the same."""
source = "ICD-10-CM Official Guidelines, section I.C.15.n; ICD-10-PCS, section 1 (every delivery has a procedure: 10D or 10E)"
fix = "Add the procedure from the delivery record, or remove the outcome from a stay that is not the delivery's."

[parameters.least_share]
default = 0.5
about = "Share of a source's deliveries that must have a procedure for the rule to speak"

[[effect]]
kind = "none"

[[example]]
title = "The one delivery of two without a procedure fires"
given.listed_diagnosis_with_encounter = """
list       | encounter_id | stay_id | seq | role      | code | system  | source | encounter_class | facility_type
deliveries | e1           | e1      | 2   | secondary | Z370 | icd10cm | s      | inpatient       | hospital
deliveries | e2           | e2      | 2   | secondary | Z370 | icd10cm | s      | inpatient       | hospital
"""
given.plain_procedure = """
encounter_id | seq | system   | code
e1           | 1   | icd10pcs | 10E0XZZ
"""
fires = """
encounter_id
e2
"""

[[example]]
title = "A source without procedures, and a caesarean, do not"
given.listed_diagnosis_with_encounter = """
list       | encounter_id | stay_id | seq | role      | code | system  | source | encounter_class | facility_type
deliveries | e1           | e1      | 2   | secondary | Z370 | icd10cm | s      | inpatient       | hospital
deliveries | e2           | e2      | 2   | secondary | Z370 | icd10cm | t      | inpatient       | hospital
"""
given.plain_procedure = """
encounter_id | seq | system   | code
e2           | 1   | icd10pcs | 10D00Z1
"""
fires = ""
*/
with delivery as (
    select
        encounter_id,
        min(source) as source,
        min(system) as system
    from checked.listed_diagnosis_with_encounter
    where
        list = 'deliveries'
        and stay_id is not null
        and encounter_class = 'inpatient'
        and facility_type = 'hospital'
        and system in ('icd10cm', 'icd9cm')
        and role in ('principal', 'secondary')
    group by encounter_id
),
delivered as (
    select distinct delivery.encounter_id
    from delivery
    inner join checked.plain_procedure as procedure on delivery.encounter_id = procedure.encounter_id
    where
        (procedure.system = 'icd10pcs' and left(procedure.code, 3) in ('10D', '10E'))
        or (procedure.system = 'icd9proc' and left(procedure.code, 2) between '72' and '74')
        or (procedure.system = 'hcpcs' and procedure.code between '59400' and '59622')
),
reporting as (
    select delivery.source
    from delivery
    left join delivered on delivery.encounter_id = delivered.encounter_id
    group by delivery.source
    having count(delivered.encounter_id) >= $least_share * count(*)
)
select delivery.encounter_id, delivery.system
from delivery
inner join reporting on delivery.source = reporting.source
where delivery.encounter_id not in (select delivered.encounter_id from delivered)
