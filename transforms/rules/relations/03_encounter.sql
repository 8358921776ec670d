-- Encounters, with their principal diagnosis.
create view checked.encounter as
select
    encounter.*,
    principal.seq as principal_seq,
    principal.system as principal_system,
    principal.code as principal_code,
    principal.code_status as principal_code_status
from checked.plain_encounter as encounter
left join checked.principal on encounter.encounter_id = principal.encounter_id;
