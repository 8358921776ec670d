-- Encounters that share their claim number with another of the source, written once: claims are many and seldom shared.
create table checked.shared_claim as
with numbered as (
    select
        source,
        collection,
        encounter_id,
        patient_id,
        claim_number,
        bill_type,
        admission_date,
        hash(source, collection, claim_number) as claim_key
    from {warehouse}.core.encounter
    where claim_number is not null
),
shared as (
    select claim_key
    from numbered
    group by claim_key
    having count(*) > 1
)
select numbered.* exclude (claim_key)
from numbered
semi join shared on numbered.claim_key = shared.claim_key;
