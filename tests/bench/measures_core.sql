-- A generated core for the benchmark of measures: one year of a hospital group's stays, one of a country's deaths.
-- Codes are those of the reference data, a few of them making up most records, as in any extract.

-- A reproducible number from 0 to below 1 for column `k` of row `i`.
create temp macro draw(i, k) as (hash(i, k) % 1000003) / 1000003.0;

create temp table pool as
select "system", code, (row_number() over (partition by "system" order by hash(code)) - 1)::integer as place
from codes.code
where is_billable and "system" in ('icd10cm', 'icd10');

-- The place in the pool of the code that a number from 0 to below 1 draws.
set variable pool_sizes = (
    select map(list("system"), list(size)) from (select "system", count(*) as size from pool group by all)
);
create temp macro place_of(share, of_system) as floor(getvariable('pool_sizes')[of_system] * pow(share, 4))::integer;

insert into core.stay by name
with drawn as (
    select
        i,
        date '{year}-01-01' + floor(draw(i, 1) * 366)::integer as discharge_date,
        floor(-5 * ln(1 - draw(i, 2)))::integer as length_of_stay,
        floor(100 * pow(draw(i, 3), 0.6))::integer as age,
        draw(i, 4) as outcome,
        place_of(draw(i, 11), 'icd10cm') as place
    from range({stays}) as t (i)
)
select
    'hospitals:' || i as stay_id,
    'hospitals' as collection,
    'group:' || hash(i, 5) % ({stays} * 2 // 3 + 1) as patient_id,
    'facility ' || 1 + hash(i, 6) % {facilities} as facility_id,
    'hospital' as facility_type,
    'inpatient' as stay_class,
    discharge_date - length_of_stay as admission_date,
    discharge_date,
    ['emergency', 'elective', 'urgent'][1 + (hash(i, 7) % 3)::integer] as admission_type,
    if(outcome < 0.02, 'died', 'home') as discharge_disposition,
    age as age_years,
    age as age_years_max,
    if(hash(i, 8) % 2 = 0, 'F', 'M') as sex,
    'district ' || 1 + hash(i, 9) % {districts} as area,
    'department ' || 1 + hash(i, 10) % 20 as department,
    outcome < 0.02 as died,
    length_of_stay,
    1 as encounters,
    'hospitals:' || i as principal_encounter_id,
    p."system" as principal_system,
    p.code as principal_code,
    'valid' as principal_code_status,
    true as counts_as_discharge,
    1 as weight,
    'frequency' as weight_kind,
    'day' as date_precision,
    'hospitals' as source,
    (hash(i, 5) % 256)::integer as bucket
from drawn as d
join (from pool where "system" = 'icd10cm') as p using (place);

insert into core.encounter by name
select
    * exclude (
        stay_class, encounters, principal_encounter_id, principal_system, principal_code, principal_code_status,
        counts_as_discharge
    ),
    stay_id as encounter_id,
    stay_class as encounter_class,
    'generated' as batch_id,
    row_number() over (order by stay_id) as row_number
from core.stay;

insert into core.diagnosis by name
with listed as (
    select stay_id, unnest(range(2, {diagnoses} + 1)) as seq from core.stay
),
drawn as materialized (
    select *, place_of(draw(stay_id, seq), 'icd10cm') as place from listed
)
select
    stay_id as encounter_id, 1 as seq, 'principal' as role, principal_code as code_raw, principal_code as code,
    principal_system as "system", 'Y' as poa, 'valid' as code_status
from core.stay
union all by name
select
    d.stay_id as encounter_id,
    d.seq,
    'secondary' as role,
    p.code as code_raw,
    p.code,
    p."system",
    if(hash(d.stay_id, d.seq, 12) % 10 = 0, 'N', 'Y') as poa,
    'valid' as code_status
from drawn as d
join (from pool where "system" = 'icd10cm') as p using (place);

insert into core.person by name
select
    patient_id,
    'hospitals' as collection,
    min(sex) as sex,
    max(discharge_date) filter (died) as death_date,
    if(bool_or(died), 'hospitals', null) as death_source,
    if(bool_or(died), 'day', null) as death_precision
from core.stay
group by patient_id;

insert into core.death by name
with drawn as (
    select
        i,
        date '{year}-01-01' + floor(draw(i, 101) * 366)::integer as death_date,
        if(draw(i, 102) < 0.007, 0, 1 + floor(105 * pow(draw(i, 103), 0.3))::integer) as age,
        place_of(draw(i, 110), 'icd10') as place
    from range({deaths}) as t (i)
)
select
    'register:' || i as death_id,
    'country' as collection,
    death_date,
    death_date + (hash(i, 104) % 10)::integer as registration_date,
    age as age_years,
    age as age_years_max,
    if(age = 0, floor(365 * pow(draw(i, 105), 3))::integer, null) as age_days,
    if(hash(i, 106) % 2 = 0, 'F', 'M') as sex,
    'area ' || 1 + hash(i, 107) % {areas} as area,
    if(hash(i, 108) % 3 = 0, 'facility ' || 1 + hash(i, 109) % 100, null) as facility_id,
    if(hash(i, 108) % 3 = 0, 'hospital', 'home') as place_of_death,
    'natural' as manner,
    p.code as underlying_cause_raw,
    p.code as underlying_cause,
    p."system",
    'valid' as code_status,
    1 as weight,
    'frequency' as weight_kind,
    'day' as date_precision,
    'register' as source,
    'generated' as batch_id,
    i + 1 as row_number,
    (hash(i) % 256)::integer as bucket
from drawn as d
join (from pool where "system" = 'icd10') as p using (place);

-- The underlying cause stands on the lowest line.
insert into core.death_condition by name
with listed as (
    select death_id, unnest(range(1, {conditions})) as line from core.death
),
drawn as materialized (
    select *, place_of(draw(death_id, line), 'icd10') as place from listed
)
select
    death_id, {conditions} as line, 1 as seq, underlying_cause as code_raw, underlying_cause as code, "system",
    'valid' as code_status
from core.death
union all by name
select d.death_id, d.line, 1 as seq, p.code as code_raw, p.code, p."system", 'valid' as code_status
from drawn as d
join (from pool where "system" = 'icd10') as p using (place);

-- Single years of age, as a statistical office gives them: 100 is open-ended.
insert into core.population by name
select
    'country' as collection,
    {year} as period,
    'area ' || 1 + a.i as area,
    s.sex,
    g.age as age_start,
    if(g.age < 100, g.age, null) as age_end,
    30000 + (hash(a.i, g.age) % 1000)::integer as persons
from range({areas}) as a (i), range(101) as g (age), (values ('F'), ('M')) as s (sex);

-- Groups of five years, as a district gives them.
insert into core.population by name
select
    'hospitals' as collection,
    {year} as period,
    'district ' || 1 + a.i as area,
    s.sex,
    g.band * 5 as age_start,
    if(g.band < 17, g.band * 5 + 4, null) as age_end,
    900 + (hash(a.i, g.band) % 100)::integer as persons
from range({districts}) as a (i), range(18) as g (band), (values ('F'), ('M')) as s (sex);

insert into core.birth by name
select
    'country' as collection,
    {year} as period,
    'area ' || 1 + a.i as area,
    s.sex,
    35000 as live_births,
    200 as fetal_deaths_20w,
    180 as fetal_deaths_22w,
    120 as fetal_deaths_28w
from range({areas}) as a (i), (values ('F'), ('M')) as s (sex);

insert into core.coverage values
    ('hospitals', 'hospitals', 'encounter', date '{year}-01-01', date '{year}-12-31', true),
    ('hospitals', 'hospitals', 'vital_status', date '{year}-01-01', date '{year}-12-31', true),
    ('register', 'country', 'death', date '{year}-01-01', date '{year}-12-31', true);
