-- Procedures whose code is on a list on its day: a row a procedure and list.
create table checked.listed_procedure as
with dated as (
    select
        procedure.*,
        brief.* exclude (encounter_id)
        replace (
            case
                when brief.date_precision <> 'shifted' then coalesce(procedure.procedure_date, brief.code_date)
            end as code_date
        )
    from {warehouse}.core.procedure as procedure
    inner join checked.encounter_brief as brief on procedure.encounter_id = brief.encounter_id
)
select code_list.list, code_list.value, dated.*
from dated
inner join checked.code_list as code_list
    on dated.system = code_list.system
    and dated.code = code_list.code
    and coalesce(dated.code_date, date '0001-01-01') between code_list.valid_from and code_list.valid_to;
