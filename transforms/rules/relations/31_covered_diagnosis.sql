-- Diagnoses that support a procedure, as far as the site has brought a coverage table in.
create view checked.covered_diagnosis as
select procedure_code, system, code_from, code_to, valid_from, valid_to, source
from {warehouse}.codes.coverage as coverage;
