-- Who may come to, or leave, the cells of a breakdown. Reads `patient_record`: for each patient and cell the flagged records
-- that are there as one of the patient's in some option, with how many of its options are (options_in), and in a row
-- without record that another record of the patient is there; and `tied_option`: cell, patient and option of units with
-- states.

-- Patients with a record that is in the cell whatever flags say are there for certain.
create or replace temp table patient_group as
select
    r.cell, r.patient,
    bool_or(r.record is null or r.options_in = e.options) as is_certain,
    count(r.record) as records,
    min(r.record) as record
from patient_record as r
left join record_option as e using (record)
group by r.cell, r.patient;

-- Whose presence is asked for together, by the cell that `within` names: a record that is the only one of its patient
-- there is one with itself as another person's. Others are numbered after all records.
create or replace temp table patient_entity as
with numbered as (
    select
        patient,
        (select max(record) from record_option) + row_number() over (order by patient) as number_of_patient
    from (select distinct patient from patient_record)
)
select g.cell, g.patient, if(w.is_certain or w.records > 1, n.number_of_patient, w.record) as entity
from patient_group as g
join within_cell as i using (cell)
join patient_group as w on w.cell = i.within and w.patient = g.patient
join numbered as n on n.patient = g.patient
where not g.is_certain;

create or replace temp table entity_record as
select
    e.cell, e.entity, p.record, any_value(p.unit_id) as unit_id, any_value(p.has_states) as has_states,
    bool_or(p.coded_in) as coded_in, sum(p.options_in)::integer as options_in, sum(p.named_in)::integer as named_in,
    any_value(o.options) as options, any_value(o.named_options) as named_options,
    least(sum(p.share_in), 1) as share_in
from patient_entity as e
join patient_record as p using (cell, patient)
join record_option as o on o.record = p.record
group by e.cell, e.entity, p.record;

-- Units that choose freely are one record. Of the others, all records have to be out in the same state; a state in which
-- a record has no option with a named target is not open to named targets.
create or replace temp table entity_unit as
with open_state as (
    select unit_id, state, bool_and(has_named) as is_open
    from (
        select s.unit_id, s.state, s.record, bool_or(o.is_named) as has_named
        from state_brief as s
        join option_brief as o using (option_id)
        group by s.unit_id, s.state, s.record
    )
    group by unit_id, state
),
option_in as (
    select distinct e.cell, e.entity, t.option_id
    from patient_entity as e
    join tied_option as t using (cell, patient)
),
of_record as (
    select
        e.cell, e.entity, e.unit_id, s.state, e.record,
        count(*) as options, count(i.option_id) as options_in,
        count(*) filter (o.is_named) as named_options, count(i.option_id) filter (o.is_named) as named_in
    from entity_record as e
    join state_brief as s on s.unit_id = e.unit_id and s.record = e.record
    join option_brief as o on o.option_id = s.option_id
    left join option_in as i on i.cell = e.cell and i.entity = e.entity and i.option_id = s.option_id
    where e.has_states
    group by all
),
of_state as (
    select
        cell, entity, unit_id, state,
        bool_and(options_in < options) as can_leave,
        bool_or(options_in > 0) as can_be_there,
        bool_and(named_in < named_options) and any_value(n.is_open) as can_leave_named,
        bool_or(named_in > 0) and any_value(n.is_open) as can_be_there_named
    from of_record
    join open_state as n using (unit_id, state)
    group by cell, entity, unit_id, state
)
select
    cell, entity, unit_id, bool_or(can_leave) as can_leave, bool_or(can_be_there) as can_be_there,
    bool_or(can_leave_named) as can_leave_named, bool_or(can_be_there_named) as can_be_there_named
from of_state
group by cell, entity, unit_id
union all
select cell, entity, unit_id, options_in < options, true, named_in < named_options, named_in > 0
from entity_record
where not has_states;

-- Probabilities are those of all a patient's records in the cell being wrong together.
create or replace temp table entity_at as
with of_unit as (
    select
        cell, entity, bool_and(can_leave) as can_leave, bool_or(can_be_there) as can_be_there,
        bool_and(can_leave_named) as can_leave_named, bool_or(can_be_there_named) as can_be_there_named
    from entity_unit
    group by cell, entity
),
of_record as (
    select
        cell, entity, bool_or(coded_in) as coded_in, count(*) as records,
        sum(options_in) as options_in, sum(named_in) as named_in,
        min(record) as first_record,
        round(coalesce(product(1 - share_in) filter (coded_in), 0), 9) as share_out,
        round(1 - product(1 - share_in), 9) as share_in
    from entity_record
    group by cell, entity
)
select
    r.*, coalesce(w.rule_set, 0) as rule_set,
    r.coded_in and u.can_leave as leaves, r.coded_in and u.can_leave_named as leaves_named,
    not r.coded_in and u.can_be_there as comes, not r.coded_in and u.can_be_there_named as comes_named
from of_record as r
join of_unit as u using (cell, entity)
left join record_rules as w on w.record = r.first_record;
