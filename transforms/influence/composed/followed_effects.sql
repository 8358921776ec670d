-- Needs `readmission` of trial_stay (see followed_alone.sql).

-- Stays whose 30 days can be seen, but for how they ended and whether they are the last of their chain.
create or replace temp table seen_stay as
with wanted as (
    select stay_id from trial_stay union select stay_id from unsteady_stay
),
covered as (
    select distinct s.stay_id
    from core.stay as s
    join stats.covered_span as v
        on v."domain" = 'discharge' and v.collection = s.collection
        and v.first_day <= s.discharge_date and v.last_day >= s.discharge_date + {window_days}
    where s.date_precision = 'day' and s.stay_id in (from wanted)
)
select
    s.stay_id,
    s.discharge_disposition is distinct from 'against_advice'
        and (s.date_precision = 'shifted' or s.date_precision = 'day' and c.stay_id is not null) as is_seen
from core.stay as s
left join covered as c using (stay_id)
where s.stay_id in (from wanted);

-- What each version of a flagged stay is itself in each measure, all others as coded; `is_apart`: without its patient.
create or replace temp table followed_own as
with version as (
    select
        b.option_id as version, b.record, c.record_id as stay_id, o.is_absent, o.died, o.event_date, o.bed_days,
        o.patient_id is distinct from c.patient_id as is_alone,
        o.event_date is distinct from c.event_date or o.bed_days is distinct from c.bed_days as is_dated,
        o.died is distinct from c.died as is_outcome, o.code is distinct from c.code or b.is_wild as is_recoded
    from option_brief as b
    join influence.option as o using (option_id)
    join influence.option as c on c.record = o.record and c.is_coded
    where o."domain" = 'discharge'
),
covered as (
    select distinct o.version
    from version as o
    join core.stay as s using (stay_id)
    join stats.covered_span as v
        on v."domain" = 'discharge' and v.collection = s.collection
        and v.first_day <= o.event_date and v.last_day >= o.event_date + {window_days}
    where o.is_dated and s.date_precision = 'day'
),
known as (
    select
        v.*, v.is_absent or v.is_alone or v.is_dated as is_apart,
        coalesce(v.died, false) as is_dead,
        coalesce(f.is_readmission_index, false) as was_index, coalesce(f.readmitted, false) as was_readmitted,
        f.died_30_days_from_discharge as was_dead_from_discharge,
        f.died_30_days_from_admission as was_dead_from_admission,
        v.died is not null and not v.died and if(
            v.is_dated,
            s.discharge_disposition is distinct from 'against_advice'
                and (s.date_precision = 'shifted' or v.version in (from covered)),
            coalesce(e.is_seen, false)
        ) as may_be_index,
        coalesce(r.is_last, true) as is_last, coalesce(r.came_back, false) as came_back,
        coalesce(r.readmitted, false) as readmitted,
        -- Another person's death is not known.
        if(v.is_alone, null, p.death_date) as death_date,
        if(v.is_dated, v.event_date, s.discharge_date) as discharged,
        if(v.is_dated, v.event_date - v.bed_days::integer, s.admission_date) as admitted,
        coalesce(if(v.is_dated, v.bed_days, s.length_of_stay) > {window_days}, false) as is_long
    from version as v
    join core.stay as s using (stay_id)
    join stats.stay_fact as f using (stay_id)
    left join seen_stay as e using (stay_id)
    left join readmission as r on r.patient_id = (-v.record)::varchar and r.stay_number = s.rowid
    left join core.person as p on p.collection = s.collection and p.patient_id = s.patient_id
),
standing as (
    select
        version, record, stay_id, is_alone, is_dated, is_outcome, is_recoded, is_apart, is_absent,
        'readmission_rate_30_day' as measure,
        case
            when is_apart then may_be_index
            when is_outcome then may_be_index and is_last
            else was_index
        end as d,
        d and case when is_apart then false when is_outcome then readmitted else was_readmitted end as n
    from known
    union all by name
    select
        version, record, stay_id, is_alone, is_dated, is_outcome, is_recoded, is_apart, is_absent,
        'thirty_day_mortality' as measure, was_dead_from_discharge is not null as d,
        d and case
            when not (is_apart or is_outcome) then was_dead_from_discharge
            when is_dead then true
            when not is_apart and (came_back or not is_last) then false
            else coalesce(death_date - discharged <= {window_days}, false)
        end as n
    from known
    union all by name
    select
        version, record, stay_id, is_alone, is_dated, is_outcome, is_recoded, is_apart, is_absent,
        'case_fatality' as measure, was_dead_from_admission is not null as d,
        d and case
            when not (is_apart or is_outcome) then was_dead_from_admission
            when is_long then false
            when is_dead then true
            else coalesce(death_date - admitted <= {window_days}, false)
        end as n
    from known
)
select * replace (n::integer as n, d::integer as d) from standing;

