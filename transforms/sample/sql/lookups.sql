-- Tables that turn a uniform draw into a choice by an equality join: each choice owns a share of the slots 0..size-1.
-- Variables: slots, day_slots, first_day, days, first_year, years, population; sets icd9_codes, apart.

create macro draw(key, purpose) as (hash(xor(key, hash(purpose))) >> 11)::double / 9007199254740992.0;

create macro slot_of(key, purpose, size) as floor(draw(key, purpose) * size)::integer;

create table condition as
with companion as (
    select
        code,
        unnest(string_split(companions, ' ')) as companion,
        generate_subscripts(string_split(companions, ' '), 1) as position
    from list_conditions
    where companions is not null
),
marked as (
    select
        c.code,
        string_agg(c.companion || case when e.code is null then '' else '*' end, ' ' order by c.position) as companions
    from companion as c
    left join list_poa_exempt as e on e.code = c.companion
    group by c.code
)
select
    c.* replace (string_split(c.causes, ' ') as causes, m.companions as companions),
    c.code || case when e.code is null then '' else '*' end as token,
    case
        when c.code like 'Z38%' then 'newborn'
        when c.companions like 'Z37%' then 'obstetric'
        when c.code like 'O%' or c.code like 'Z34%' then 'none'
        else 'general'
    end as domain
from list_conditions as c
left join marked as m using (code)
left join list_poa_exempt as e on e.code = c.code;

create table setting (setting varchar, rhythm varchar, is_stay boolean, encounter_class varchar);
insert into setting values
    ('inpatient', 'daily', true, 'inpatient'),
    ('newborn', 'daily', true, 'newborn'),
    ('day_case', 'weekdays', false, 'day_case'),
    ('emergency', 'daily', false, 'emergency'),
    ('outpatient', 'weekdays', false, 'outpatient'),
    ('professional', 'weekdays', false, 'professional'),
    ('laboratory', 'weekdays', false, 'laboratory'),
    ('long_term', 'daily', true, 'long_term'),
    ('rehabilitation', 'daily', true, 'inpatient');

-- The choices of each draw: `choice` within `of`, with its weight.
create table choice as
select 'facility' as of, facility_id || ' ' || setting as choice, percent::double as weight
from list_facilities
where setting not in ('long_term', 'rehabilitation')
union all
select 'post_acute', facility_id || ' ' || setting, percent from list_facilities where setting in ('long_term', 'rehabilitation')
union all
select 'area', area, percent from list_areas
union all
select setting, code, weight from list_weights
union all
select 'coder ' || facility_id, coder_id, workload from list_coders
union all
select 'external ' || c.pool, c.code || if(e.code is null, '', '*') || ' ' || c.cause, c.weight
from list_external_causes as c
left join list_poa_exempt as e on e.code = c.code
union all
-- Acute illness peaks in mid-January or mid-July, and planned care keeps to weekdays.
select
    rhythm || ' ' || season,
    day::varchar,
    (1 + case season when '' then 0.03 else 0.35 end
        * cos(2 * pi() * (dayofyear(date_of) - case season when 'summer' then 200 else 18 end) / 365.25))
    * case
        when rhythm = 'daily' then case when isodow(date_of) >= 6 then 0.93 else 1.03 end
        when isodow(date_of) = 6 then 0.12
        when isodow(date_of) = 7 then 0.03
        else 1.0
    end
from (
    select day, getvariable('first_day')::date + day::integer as date_of from range(getvariable('days')) as r(day)
)
cross join (values ('daily'), ('weekdays')) as rhythms(rhythm)
cross join (values (''), ('winter'), ('summer')) as seasons(season)
union all
-- Which cause a death outside the hospitals has, given sex and age: the triangle of the cause's ages at the band's middle.
select
    'cause ' || sex || ' ' || band.age_start,
    c.code,
    c.weight * (case sex when 'F' then c.female_percent else 100 - c.female_percent end) / 100 * case
        when c.age_high = 0 then case when band.age_start = 0 then 1 else 0 end
        when middle <= c.age_low or middle >= c.age_high then 0
        when middle < c.age_peak then (middle - c.age_low) / (c.age_peak - c.age_low) * 2 / (c.age_high - c.age_low)
        else (c.age_high - middle) / (c.age_high - c.age_peak) * 2 / (c.age_high - c.age_low)
    end as cause_weight
from list_causes as c
cross join (
    select age_start, case when age_end is null then 91 else (age_start + age_end + 1) / 2 end as middle from list_demography
) as band
cross join (values ('F'), ('M')) as sexes(sex)
where cause_weight > 0;

-- Slots of one draw, each owned by the choice in whose share it lies; days need more of them than other choices.
create table slot as
with cumulated as (
    select
        of, choice,
        case when of like 'daily %' or of like 'weekdays %' then getvariable('day_slots') else getvariable('slots') end as slots,
        sum(weight) over (partition by of order by choice rows unbounded preceding) / sum(weight) over (partition by of) as upto,
        weight / sum(weight) over (partition by of) as share
    from choice
),
bounded as (
    select
        of, choice,
        round((upto - share) * slots)::integer as first_slot,
        round(upto * slots)::integer as next_slot
    from cumulated
)
select of, choice, unnest(range(first_slot, next_slot))::integer as slot from bounded;

-- Residents by area, sex and year of birth, numbered through: person = first_person + position.
create table cell as
with years as (
    select
        unnest(range(age_start, coalesce(age_end, 103) + 1)) as age,
        age_start,
        coalesce(age_end - age_start + 1, 0) as width,
        males, females
    from list_demography
),
shares as (
    select
        age, sex,
        case sex when 'F' then females else males end
        -- The oldest group thins out by a quarter a year.
        * case when width > 0 then 1.0 / width else pow(0.75, age - 85) * 0.25 end as share
    from years
    cross join (values ('F'), ('M')) as sexes(sex)
),
counted as (
    select
        a.area, s.sex, getvariable('first_year') + getvariable('years') // 2 - s.age as birth_year,
        greatest(1, round(getvariable('population') * a.percent / 100 * s.share / (select sum(share) from shares)))::bigint as persons
    from shares as s
    cross join list_areas as a
)
select *, (sum(persons) over (order by area, sex, birth_year) - persons)::bigint + 1 as first_person
from counted;

-- How many errors a coder makes against the facility's average: fewer with a full credential, more without any.
create table carefulness as
with rated as (
    select
        coder_id, facility_id, workload,
        case credential when 'none' then 2.5 when 'CCA' then 1.5 else 0.75 end as factor
    from list_coders
)
select
    coder_id, facility_id,
    factor * sum(workload) over of_facility / sum(factor * workload) over of_facility as factor
from rated
window of_facility as (partition by facility_id);

set variable apart = (
    select list({'code': code, 'beside': ' ' || beside} order by code, beside) from list_apart
);
set variable icd9_codes = (select list(code order by code) from list_icd9);
