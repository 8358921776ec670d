/*
id = "two_live_versions"
title = "Claim stands twice"
family = "claim"
severity = "blocks"
severity_because = "Each version adds an encounter, its days and perhaps a death; above one in fifty versions are not told apart at all."
threshold = 0.02
grain = "encounter"
applies_to = "claim_number is not null"
message = "Another bill with the same claim number stands too."
why = """
Two versions of a claim that both stand count one stay as two. It happens where a replacement was sent as an \
original, or where the source's versions have no order that the profile knows."""
source = "NUBC UB-04, form locator 4, fourth digit (frequency of bill); X12 837, CLM05-3 and REF*F8; Tuva, adjustments, denials and reversals"
fix = "Keep the latest version; if many stand twice, give the profile the type of bill or the version column."

[[effect]]
kind = "merge"

[[example]]
title = "The second original of a claim fires"
given.shared_claim = """
encounter_id | source | collection | patient_id | claim_number | bill_type
s:1          | s      | main       | p1         | C1           | 0111
s:2          | s      | main       | p1         | C1           | 0111
"""
fires = """
encounter_id | related_id
s:2          | s:1
"""

[[example]]
title = "Interim bills, the provider's and the payer's copies, and a number of two persons do not"
given.shared_claim = """
encounter_id | source | collection | patient_id | claim_number | bill_type
s:1          | s      | main       | p1         | C1           | 0112
s:2          | s      | main       | p1         | C1           | 0113
s:3          | s      | main       | p1         | C2           |
t:3          | t      | main       | p1         | C2           |
s:4          | s      | main       | p1         | C3           |
s:5          | s      | main       | p2         | C3           |
s:6          | s      | main       | p1         |              |
s:7          | s      | main       | p1         |              |
"""
fires = ""
*/
with repeated as (
    select source, collection, claim_number, min(encounter_id) as related_id
    from checked.shared_claim
    where
        -- Interim bills and late charges of one stay may share its number.
        coalesce(right(bill_type, 1) not in ('2', '3', '4', '5'), true)
    group by source, collection, claim_number
    having count(*) > 1 and count(distinct patient_id) <= 1
)
select encounter.encounter_id, repeated.related_id, encounter.admission_date
from repeated
inner join checked.shared_claim as encounter
    on repeated.source = encounter.source
    and repeated.collection = encounter.collection
    and repeated.claim_number = encounter.claim_number
where
    encounter.encounter_id <> repeated.related_id
    and coalesce(right(encounter.bill_type, 1) not in ('2', '3', '4', '5'), true)
