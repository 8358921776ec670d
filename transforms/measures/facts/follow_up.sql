-- Days on which a death of a collection's patients would be known wherever it happened, by scope of patient numbers: those
-- that a register of deaths covers, or a source that knows of every person whether they live. No other link is survival.
create or replace temp table follow_up as
select distinct p.collection, p.person_scope, c.first_day, c.last_day
from (
    select distinct collection, split_part(patient_id, ':', 1) as person_scope, death_source
    from core.person
    where death_date is not null
) as p
join core.coverage as c on c.source = p.death_source and c.collection = p.collection
where c.record_kind in ('death', 'vital_status') and c.first_day is not null;
