-- Which stays follow-up could tell otherwise if flagged records of the same patient were otherwise.

-- Flagged stays that may be absent, of another patient or on other days, or that may be of another condition where that
-- tells whether a return continues the stay or is planned. `is_dated`: it may stand anywhere among the patient's stays.
create or replace temp table unsteady_stay as
with adjacent as (
    select distinct s.stay_id
    from core.stay as s
    join core.stay as o on o.collection = s.collection and o.patient_id = s.patient_id and o.stay_id <> s.stay_id
        and o.facility_id = s.facility_id
    where s.stay_id in (select record_id from influence.record where "domain" = 'discharge')
        and (s.admission_date = o.discharge_date or o.admission_date = s.discharge_date)
),
compared as (
    select
        o.record, o.record_id as stay_id, c.collection, c.patient_id, o.is_named,
        o.is_absent or o.patient_id is distinct from c.patient_id as is_away,
        o.event_date is distinct from c.event_date or o.bed_days is distinct from c.bed_days as is_dated,
        o.died is distinct from c.died as is_outcome,
        (o.code is distinct from c.code or o.is_wild)
            and (o.record_id in (from adjacent) or (select count(*) from codes.grouping
                where scheme = 'planned_readmission') > 0) as is_condition
    from influence.option as o
    join influence.option as c on c.record = o.record and c.is_coded
    where o."domain" = 'discharge' and not o.is_coded
)
select
    record, stay_id, any_value(collection) as collection, any_value(patient_id) as patient_id,
    coalesce(bool_or(is_away), false) as is_away, coalesce(bool_or(is_dated), false) as is_dated,
    coalesce(bool_or(is_outcome), false) as is_outcome, coalesce(bool_or(is_condition), false) as is_condition,
    coalesce(bool_or(is_named) filter (is_away or is_dated or is_condition), false) as chain_named,
    coalesce(bool_or(is_away or is_dated or is_condition), false) as chain_any,
    coalesce(bool_or(is_named) filter (is_away or is_dated or is_outcome), false) as death_named,
    coalesce(bool_or(is_away or is_dated or is_outcome), false) as death_any
from compared
group by record, stay_id
having coalesce(bool_or(is_away or is_dated or is_outcome or is_condition), false);

-- Patients whose death may be on another day, or none, or another person's.
create or replace temp table unsteady_death as
with compared as (
    select
        c.collection, c.patient_id, o.is_named,
        o.is_absent or o.patient_id is distinct from c.patient_id or o.event_date is distinct from c.event_date
            as is_moved
    from influence.option as o
    join influence.option as c on c.record = o.record and c.is_coded
    where o."domain" = 'death' and not o.is_coded and c.patient_id is not null
)
select collection, patient_id, bool_or(is_named) as is_named
from compared
where is_moved
group by all;

