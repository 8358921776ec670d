-- The principal diagnosis of each encounter that has one; the first where a source gives several.
create table checked.principal as
select
    encounter_id,
    min(seq) as seq,
    arg_min(system, seq) as system,
    arg_min(code, seq) as code,
    arg_min(code_status, seq) as code_status
from {warehouse}.core.diagnosis
where role = 'principal'
group by encounter_id;
