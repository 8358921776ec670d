-- Encounters, with their principal diagnosis.
create view checked.encounter as
select
    encounter.*,
    case when date_precision <> 'shifted' then coalesce(discharge_date, admission_date) end as code_date,
    case when weight_kind = 'sampling' then 1 else cast(weight as bigint) end as records,
    principal.seq as principal_seq,
    principal.system as principal_system,
    principal.code as principal_code,
    principal.code_status as principal_code_status
from {warehouse}.core.encounter as encounter
left join checked.principal on encounter.encounter_id = principal.encounter_id;
