/*
id = "denied_and_resubmitted"
title = "Denied bill counts beside the one that was paid"
family = "claim"
severity = "warns"
severity_because = "The same care counts twice; one record moves a figure little."
grain = "encounter"
applies_to = "claim_status is not null"
message = "The bill was denied or reversed, and another of the same patient, facility and day stands."
why = """
A denial is a decision on money and not on whether care was given, so a denied bill counts once, like any other. \
Beside the bill that was sent in its place it is the same care again."""
source = "Tuva, adjustments, denials and reversals; X12 835 (claim status)"
fix = "Keep the bill that was paid or is pending; keep the denied one only if nothing took its place."

[[effect]]
kind = "merge"

[[example]]
title = "A denied bill beside a paid one fires"
given.plain_encounter = """
encounter_id | collection | source | patient_id | facility_id | encounter_class | admission_date | claim_status
e1           | main       | s      | p1         | h1          | inpatient       | 2023-05-01     | denied
e2           | main       | s      | p1         | h1          | inpatient       | 2023-05-01     | paid
"""
fires = """
encounter_id | related_id
e1           | e2
"""

[[example]]
title = "A denied bill alone, two that were paid, and another day do not"
given.plain_encounter = """
encounter_id | collection | source | patient_id | facility_id | encounter_class | admission_date | claim_status
e1           | main       | s      | p1         | h1          | inpatient       | 2023-05-01     | denied
e2           | main       | s      | p2         | h1          | inpatient       | 2023-05-01     | paid
e3           | main       | s      | p2         | h1          | inpatient       | 2023-05-01     | paid
e4           | main       | s      | p1         | h1          | inpatient       | 2023-05-09     | paid
"""
fires = ""
*/
with denied as (
    select encounter_id, collection, source, patient_id, facility_id, encounter_class, admission_date
    from checked.plain_encounter
    where claim_status in ('denied', 'reversed') and patient_id is not null and admission_date is not null
)
select denied.encounter_id, min(other.encounter_id) as related_id, any_value(denied.admission_date) as admission_date
from denied
inner join checked.plain_encounter as other
    on denied.patient_id = other.patient_id
    and denied.collection = other.collection
    and denied.source = other.source
    and denied.facility_id is not distinct from other.facility_id
    and denied.encounter_class = other.encounter_class
    and denied.admission_date = other.admission_date
    and denied.encounter_id <> other.encounter_id
    and other.claim_status in ('paid', 'pending')
group by denied.encounter_id
