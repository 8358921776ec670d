-- Stays.
create view checked.stay as
select
    stay.*,
    case when date_precision <> 'shifted' then coalesce(discharge_date, admission_date) end as code_date,
    case when weight_kind = 'sampling' then 1 else cast(weight as bigint) end as records
from {warehouse}.core.stay as stay;
