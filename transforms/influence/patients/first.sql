-- How many of a patient's records in a cell are the first in their window: at least, at most, and as coded. Reads
-- `patient_seen` and `record_option` (see presence.sql), `patient_day` and `touched` (see days.sql). {days}: the days that
-- a table looks back.

create or replace temp table cell_day as
with cell_cause as (
    select distinct cell, coalesce(if(cause = 'all', 0, cause_number), 0) as cause_number from patient_cell
)
select
    s.cell, c.cause_number, s.patient, p.event_date as day, p.sex,
    coalesce(o.record, s.record_number) as record,
    bool_or(coalesce(o.is_coded, true)) as is_coded, bool_or(coalesce(o.is_named, true)) as is_named,
    any_value(o.record is null) or count(*) = any_value(r.options) as is_sure,
    any_value(o.record is null) or count(*) filter (o.is_named) = any_value(r.named_options) as is_sure_named
from patient_seen as s
join cell_cause as c using (cell)
semi join touched as t on t.patient = s.patient and t.cause_number = c.cause_number
join placed as p on p.record_number = s.record_number
left join option_brief as o on o.option_id = s.record_number
left join record_option as r on r.record = o.record
where
    p.date_precision = 'day' and p.event_date is not null
    and (s.record_number < -1 or (o.option_id is not null and not (o.is_wild and s.by_cause)))
group by s.cell, c.cause_number, s.patient, p.event_date, p.sex, coalesce(o.record, s.record_number);

-- What else of the patient lies in the days before. On the same day one of two records counts, which matters where they
-- are of different sexes.
create or replace temp table first_in_cell as
with
-- Joined by the patient and the cause alone: by a range of days besides, the join takes minutes.
before as (
    select
        c.cell, c.patient, c.day, c.sex, c.record,
        bool_or(q.is_coded and q.day < c.day) as is_after_coded, bool_or(q.is_coded and q.day = c.day) as is_beside_coded,
        bool_or(q.is_named) as may_be_after_named,
        bool_or(q.is_sure and q.day < c.day) as is_after, bool_or(q.is_sure_named and q.day < c.day) as is_after_named
    from cell_day as c
    join patient_day as q using (patient, cause_number)
    where q.record <> c.record and (c.day - q.day) between 0 and {days} and (c.day - q.day > 0 or q.sex <> c.sex)
    group by c.cell, c.patient, c.day, c.sex, c.record
),
compared as (
    select
        c.* exclude (cause_number, sex),
        coalesce(b.is_after_coded, false) as is_after_coded, coalesce(b.is_beside_coded, false) as is_beside_coded,
        b.cell is not null as may_be_after, coalesce(b.may_be_after_named, false) as may_be_after_named,
        coalesce(b.is_after, false) as is_after, coalesce(b.is_after_named, false) as is_after_named
    from cell_day as c
    left join before as b using (cell, patient, day, sex, record)
),
by_day as (
    select
        cell, patient, day,
        bool_or(is_coded and not is_after_coded) as is_coded,
        bool_or(is_coded and not is_after_coded and not is_beside_coded) as is_coded_alone,
        bool_or(is_sure and not may_be_after) as is_sure,
        bool_or(is_sure_named and not may_be_after_named) as is_sure_named,
        bool_or(not is_after) as may_be,
        bool_or(is_named and not is_after_named) as may_be_named
    from compared
    group by cell, patient, day
),
counted as (
    select
        cell, patient,
        count(*) filter (is_coded) as coded_most, count(*) filter (is_coded_alone) as coded_least,
        count(*) filter (is_sure) as least, count(*) filter (is_sure_named) as least_named,
        1 + (max(day) filter (may_be) - min(day) filter (may_be)) // ({days} + 1) as most,
        1 + (max(day) filter (may_be_named) - min(day) filter (may_be_named)) // ({days} + 1) as most_named
    from by_day
    group by cell, patient
)
select
    cell,
    sum(least(least - coded_most, 0)) as fewer, sum(least(least_named - coded_most, 0)) as fewer_named,
    sum(greatest(coalesce(most, 0) - coded_least, 0)) as more,
    sum(greatest(coalesce(most_named, 0) - coded_least, 0)) as more_named
from counted
group by cell;

-- Patients of all causes, whom shares divide by: who could leave, and who could come.
create or replace temp table patients_in_cell as
with held as (
    select
        r.cell, r.patient,
        bool_or(r.record is null or r.options_in = o.options) as is_sure,
        bool_or(r.record is null or r.named_in = o.named_options) as is_sure_named,
        bool_or(r.coded_in or r.record is null) as is_coded, bool_or(r.record is null or r.named_in > 0) as is_named
    from patient_record as r
    left join record_option as o using (record)
    where r.cell in (select all_cell from cell_figure)
    group by r.cell, r.patient
)
select
    cell,
    count(*) filter (is_coded and not is_sure) as leave,
    count(*) filter (is_coded and not is_sure_named) as leave_named,
    count(*) filter (not is_coded) as come, count(*) filter (not is_coded and is_named) as come_named
from held
group by cell;
