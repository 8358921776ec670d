-- On which days flagged records, and the others of their patients, have which causes. Reads `record_option` and
-- `patient_listed` (see find.py). Records of unflagged stays have numbers below 0, which stand for the record here. Cause 0
-- is all causes.
create or replace temp table patient_day as
with dated as (
    select
        p.patient_number as patient, p.record_number, p.event_date as day, p.sex,
        coalesce(o.record, p.record_number) as record, coalesce(o.is_coded, true) as is_coded,
        coalesce(o.is_named, true) as is_named, coalesce(o.is_wild, false) as is_wild
    from placed as p
    left join option_brief as o on o.option_id = p.record_number
    where
        p.patient_number is not null and p.date_precision = 'day' and p.event_date is not null
        and (p.record_number < -1 or o.option_id is not null)
),
every as (
    select *, 0 as cause_number from dated
    union all
    select d.*, n.cause_number
    from dated as d
    join patient_listed as n using (record_number)
    where not d.is_wild
)
select
    e.patient, e.cause_number, e.day, e.sex, e.record,
    bool_or(e.is_coded) as is_coded, bool_or(e.is_named) as is_named,
    e.record < 0 or count(*) = any_value(o.options) as is_sure,
    e.record < 0 or count(*) filter (e.is_named) = any_value(o.named_options) as is_sure_named
from every as e
left join record_option as o on o.record = e.record
group by e.patient, e.cause_number, e.day, e.sex, e.record;

-- Whose records flags could move: of the others what is coded is what is.
create or replace temp table touched as
select patient, cause_number from patient_day group by patient, cause_number having not bool_and(is_sure);
