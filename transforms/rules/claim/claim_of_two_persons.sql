/*
id = "claim_of_two_persons"
title = "Claim number belongs to two persons"
family = "claim"
severity = "warns"
severity_because = "Number or person is wrong; one claim moves a figure little."
grain = "encounter"
applies_to = "claim_number is not null and patient_id is not null"
message = "Another person has a bill with the same claim number."
why = """
A claim is one person's, so two persons under one number are one person with two numbers, or a number that was \
given twice. Patients, readmissions and follow-up count them wrongly."""
source = "Tuva, logical test multiple_person_ids_per_claim"
fix = "Compare names and numbers of both bills; a newborn on the mother's claim needs a claim of its own."

[[effect]]
kind = "person"

[[example]]
title = "Both bills fire"
given.shared_claim = """
encounter_id | source | collection | patient_id | claim_number
s:1          | s      | main       | p1         | C1
s:2          | s      | main       | p2         | C1
"""
fires = """
encounter_id | related_id
s:1          | s:2
s:2          | s:1
"""

[[example]]
title = "One person, an unknown one, and another source do not"
given.shared_claim = """
encounter_id | source | collection | patient_id | claim_number
s:1          | s      | main       | p1         | C1
s:2          | s      | main       | p1         | C1
s:3          | s      | main       | p1         | C2
s:4          | s      | main       |            | C2
t:1          | t      | main       | p9         | C1
"""
fires = ""
*/
with shared as (
    select source, collection, claim_number, min(encounter_id) as first_id, max(encounter_id) as last_id
    from checked.shared_claim
    group by source, collection, claim_number
    having min(patient_id) <> max(patient_id)
)
select
    encounter.encounter_id,
    if(encounter.encounter_id = shared.first_id, shared.last_id, shared.first_id) as related_id,
    encounter.patient_id
from shared
inner join checked.shared_claim as encounter
    on shared.source = encounter.source
    and shared.collection = encounter.collection
    and shared.claim_number = encounter.claim_number
