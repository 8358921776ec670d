-- What each correction changes: a row a field of a record, with the value as coded, whatever reviews made of it before.

-- First the records that it is about.
create or replace temp table subject as
with correcting as (
    select
        "row",
        domain,
        collection,
        patient_id,
        seq,
        is_of_principal,
        given_system,
        value,
        if(field = 'related_dropped', 'dropped', field) as field,
        if(field = 'related_dropped', related_id, coalesce(encounter_id, death_id)) as named_id
    from decision
    where problem is null and verdict = 'corrected' and field <> 'source'
),
of_stay as (
    select c.*, e.encounter_id, e.died, e.encounter_id = s.principal_encounter_id as is_principal_encounter,
        row_number() over (
            partition by c."row"
            order by e.discharge_date desc nulls last, e.admission_date desc nulls last, e.encounter_id
        ) as from_the_end
    from correcting as c
    inner join core.stay as s on c.named_id = s.stay_id
    inner join core.encounter as e on e.stay_id = s.stay_id
    where c.domain = 'stay'
)
select c.*, 'encounter' as record_kind, c.named_id as record_id
from correcting as c
where c.domain in ('encounter', 'diagnosis', 'procedure')
union all
-- A stay ends in its last encounter, and has one principal diagnosis; all else is of each of its encounters.
select * exclude (encounter_id, died, is_principal_encounter, from_the_end), 'encounter', encounter_id
from of_stay
where
    case
        when field = 'code' then is_principal_encounter
        when field = 'died' then if(value = 'true', from_the_end = 1, coalesce(died, from_the_end = 1))
        else true
    end
union all
select c.*, 'death', c.named_id
from correcting as c
where c.domain in ('death', 'death_condition')
union all
select c.*, 'person', c.patient_id
from correcting as c
where c.domain = 'person'
union all
select c.*, 'encounter', e.encounter_id
from correcting as c
inner join core.encounter as e on c.patient_id = e.patient_id and c.collection = e.collection
where c.domain = 'person'
union all
select c.*, 'death', d.death_id
from correcting as c
inner join core.death as d on c.patient_id = d.patient_id and c.collection = d.collection
where c.domain = 'person'
union all
-- A stay that a review dropped before is no longer there; what it was made of stands with that correction.
select c.*, q.record_kind, q.record_id
from correcting as c
inner join decision as d on c."row" = d."row"
inner join quality.correction as q on d.flag_id = q.flag_id and q.field = 'dropped' and q.is_applied
where c.domain = 'stay' and c.field = 'dropped';

-- Then which code of theirs it is about, where it is about one.
create or replace temp table placed as
with principal as (
    select encounter_id, min(seq) as seq
    from core.diagnosis
    where role = 'principal' and encounter_id in (select record_id from subject where field = 'code')
    group by encounter_id
),
added as (
    select record_id from quality.correction where field = 'diagnosis' and seq is null and is_applied
)
select
    s.* exclude (seq, field, is_of_principal),
    case
        when s.field <> 'code' then null
        when s.domain = 'death' then null
        when not is_of_principal and s.domain <> 'stay' then s.seq
        when s.record_id not in (select record_id from added) then p.seq
    end as seq,
    case
        when s.field <> 'code' then s.field
        when s.domain = 'death' then 'underlying_cause'
        when s.domain = 'death_condition' then 'death_condition'
        when s.domain = 'procedure' and not is_of_principal then 'procedure'
        else 'diagnosis'
    end as field,
    s.field = 'code' and (is_of_principal or s.domain = 'stay') as may_be_added
from subject as s
left join principal as p on s.record_id = p.encounter_id;

-- Then what the records say of it; what is no code has no position.
create or replace temp table coded as
select p.*, e.source, e.date_precision, coalesce(e.discharge_date, e.admission_date) as code_date, d.system,
    case p.field
        when 'sex' then e.sex
        when 'age' then {age}
        when 'died' then cast(e.died as varchar)
        when 'dropped' then {encounter}
        else d.system || ' ' || d.code_raw
    end as was,
    e.encounter_id is not null as is_there,
    p.field <> 'diagnosis' or d.seq is not null as has_place
from placed as p
left join core.encounter as e on p.record_id = e.encounter_id
left join core.diagnosis as d on p.record_id = d.encounter_id and p.seq = d.seq
where p.record_kind = 'encounter' and p.field <> 'procedure'
union all by name
select p.*, e.source, e.date_precision, coalesce(e.discharge_date, e.admission_date) as code_date, r.system,
    r.system || ' ' || r.code_raw as was, e.encounter_id is not null as is_there, r.seq is not null as has_place
from placed as p
left join core.encounter as e on p.record_id = e.encounter_id
left join core.procedure as r on p.record_id = r.encounter_id and p.seq = r.seq
where p.record_kind = 'encounter' and p.field = 'procedure'
union all by name
select p.*, e.source, e.date_precision, e.death_date as code_date, coalesce(c.system, e.system) as system,
    case p.field
        when 'sex' then e.sex
        when 'age' then {age}
        when 'dropped' then {death}
        when 'underlying_cause' then e.system || ' ' || e.underlying_cause_raw
        else c.system || ' ' || c.code_raw
    end as was,
    e.death_id is not null as is_there,
    p.field <> 'death_condition' or c.seq is not null as has_place
from placed as p
left join core.death as e on p.record_id = e.death_id
left join core.death_condition as c on p.record_id = c.death_id and p.seq = c.line * 100 + c.seq
where p.record_kind = 'death'
union all by name
-- Of a person's own row, only what the records say can be told from what sources say of the person.
select p.*, null as source, null as date_precision, null as code_date, null as system, null as was,
    true as is_there, true as has_place
from placed as p
where p.record_kind = 'person';

-- Then the value as coded, and the system that a code is of where nothing says so.
create or replace temp table target as
with used as (
    select e.source, 'diagnosis' as field, d.system
    from core.diagnosis as d
    inner join core.encounter as e using (encounter_id)
    where e.source in (select source from coded where field = 'diagnosis' and system is null)
    union all
    select source, 'underlying_cause', system
    from core.death
    where system is not null and source in (select source from coded where field = 'underlying_cause')
),
commonest as (
    select source, field, system
    from used
    group by source, field, system
    qualify row_number() over (partition by source, field order by count(*) desc, system) = 1
),
before as (
    select record_kind, record_id, seq, field, any_value(was) as was
    from quality.correction
    where is_applied
    group by all
)
select
    c."row",
    c.record_kind,
    c.record_id,
    c.seq,
    c.field,
    if(b.record_id is null, c.was, b.was) as was,
    c.value,
    coalesce(c.given_system, c.system, m.system) as system,
    c.source,
    c.date_precision,
    c.code_date,
    c.is_there or b.record_id is not null as is_there,
    c.has_place or c.may_be_added as has_place
from coded as c
left join commonest as m on c.source = m.source and c.field = m.field
left join before as b
    on c.record_kind = b.record_kind and c.record_id = b.record_id and c.field = b.field
    and c.seq is not distinct from b.seq;
