-- Stays whose listed diagnoses are counted, and their encounters.
create or replace temp table listed_stay as
select
    s.scope_id, c.record_number, c.record_id as stay_id, c."system",
    case
        when c.date_precision = 'day' and c.event_date is not null then c.event_date
        else date '9999-12-31'
    end as event_day
from {contributions} as c
join scope as s using ("domain", collection)
where c."domain" = 'discharge';

create or replace temp table listed_encounter as
select e.encounter_id, l.scope_id, l.record_number, l.event_day
from {encounters} as e
join listed_stay as l using (stay_id);
