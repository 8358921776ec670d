/*
id = "deliveries_too_close"
title = "Two deliveries within months"
family = "time"
severity = "warns"
severity_because = "One of them is a copy, a postpartum stay or another woman's; one record moves a figure little."
grain = "encounter"
systems = ["icd10cm", "icd10", "icd9cm"]
lists = ["deliveries"]
applies_to = "stay_id is not null and patient_id is not null"
message = "The woman was delivered in another stay less than {limited_to} days before."
why = """
A delivery that is coded again on a postpartum stay counts two births and halves the maternal mortality and \
caesarean rates of such records. Two women under one number look the same."""
source = "ICD-10-CM Official Guidelines, section I.C.15.b.5 and I.C.15.o (outcome of delivery once, on the delivery record); the interval is Farr's"
fix = "Compare both records: a postpartum stay takes its complication and no outcome of delivery."

[parameters.grace_days]
default = 14
about = "Days within which twins may be delivered apart, or the same delivery be recorded by two facilities"

[parameters.least_days]
default = 150
about = "Days below which two deliveries are hardly those of two pregnancies"

[[effect]]
kind = "recode"
targets = ["codes"]
codes = ["O72", "O85", "O86", "O87", "O88", "O89", "O90", "O91", "O92", "O94", "O99", "Z39"]
place = "principal"

[[effect]]
kind = "merge"

[[effect]]
kind = "person"

[[example]]
title = "Deliveries in March and in May fire"
given.listed_diagnosis_with_encounter = """
list       | encounter_id | stay_id | seq | role      | code | system  | collection | patient_id | facility_type | discharge_date | date_precision
deliveries | e1           | e1      | 1   | principal | O80  | icd10cm | main       | p1         | hospital      | 2023-03-01     | day
deliveries | e2           | e2      | 2   | secondary | Z370 | icd10cm | main       | p1         | hospital      | 2023-05-01     | day
"""
fires = """
encounter_id | related_id
e2           | e1
"""

[[example]]
title = "The second twin days later, a delivery in the year after, and the bill of the physician do not"
given.listed_diagnosis_with_encounter = """
list       | encounter_id | stay_id | seq | role      | code | system  | collection | patient_id | facility_type    | discharge_date | date_precision
deliveries | e1           | e1      | 1   | principal | O80  | icd10cm | main       | p1         | hospital         | 2023-03-01     | day
deliveries | e2           | e2      | 2   | secondary | Z370 | icd10cm | main       | p1         | hospital         | 2023-03-08     | day
deliveries | e3           | e3      | 2   | secondary | Z370 | icd10cm | main       | p1         | hospital         | 2024-03-08     | day
deliveries | e4           |         | 2   | secondary | Z370 | icd10cm | main       | p1         | physician_office | 2023-05-08     | day
"""
fires = ""
*/
with delivery as (
    select
        encounter_id,
        min(stay_id) as stay_id,
        min(collection) as collection,
        min(patient_id) as patient_id,
        min(system) as system,
        max(coalesce(discharge_date, admission_date)) as day
    from checked.listed_diagnosis_with_encounter
    where
        list = 'deliveries'
        and stay_id is not null
        and facility_type in ('hospital', 'clinic', 'other')
        and patient_id is not null
        and role in ('principal', 'secondary')
        and date_precision in ('day', 'shifted')
    group by encounter_id
)
select
    later.encounter_id,
    min(later.system) as system,
    min(earlier.encounter_id) as related_id,
    max(later.day) as day,
    max(earlier.day) as earlier_day,
    $least_days as limited_to
from delivery as earlier
inner join delivery as later
    on earlier.patient_id = later.patient_id
    and earlier.collection = later.collection
    and earlier.stay_id <> later.stay_id
    and later.day > earlier.day + $grace_days
    and later.day < earlier.day + $least_days
group by later.encounter_id
