-- Diagnoses whose code is on a list on its day: a row a diagnosis and list, without the encounter. Written in the order
-- of the lists, so that who asks for one list reads no other. Lists that no rule holds against diagnoses are left out.
create table checked.listed_diagnosis as
with code_list as materialized (
    select *
    from checked.code_list
    where list in (select list_range.list from checked.list_range where list_range.of_diagnoses)
),
listed as (
    select list, value, diagnosis.encounter_id, seq, role, diagnosis.code, diagnosis.system
    from {warehouse}.core.diagnosis as diagnosis
    inner join code_list
        on diagnosis.system = code_list.system
        and diagnosis.code = code_list.code
    where code_list.valid_from = date '0001-01-01' and code_list.valid_to = date '9999-12-31'
    union all
    -- Only what is not on its list on every day need be held against a day.
    select list, value, diagnosis.encounter_id, seq, role, diagnosis.code, diagnosis.system
    from {warehouse}.core.diagnosis as diagnosis
    inner join code_list
        on diagnosis.system = code_list.system
        and diagnosis.code = code_list.code
    inner join checked.encounter_brief as brief
        on diagnosis.encounter_id = brief.encounter_id
        and coalesce(brief.code_date, date '0001-01-01') between code_list.valid_from and code_list.valid_to
    where code_list.valid_from > date '0001-01-01' or code_list.valid_to < date '9999-12-31'
)
select *
from listed
order by list;