-- Stays of these patients in clusters: between two of them more days pass than the window, so that neither a return nor
-- a transfer reaches from one into the other, whatever stands in either. A stay that may be on any day joins all.
create or replace temp table influenced_stay as
with patient as (
    select collection, patient_id, bool_or(is_dated) as is_dated
    from unsteady_stay
    where patient_id is not null
    group by all
    union
    select d.collection, d.patient_id, false
    from unsteady_death as d
    anti join unsteady_stay as u using (collection, patient_id)
),
ordered as (
    select
        s.stay_id, s.collection, s.patient_id, p.is_dated, s.admission_date, s.counts_as_discharge,
        max(greatest(s.admission_date, s.discharge_date)) over (
            partition by s.collection, s.patient_id order by s.admission_date, s.stay_id
            rows between unbounded preceding and 1 preceding
        ) as ended_before
    from core.stay as s
    join patient as p using (collection, patient_id)
),
clustered as (
    select
        *,
        if(is_dated, 0, count(*) filter (coalesce(admission_date - ended_before > {window_days}, false)) over (
            partition by collection, patient_id order by admission_date, stay_id rows unbounded preceding
        )) as cluster
    from ordered
),
counted as (
    select
        c.stay_id, c.collection, c.patient_id, c.counts_as_discharge,
        -- What others of the cluster may do to the stay.
        count(*) filter (u.chain_named) over cluster_of - coalesce(u.chain_named, false)::integer > 0 as chain_named,
        count(*) filter (u.chain_any) over cluster_of - coalesce(u.chain_any, false)::integer as others,
        others > 0 as chain_any,
        -- Where it is one other that may, its record.
        coalesce(sum(u.record) filter (u.chain_any) over cluster_of, 0) - if(u.chain_any, u.record, 0) as other_record,
        count(*) filter (u.death_named) over cluster_of - coalesce(u.death_named, false)::integer > 0 as death_named,
        count(*) filter (u.death_any) over cluster_of - coalesce(u.death_any, false)::integer > 0 as death_any
    from clustered as c
    left join unsteady_stay as u using (stay_id)
    window cluster_of as (partition by c.collection, c.patient_id, c.cluster)
)
select
    c.stay_id, c.chain_named, c.chain_any, c.death_named or coalesce(d.is_named, false) as death_named,
    c.death_any or d.patient_id is not null as death_any, c.others, if(c.others = 1, c.other_record, null) as other_record
from counted as c
left join unsteady_death as d using (collection, patient_id)
where c.counts_as_discharge
    and (c.chain_any or c.death_any or d.patient_id is not null);

-- What may follow these stays at all: a return only where another admission lies within the window, a death only where one
-- is known, or may be, before its end. Where a stay may be on any day, or the death, everything may.
create or replace temp table reached_stay as
with patient as (
    select collection, patient_id, bool_or(is_dated) as is_dated
    from unsteady_stay
    where patient_id is not null
    group by all
),
every as (
    select
        s.stay_id, s.collection, s.patient_id, s.admission_date, s.discharge_date,
        greatest(s.admission_date, s.discharge_date) as last_day,
        coalesce(s.died, false) or u.stay_id is not null as may_be_dead, coalesce(p.is_dated, false) as is_dated,
        d.patient_id is not null as is_death_moved
    from core.stay as s
    left join patient as p on p.collection = s.collection and p.patient_id = s.patient_id
    left join unsteady_death as d on d.collection = s.collection and d.patient_id = s.patient_id
    left join unsteady_stay as u on u.stay_id = s.stay_id and u.is_outcome
    where p.patient_id is not null or d.patient_id is not null
),
death_day as (
    select collection, patient_id, discharge_date as death_date from every where may_be_dead
    union all
    select p.collection, p.patient_id, p.death_date
    from core.person as p
    semi join every using (collection, patient_id)
    where p.death_date is not null
),
first_death as (
    select collection, patient_id, min(death_date) as death_date from death_day group by all
),
returned as (
    select distinct s.stay_id
    from every as s
    join every as o
        on o.collection = s.collection and o.patient_id = s.patient_id and o.stay_id <> s.stay_id
        and o.admission_date between s.last_day and s.last_day + {window_days}
)
select
    s.stay_id,
    s.is_dated or r.stay_id is not null as may_return,
    s.is_dated or s.is_death_moved or coalesce(f.death_date - s.admission_date <= {window_days}, false)
        as may_die_from_admission,
    s.is_dated or s.is_death_moved or coalesce(f.death_date - s.discharge_date <= {window_days}, false)
        as may_die_from_discharge
from every as s
left join returned as r using (stay_id)
left join first_death as f using (collection, patient_id);

-- Those of them that are not flagged are placed beside the options, under numbers that follow theirs.
create or replace temp table beside_stay as
select
    (select coalesce(max(option_id), 0) from influence.option) + row_number() over (order by stay_id) as record_number,
    stay_id
from influenced_stay
where stay_id not in (select record_id from influence.record where "domain" = 'discharge');
