-- The encounters of each stay that counts as a discharge; stays are numbered by their row of core.stay.
create or replace temp table stay_encounter as
select stay_id as encounter_id, rowid as stay_number
from core.stay
where counts_as_discharge and encounters = 1
union all
select e.encounter_id, s.rowid
from core.encounter as e
join core.stay as s using (stay_id)
where s.counts_as_discharge and s.encounters > 1;
