-- Procedures alone, without their encounter: the fastest to read.
create view checked.core_procedure as
select encounter_id, seq, role, code_raw, code, system, procedure_date, modifiers, units, diagnosis_pointers, code_status
from {warehouse}.core.procedure as procedure;
