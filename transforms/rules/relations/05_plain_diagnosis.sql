-- Every diagnosis with its encounter, without what is said of its code: for rules that do not ask that.
create view checked.plain_diagnosis as
select diagnosis.*, brief.* exclude (encounter_id)
from {warehouse}.core.diagnosis as diagnosis
inner join checked.encounter_brief as brief on diagnosis.encounter_id = brief.encounter_id;
