-- Diagnoses alone, without their encounter: the fastest to read.
create view checked.core_diagnosis as
select encounter_id, seq, role, code_raw, code, system, poa, code_status
from {warehouse}.core.diagnosis as diagnosis;
