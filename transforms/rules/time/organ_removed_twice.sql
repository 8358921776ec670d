/*
id = "organ_removed_twice"
title = "Organ was removed twice"
family = "time"
severity = "warns"
severity_because = "One of the operations is another one, another day or another person's; one record moves a figure little."
grain = "procedure"
systems = ["icd10pcs", "icd9proc", "hcpcs", "opcs4"]
lists = ["organ_removals"]
applies_to = "patient_id is not null"
message = "The operation removes an organ that was removed before ({limited_to})."
why = """
A person has one such organ, so the second operation counts a case that cannot be. Usually the second record \
carries the first operation forward as history, or two persons share a number."""
source = "ICD-10-PCS and ICD-9-CM volume 3, definitions of removal of a whole organ; Kahn 2016, plausibility: temporal"
fix = "Compare both operation notes: code history as history, and separate the persons if they are two."

[parameters.least_days]
default = 30
about = "Days within which the same operation may be reported again by others"

[[effect]]
kind = "recode"
targets = ["any"]

[[effect]]
kind = "person"

[[effect]]
kind = "dates"
fields = ["admission_date"]

[[example]]
title = "A gallbladder taken out in March and again in August fires"
given.listed_procedure = """
list           | value       | encounter_id | seq | code    | system   | collection | patient_id | procedure_date | admission_date | date_precision | code_status
organ_removals | gallbladder | e1           | 1   | 0FT44ZZ | icd10pcs | main       | p1         | 2023-03-01     | 2023-03-01     | day            | valid
organ_removals | gallbladder | e2           | 1   | 47562   | hcpcs    | main       | p1         |                | 2023-08-01     | day            | valid
"""
fires = """
encounter_id | seq | related_id
e2           | 1   | e1
"""

[[example]]
title = "The surgeon's bill of the week, an operation that was broken off, another organ, and another collection do not"
given.listed_procedure = """
list           | value       | encounter_id | seq | code    | system   | collection | patient_id | procedure_date | admission_date | date_precision | modifiers | code_status
organ_removals | gallbladder | e1           | 1   | 0FT44ZZ | icd10pcs | main       | p1         | 2023-03-01     | 2023-03-01     | day            |           | valid
organ_removals | gallbladder | e2           | 1   | 47562   | hcpcs    | main       | p1         |                | 2023-03-31     | day            |           | valid
organ_removals | appendix    | e3           | 1   | 0DTJ4ZZ | icd10pcs | main       | p1         | 2023-08-01     | 2023-08-01     | day            |           | valid
organ_removals | gallbladder | e4           | 1   | 0FT44ZZ | icd10pcs | other      | p1         | 2023-08-01     | 2023-08-01     | day            |           | valid
organ_removals | gallbladder | e5           | 1   | 47562   | hcpcs    | main       | p2         | 2023-01-01     | 2023-01-01     | day            | 53        | valid
organ_removals | gallbladder | e6           | 1   | 47562   | hcpcs    | main       | p2         | 2023-08-01     | 2023-08-01     | day            |           | valid
"""
fires = ""
*/
with removal as (
    select
        encounter_id,
        seq,
        code,
        system,
        collection,
        patient_id,
        value as limited_to,
        coalesce(procedure_date, admission_date) as day
    from checked.listed_procedure
    where
        list = 'organ_removals'
        and code_status in ('valid', 'unknown')
        and patient_id is not null
        and date_precision in ('day', 'shifted')
        and not list_has_any(string_split(coalesce(modifiers, ''), ','), ['53', '73'])
),
first_removal as (
    select collection, patient_id, limited_to, min(day) as first_day, arg_min(encounter_id, (day, encounter_id)) as first_id
    from removal
    where day is not null
    group by all
)
select
    removal.encounter_id,
    removal.seq,
    removal.code,
    removal.system,
    removal.limited_to,
    removal.day,
    first_removal.first_day,
    first_removal.first_id as related_id
from removal
inner join first_removal
    on removal.collection = first_removal.collection
    and removal.patient_id = first_removal.patient_id
    and removal.limited_to = first_removal.limited_to
    -- Surgeon, hospital and payer report the same operation within days of each other.
    and removal.day > first_removal.first_day + $least_days
