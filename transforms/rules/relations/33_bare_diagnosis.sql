-- Diagnoses alone, without their encounters: for rules that read very many and need no more.
create view checked.bare_diagnosis as
select encounter_id, seq, role, system, code, poa
from {warehouse}.core.diagnosis as diagnosis
-- DuckDB asks a function once for each different value of a block, but IN of every row.
where list_contains(['principal', 'secondary', 'external'], role) and code is not null;
