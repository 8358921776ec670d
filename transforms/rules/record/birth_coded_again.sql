/*
id = "birth_coded_again"
title = "Birth of a child is coded on a second stay"
family = "record"
severity = "warns"
severity_because = "One birth counts twice; the first record stands."
grain = "diagnosis"
systems = ["icd10cm"]
lists = ["liveborn_infant"]
message = "The birth (Z38) of this person was coded on an earlier stay already."
why = """
Births in hospital are counted from these codes, one a child. A child that is moved on the day of its birth is counted \
again by the second hospital."""
source = "ICD-10-CM Official Guidelines, section I.C.16.a.2 (Z38 once, at the birth; not by the receiving hospital)"
fix = "On the second stay code the condition for which the child was moved or admitted."

[[effect]]
kind = "recode"
targets = ["any"]

[[example]]
title = "The second of two birth records fires and names the first"
given.listed_diagnosis_with_encounter = """
list            | encounter_id | seq | role      | code  | system  | collection | patient_id | admission_date
liveborn_infant | e1           | 1   | principal | Z3800 | icd10cm | main       | p1         | 2023-05-01
liveborn_infant | e2           | 1   | principal | Z3800 | icd10cm | main       | p1         | 2023-05-02
"""
fires = """
encounter_id | seq | code  | related_id
e2           | 1   | Z3800 | e1
"""

[[example]]
title = "Twins are two persons; records without a person are not compared; two bills of one day are not two births"
given.listed_diagnosis_with_encounter = """
list            | encounter_id | seq | role      | code  | system  | collection | patient_id | admission_date
liveborn_infant | e1           | 1   | principal | Z3830 | icd10cm | main       | p1         | 2023-05-01
liveborn_infant | e2           | 1   | principal | Z3830 | icd10cm | main       | p2         | 2023-05-01
liveborn_infant | e3           | 1   | principal | Z3800 | icd10cm | main       |            | 2023-05-01
liveborn_infant | e4           | 1   | principal | Z3800 | icd10cm | main       |            | 2023-05-02
liveborn_infant | e5           | 1   | principal | Z3830 | icd10cm | main       | p1         | 2023-05-01
"""
fires = ""
*/
with birth as (
    select
        collection,
        patient_id,
        min(admission_date) as born,
        arg_min(encounter_id, (admission_date, encounter_id)) as first_encounter_id
    from checked.listed_diagnosis_with_encounter
    where list = 'liveborn_infant' and patient_id is not null and admission_date is not null
    group by collection, patient_id
)
select
    again.encounter_id,
    again.seq,
    again.code,
    again.system,
    birth.first_encounter_id as related_id,
    again.admission_date
from checked.listed_diagnosis_with_encounter as again
inner join birth
    on again.collection = birth.collection
    and again.patient_id = birth.patient_id
    and again.admission_date > birth.born
where again.list = 'liveborn_infant' and again.role in ('principal', 'secondary')
