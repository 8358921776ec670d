-- What figures need to know of one record and its patient: both as coded, in their collection, and in another collection
-- as they would be. Identifiers of the copies end in `{ending}`. `{source}` is the warehouse.
create schema core;
create schema stats;

-- Beside the records of the patient one of each code system there is, so that their causes stand in the same blocks.
create table core.stay as
with own as (
    select rowid as place
    from {source}.core.stay
    where collection = {collection} and (stay_id = {record_id} and {is_stay} or patient_id = {patient_id})
),
one_each as (
    select min(rowid) as place
    from {source}.core.stay
    where collection = {collection} and counts_as_discharge and rowid not in (from own)
    group by principal_system
)
from {source}.core.stay
where rowid in (from own union all from one_each)
order by rowid;

create table core.death as
with own as (
    select rowid as place
    from {source}.core.death
    where collection = {collection} and (death_id = {record_id} and not {is_stay} or patient_id = {patient_id})
),
one_each as (
    select min(rowid) as place
    from {source}.core.death
    where collection = {collection} and rowid not in (from own)
    group by "system"
)
from {source}.core.death
where rowid in (from own union all from one_each)
order by rowid;

create table core.encounter as
select e.* from {source}.core.encounter as e semi join core.stay as s using (stay_id);

create table core.diagnosis as
select d.* from {source}.core.diagnosis as d semi join core.encounter as e using (encounter_id);

create table core.procedure as
select p.* from {source}.core.procedure as p semi join core.encounter as e using (encounter_id);

create table core.death_condition as
select m.* from {source}.core.death_condition as m semi join core.death as d using (death_id);

-- Of other persons one for each source that tells of deaths: whose patients are followed after their stays.
create table core.person as
with other as (
    select min(patient_id) as patient_id
    from {source}.core.person
    where collection = {collection} and death_date is not null and patient_id is distinct from {patient_id}
    group by split_part(patient_id, ':', 1), death_source
)
from {source}.core.person
where collection = {collection} and (patient_id = {patient_id} or patient_id in (from other));

create table core.coverage as from {source}.core.coverage where collection = {collection};
create table core.population as from {source}.core.population where collection = {collection};
create table core.birth as from {source}.core.birth where collection = {collection};
create table stats.covered_span as from {source}.stats.covered_span where collection = {collection};
create table stats.age_band as from {source}.stats.age_band where collection = {collection};

insert into core.stay
select * replace (
    {changed} as collection, stay_id || {ending} as stay_id, patient_id || {ending} as patient_id,
    principal_encounter_id || {ending} as principal_encounter_id
)
from core.stay;

insert into core.death
select * replace ({changed} as collection, death_id || {ending} as death_id, patient_id || {ending} as patient_id)
from core.death;

insert into core.encounter
select * replace (
    {changed} as collection, encounter_id || {ending} as encounter_id, stay_id || {ending} as stay_id,
    patient_id || {ending} as patient_id
)
from core.encounter;

insert into core.diagnosis select * replace (encounter_id || {ending} as encounter_id) from core.diagnosis;
insert into core.procedure select * replace (encounter_id || {ending} as encounter_id) from core.procedure;
insert into core.death_condition select * replace (death_id || {ending} as death_id) from core.death_condition;

insert into core.person
select * replace ({changed} as collection, patient_id || {ending} as patient_id) from core.person;

insert into core.coverage select * replace ({changed} as collection) from core.coverage;
insert into core.population select * replace ({changed} as collection) from core.population;
insert into core.birth select * replace ({changed} as collection) from core.birth;
insert into stats.covered_span select * replace ({changed} as collection) from stats.covered_span;
insert into stats.age_band select * replace ({changed} as collection) from stats.age_band;

create table stats.stay_fact as from {source}.stats.stay_fact limit 0;
create table stats.stay_drg as from {source}.stats.stay_drg limit 0;
create table stats.comorbidity_bit as from {source}.stats.comorbidity_bit limit 0;
create table stats.cell as from {source}.stats.cell limit 0;
create table stats.model as from {source}.stats.model limit 0;
create table stats.model_term as from {source}.stats.model_term limit 0;
create table stats.model_calibration as from {source}.stats.model_calibration limit 0;
