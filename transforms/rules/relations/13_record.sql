-- Every encounter, death and person: what a rule about fields of whatever record counts against.
create view checked.record as
select 'encounter' as record_kind, encounter_id as record_id, collection, source, code_date, records
from checked.encounter
union all
select 'death', death_id, collection, source, code_date, records
from checked.death
union all
select 'person', patient_id, collection, null, code_date, records
from checked.person;
