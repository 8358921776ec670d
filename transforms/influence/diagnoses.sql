-- What flagged stays, and others that are looked at beside them, hold beside their main code: as coded, and where an
-- option changes a diagnosis every diagnosis of the stay once for each such option. Encounters are named anew, after the
-- option, and so is the stay.
create or replace temp table held_encounter as
with concerned as (
    select distinct record_id as stay_id from influence.record where "domain" = 'discharge'
    union all
    select stay_id from other_stay
)
select s.stay_id, s.stay_id as encounter_id
from core.stay as s
semi join concerned using (stay_id)
where s.encounters = 1
union all
select e.stay_id, e.encounter_id
from core.encounter as e
semi join (select stay_id from core.stay semi join concerned using (stay_id) where encounters > 1) using (stay_id);

create or replace temp table held_diagnosis as
select encounter_id, seq, role, code_raw, code, "system", poa, code_status
from core.diagnosis
where encounter_id in (select encounter_id from held_encounter);

-- A principal diagnosis that is missing and may be any is taken to be of the system of the stay's other diagnoses.
create or replace temp table changed_option as
with uncoded as (
    select o.option_id, max(d."system") as "system"
    from influence.option as o
    join held_encounter as e on e.stay_id = o.record_id
    join held_diagnosis as d using (encounter_id)
    where o."domain" = 'discharge' and o.is_wild and o."system" is null
    group by o.option_id
)
select
    o.option_id, o.record_id as stay_id, 'option ' || o.option_id as option_stay,
    coalesce(o."system", u."system") as "system", o.code
from influence.option as o
join core.stay as s on s.stay_id = o.record_id
left join uncoded as u using (option_id)
where
    o."domain" = 'discharge'
    and (
        o.option_id in (select option_id from influence.recoded)
        or coalesce(o."system", u."system") is distinct from s.principal_system
    );

create or replace temp table changed_encounter as
select
    o.option_id, o.option_stay as stay_id, h.encounter_id,
    'option ' || o.option_id || ' ' || h.encounter_id as option_encounter
from changed_option as o
join held_encounter as h using (stay_id);

create or replace temp table changed_diagnosis as
select
    e.option_encounter as encounter_id, d.seq, d.role, d.code_raw, d.poa, d.code_status,
    if(r.option_id is null, d.code, r.code) as code,
    if(r.option_id is null, d."system", r."system") as "system"
from changed_encounter as e
join held_diagnosis as d using (encounter_id)
left join influence.recoded as r
    on r.option_id = e.option_id and r.encounter_id = d.encounter_id and r.seq = d.seq
where r.option_id is null or r.code is not null
union all
-- A principal diagnosis that was missing.
select
    e.option_encounter, 1 as seq, 'principal' as role, o.code as code_raw, null as poa, 'valid' as code_status, o.code,
    o."system"
from changed_option as o
join core.stay as s using (stay_id)
join changed_encounter as e on e.option_id = o.option_id and e.encounter_id = s.principal_encounter_id
where
    o.code is not null
    and s.principal_encounter_id not in (select encounter_id from held_diagnosis where role = 'principal');

create or replace temp view every_diagnosis as
from held_diagnosis
union all by name
from changed_diagnosis;

-- For the counts of secondary diagnoses; stays are numbered by their option.
create or replace temp table stay_encounter as
select option_encounter as encounter_id, option_id as stay_number from changed_encounter;
