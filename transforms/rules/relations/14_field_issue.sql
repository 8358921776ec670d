-- Fields whose value is impossible; domain says what seq counts, record_kind whose field it is in the end.
create view checked.field_issue as
select
    record_kind as domain,
    case
        when record_kind in ('encounter', 'diagnosis', 'procedure') then 'encounter'
        when record_kind in ('death', 'death_condition') then 'death'
        else 'person'
    end as record_kind,
    record_id,
    seq,
    field,
    raw_value,
    problem
from {warehouse}.core.field_issue as issue;
