-- Every procedure with its encounter and what is said of its code on its day.
create view checked.procedure as
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
select
    dated.*,
    code.* exclude (system, code, valid_from, valid_to)
from dated
left join checked.code
    on dated.system = code.system
    and dated.code = code.code
    and coalesce(dated.code_date, date '0001-01-01') between code.valid_from and code.valid_to;
