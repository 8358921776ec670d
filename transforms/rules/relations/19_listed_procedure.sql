-- Procedures whose code is on a list on its day: a row a procedure and list.
create table checked.listed_procedure as
with candidate as materialized (
    select procedure.*
    from {warehouse}.core.procedure as procedure
    semi join checked.code_list as code_list
        on procedure.system = code_list.system
        and procedure.code = code_list.code
),
dated as (
    select
        candidate.*,
        brief.* exclude (encounter_id)
        replace (
            case
                when brief.date_precision <> 'shifted' then coalesce(candidate.procedure_date, brief.code_date)
            end as code_date
        )
    from candidate
    inner join checked.encounter_brief as brief on candidate.encounter_id = brief.encounter_id
)
select code_list.list, code_list.value, dated.*
from dated
inner join checked.code_list as code_list
    on dated.system = code_list.system
    and dated.code = code_list.code
    and coalesce(dated.code_date, date '0001-01-01') between code_list.valid_from and code_list.valid_to;
