-- Diagnoses alone, without their encounters: for rules that read very many and need no more.
create view checked.bare_diagnosis as
select encounter_id, seq, role, system, code, poa
from {warehouse}.core.diagnosis as diagnosis
where role in ('principal', 'secondary', 'external') and code is not null;
