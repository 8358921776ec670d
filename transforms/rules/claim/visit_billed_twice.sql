/*
id = "visit_billed_twice"
title = "Visit is there twice under two numbers"
family = "claim"
severity = "warns"
severity_because = "One of the two counts too much; one record moves a figure little."
grain = "encounter"
applies_to = "stay_id is null and patient_id is not null and encounter_class in ('outpatient', 'emergency', 'professional')"
message = "Another visit agrees in patient, facility, days, principal diagnosis and procedures."
why = """
A bill that was sent again under another number counts as a second visit. Visits are many and cheap to send again, \
so their counts are wrong before anyone sees it."""
source = "HCUP data quality edits; CMS Medicare Claims Processing Manual, chapter 1, 120 (duplicate claims); Kahn 2016, plausibility: uniqueness"
fix = "Keep one of the two; two visits on one day differ in what was done, and that belongs on the record."

[[effect]]
kind = "merge"

[[example]]
title = "The same visit with the same procedures fires once"
given.encounter = """
encounter_id | collection | source | patient_id | facility_id | encounter_class | admission_date | principal_system | principal_code | date_precision
e1           | main       | s      | p1         | h1          | outpatient      | 2023-05-01     | icd10cm          | I10            | day
e2           | main       | s      | p1         | h1          | outpatient      | 2023-05-01     | icd10cm          | I10            | day
"""
given.plain_procedure = """
encounter_id | seq | system | code
e1           | 1   | hcpcs  | 99213
e2           | 1   | hcpcs  | 99213
"""
fires = """
encounter_id | related_id
e2           | e1
"""

[[example]]
title = "Another procedure, another day, another diagnosis, and a stay, which another rule judges, do not"
given.encounter = """
encounter_id | stay_id | collection | source | patient_id | facility_id | encounter_class | admission_date | principal_system | principal_code | date_precision
e1           |         | main       | s      | p1         | h1          | outpatient      | 2023-05-01     | icd10cm          | I10            | day
e2           |         | main       | s      | p1         | h1          | outpatient      | 2023-05-01     | icd10cm          | I10            | day
e3           |         | main       | s      | p1         | h1          | outpatient      | 2023-05-02     | icd10cm          | I10            | day
e4           |         | main       | s      | p1         | h1          | outpatient      | 2023-05-01     | icd10cm          | E119           | day
e5           | e5      | main       | s      | p2         | h1          | inpatient       | 2023-05-01     | icd10cm          | I10            | day
e6           | e6      | main       | s      | p2         | h1          | inpatient       | 2023-05-01     | icd10cm          | I10            | day
"""
given.plain_procedure = """
encounter_id | seq | system | code
e1           | 1   | hcpcs  | 99213
e2           | 1   | hcpcs  | 93000
"""
fires = ""
*/
with alike as (
    select
        collection,
        source,
        patient_id,
        facility_id,
        encounter_class,
        admission_date,
        principal_system,
        principal_code,
        list(encounter_id order by encounter_id) as encounter_ids
    from checked.encounter
    where
        stay_id is null
        and patient_id is not null
        and facility_id is not null
        and admission_date is not null
        and principal_code is not null
        and date_precision in ('day', 'shifted')
        and encounter_class in ('outpatient', 'emergency', 'professional')
    group by all
    having count(*) > 1
),
candidate as (
    select alike.encounter_ids[1] as group_id, unnest(alike.encounter_ids) as encounter_id
    from alike
),
signed as (
    select
        candidate.group_id,
        candidate.encounter_id,
        coalesce(
            string_agg(
                concat_ws(' ', procedure.system, procedure.code, procedure.modifiers, procedure.units), ','
                order by procedure.system, procedure.code, procedure.modifiers, procedure.units
            ), ''
        ) as done
    from candidate
    left join checked.plain_procedure as procedure on candidate.encounter_id = procedure.encounter_id
    group by candidate.group_id, candidate.encounter_id
)
select
    encounter_id,
    min(encounter_id) over (partition by group_id, done) as related_id,
    done
from signed
qualify encounter_id <> min(encounter_id) over (partition by group_id, done)
