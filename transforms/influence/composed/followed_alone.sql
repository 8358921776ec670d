-- What one flagged stay does to what follows it and to the other stays of its patient, by the SQL that follows stays.
-- Two worlds are followed for it: one without the stay (it is absent, another person's, or on other days), numbered by the
-- record, and, where its outcome is in doubt, one with it, numbered below 0.
create or replace temp table trial_stay as
select
    s.rowid as stay_number, s.* replace (u.world::varchar as patient_id)
from core.stay as s
join (
    select record as world, stay_id, collection, patient_id from unsteady_stay where is_away or is_dated
    union all
    select -record, null, collection, patient_id from unsteady_stay where is_outcome
) as u on u.collection = s.collection and u.patient_id = s.patient_id and s.stay_id is distinct from u.stay_id;
