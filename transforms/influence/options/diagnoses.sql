-- The diagnoses of the encounters that recodes are about, and which code of its record each recode would change.

create or replace temp table diagnosis_of_flagged as
with encounter as (
    select encounter_id from flag_effect where kind in ('recode', 'demographic') and encounter_id is not null
    union
    select principal_encounter_id from flag_effect where kind = 'recode' and principal_encounter_id is not null
)
select d.encounter_id, d.seq, d.role, coalesce(d.code, d.code_raw) as code, d."system", d.code_status
from core.diagnosis as d
semi join encounter using (encounter_id);

create or replace temp table principal_of_flagged as
select encounter_id, min(seq) as seq
from diagnosis_of_flagged
where role = 'principal'
group by encounter_id;

create or replace temp table flagged_diagnosis as
select distinct e.flag, d.encounter_id, d.seq, d.role, d.code, d."system", p.seq is not null as is_first_principal
from flag_effect as e
join diagnosis_of_flagged as d on d.encounter_id = e.encounter_id and d.seq = e.seq
left join principal_of_flagged as p on p.encounter_id = d.encounter_id and p.seq = d.seq
where e.part = 'own' and e.grain = 'diagnosis';

create or replace temp table condition_of_flagged as
select d.death_id, d.line, d.seq, coalesce(d.code, d.code_raw) as code, d."system", d.code_status
from core.death_condition as d
semi join (from flag_effect where kind = 'recode' and "domain" = 'death') as e on e.record_id = d.death_id;

-- `place` is the code that changes: principal or underlying moves the record, listed and condition what stands beside.
-- A flag on an encounter that does not give its stay the principal diagnosis changes no principal diagnosis.
create or replace temp table placed_recode as
with placed as (
    select
        e.record, e.flag, e.alternative, e.kind, e.targets, e.codes, e.suggestion, c.collection, c.day,
        case
            when e."domain" = 'death' and (e.place = 'underlying' or e.grain = 'death') then 'underlying'
            when e."domain" = 'death' then 'condition'
            when e.place = 'principal' then if(e.is_principal, 'principal', null)
            when d.is_first_principal and e.is_principal then 'principal'
            when d.role in ('principal', 'secondary', 'external') then 'listed'
        end as place,
        e.principal_encounter_id, e.record_id, e.code as flagged_code,
        d.encounter_id as listed_encounter_id, d.seq as listed_seq, d.code as listed_code, d."system" as listed_system,
        k.line, k.seq as condition_seq, k.code as condition_code, k."system" as condition_system,
        c."system" as own_system, c.code as own_code
    from flag_effect as e
    join concerned_record as c using (record)
    left join flagged_diagnosis as d using (flag)
    left join condition_of_flagged as k
        on k.death_id = if(e.grain = 'death_condition', e.record_id, null) and k.line = e.seq // 100
        and k.seq = e.seq % 100
    where e.kind = 'recode' and e.part = 'own'
)
select
    s.record, s.flag, s.alternative, s.kind, s.targets, s.codes, s.suggestion, s.collection, s.day, s.place,
    s.record_id,
    case
        when s.place = 'principal' then s.principal_encounter_id
        when s.place = 'listed' then s.listed_encounter_id
    end as encounter_id,
    case
        when s.place = 'principal' then p.seq
        when s.place = 'listed' then s.listed_seq
        when s.place = 'condition' then s.line * 100 + s.condition_seq
    end as seq,
    case s.place
        when 'listed' then s.listed_system when 'condition' then s.condition_system else s.own_system
    end as "system",
    case s.place
        when 'listed' then s.listed_code when 'condition' then s.condition_code
        else coalesce(s.own_code, s.listed_code, s.flagged_code)
    end as code
from placed as s
left join principal_of_flagged as p on p.encounter_id = s.principal_encounter_id
where s.place is not null and (s.place <> 'condition' or s.line is not null);

-- A seat is the code that recodes of one record may change.
create or replace temp table seat as
select
    row_number() over (order by record, place, encounter_id, seq)::integer as seat,
    9 + row_number() over (partition by record order by place, encounter_id, seq)::integer as field,
    record, place, encounter_id, seq
from (select distinct record, place, encounter_id, seq from placed_recode);

create or replace temp table recode as
select
    row_number() over (order by r.flag, r.record, r.alternative)::integer as recode,
    s.seat, s.field, r.*
from placed_recode as r
join seat as s
    on s.record = r.record and s.place = r.place and s.encounter_id is not distinct from r.encounter_id
    and s.seq is not distinct from r.seq;
