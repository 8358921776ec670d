-- Diagnoses whose code is on a list on its day: a row a diagnosis and list.
create table checked.listed_diagnosis as
select
    code_list.list,
    code_list.value,
    diagnosis.* exclude (code_raw),
    brief.* exclude (encounter_id, department, coder_id)
from {warehouse}.core.diagnosis as diagnosis
inner join checked.code_list as code_list
    on diagnosis.system = code_list.system
    and diagnosis.code = code_list.code
inner join checked.encounter_brief as brief
    on diagnosis.encounter_id = brief.encounter_id
    and coalesce(brief.code_date, date '0001-01-01') between code_list.valid_from and code_list.valid_to;
