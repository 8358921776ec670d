-- Every procedure with its encounter, without what is said of its code: for rules that do not ask that.
create view checked.plain_procedure as
select
    procedure.*,
    brief.* exclude (encounter_id)
    replace (
        case when brief.date_precision <> 'shifted' then coalesce(procedure.procedure_date, brief.code_date) end
            as code_date
    )
from {warehouse}.core.procedure as procedure
inner join checked.encounter_brief as brief on procedure.encounter_id = brief.encounter_id;
