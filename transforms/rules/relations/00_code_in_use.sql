-- Every code that records have, and whether diagnoses have it: what is said of other codes need not be looked at.
create table checked.code_in_use as
select system, code, bool_or(is_diagnosis) as is_diagnosis
from (
    select distinct system, code, true as is_diagnosis from {warehouse}.core.diagnosis where code is not null
    union all
    select distinct system, code, false from {warehouse}.core.procedure where code is not null
    union all
    select distinct system, code, false from {warehouse}.core.death_condition where code is not null
    union all
    select distinct system, underlying_cause, false from {warehouse}.core.death where underlying_cause is not null
)
group by system, code;
