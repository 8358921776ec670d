-- Encounters, without their principal diagnosis: for rules that do not ask that.
create view checked.plain_encounter as
select
    encounter.*,
    case when date_precision <> 'shifted' then coalesce(discharge_date, admission_date) end as code_date,
    case when weight_kind = 'sampling' then 1 else cast(weight as bigint) end as records
from {warehouse}.core.encounter as encounter;