-- What the other stays of its patient are without a stay, beside what they are as coded.
create or replace temp table followed_other as
with other as (
    select
        t.patient_id::bigint as record, t.stay_id, t.died, f.died_30_days_from_discharge as was_dead,
        coalesce(f.is_readmission_index, false) as was_index, coalesce(f.readmitted, false) as was_readmitted,
        t.died is not null and not t.died and e.is_seen and coalesce(r.is_last, true) as is_index,
        coalesce(r.readmitted, false) as readmitted,
        case
            when f.died_30_days_from_discharge is null then null
            when t.died then true
            when coalesce(r.came_back or not r.is_last, false) then false
            else coalesce(p.death_date - t.discharge_date <= {window_days}, false)
        end as is_dead
    from trial_stay as t
    join core.stay as s using (stay_id)
    join stats.stay_fact as f using (stay_id)
    join seen_stay as e using (stay_id)
    left join readmission as r on r.patient_id = t.patient_id and r.stay_number = t.stay_number
    left join core.person as p on p.collection = s.collection and p.patient_id = s.patient_id
    where t.patient_id::bigint > 0
),
changed as (
    select
        record, stay_id, 'readmission_rate_30_day' as measure,
        (is_index and readmitted)::integer - was_readmitted::integer as dn, is_index::integer - was_index::integer as dd
    from other
    union all by name
    select record, stay_id, 'thirty_day_mortality', is_dead::integer - was_dead::integer, 0
    from other
    where was_dead is not null
)
select c.record, c.measure, c.dn, c.dd, coalesce(r.record, {units} + b.record_number) as unit
from changed as c
left join influence.record as r on r.record_id = c.stay_id and r."domain" = 'discharge'
left join beside_stay as b using (stay_id)
where (c.dn <> 0 or c.dd <> 0) and (r.record is not null or b.stay_id is not null);

-- How likely each version is where its record is not as coded; states of a unit are equally likely.
create or replace temp table followed_share as
with tied as (
    select s.unit_id, s.record, s.option_id, count(*) as allowed, any_value(u.states) as states
    from state_brief as s
    join (select unit_id, count(distinct state) as states from state_brief group by unit_id) as u using (unit_id)
    group by all
)
select
    b.option_id as version, b.record, b.is_coded, w.is_apart,
    if(b.is_coded, 0, b.share * coalesce(t.allowed / t.states, if(b.has_states, 0, 1)))::double as share
from option_brief as b
join followed_own as w on w.version = b.option_id and w.measure = 'case_fatality'
left join tied as t using (option_id);

-- Both beside where each version may be, which for readmissions is narrower than what any stays around it could do: a stay
-- of another patient is followed as its only one, one without a flagged stay around it as it is, and one with a single
-- one around it, which may be away, as it is with that one or without.
create or replace temp table followed_pair as
with sole as (
    select record from unsteady_stay where not is_dated and not is_condition
),
placed as (
    select
        p.*, o.n as own_n, o.d as own_d, o.is_apart, s.share,
        case when o.n = 1 then 4 when o.d = 1 then 2 else 1 end as own_place,
        case when (p.place = 4)::integer + coalesce(c.dn, 0) = 1 then 4
            when (p.place >= 2)::integer + coalesce(c.dd, 0) = 1 then 2 else 1 end as place_without,
        p.measure = 'readmission_rate_30_day' and not coalesce(o.is_dated, false) as is_readmission,
        coalesce(o.is_alone, false) as is_alone,
        coalesce(i.others, 0) as others,
        s.version is not null and not (o.is_recoded and coalesce(u.is_condition, false)) as is_followed,
        e.record is not null and (o.version is null or not (o.is_outcome or o.is_recoded or o.is_apart)) as is_with_one
    from followed_pair as p
    left join followed_own as o on o.version = p.version and o.measure = p.measure
    left join followed_share as s on s.version = p.version
    left join beside_stay as b on p.unit = {units} + b.record_number
    left join influenced_stay as i on i.stay_id = coalesce(o.stay_id, b.stay_id)
    left join unsteady_stay as u on u.record = o.record
    left join sole as e on e.record = i.other_record
    left join followed_other as c on c.record = i.other_record and c.unit = p.unit and c.measure = p.measure
),
narrowed as (
    select
        * replace (case
            when is_readmission and is_followed and (is_alone or others = 0) then own_place
            when is_readmission and is_with_one then place | place_without
            else pairs
        end as pairs)
    from placed
)
select
    * exclude (own_place, place_without, is_readmission, is_alone, others, is_followed, is_with_one)
        replace (if(named_pairs = 0, 0, if(named_pairs & pairs = 0, pairs, named_pairs & pairs)) as named_pairs)
from narrowed;
