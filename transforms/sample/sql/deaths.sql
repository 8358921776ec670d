-- Residents, births and registered deaths. Deaths of patients come from their stays; the others fill each sex and
-- age group up to its death rate, so that rates are plausible whatever the hospitals' share is.
-- Variables: seed, slots, day_slots, first_day, first_year, years, population, care_events, miscoding.

create table population as
select
    y.period, a.area, s.sex, d.age_start, d.age_end,
    round(
        getvariable('population') * (1 + 0.004 * (y.period - getvariable('first_year') - getvariable('years') // 2))
        * a.percent / 100 * case s.sex when 'F' then d.females else d.males end
        / (select sum(females + males) from list_demography)
    )::bigint as persons,
    case s.sex when 'F' then d.female_deaths else d.male_deaths end / 100000.0 as death_rate
from (select unnest(range(getvariable('first_year'), getvariable('first_year') + getvariable('years'))) as period) as y
cross join list_areas as a
cross join (values ('F'), ('M')) as s(sex)
cross join list_demography as d;

-- Live births are the hospitals' own and one in thirty elsewhere; fetal deaths by completed weeks, 20, 22 and 28.
create table birth as
with counted as (
    select year(admission_date)::integer as period, area, sex, round(count(*) * 1.03)::bigint as live_births
    from event
    where setting = 'newborn'
    group by all
)
select
    period, area, sex, coalesce(live_births, 0) as live_births,
    round(live_births * 0.0057)::bigint as fetal_deaths_20w,
    round(live_births * 0.0045)::bigint as fetal_deaths_22w,
    round(live_births * 0.0029)::bigint as fetal_deaths_28w
from (select distinct period, area, sex from population)
left join counted using (period, area, sex);

create table death as
with of_patients as (
    select
        n as event, hash(key, 'death') as key, person, area, sex, birth_date, death_date,
        case when died then facility_id end as facility_id,
        case
            when died and setting = 'long_term' then 'nursing_home'
            when died then 'hospital'
            when draw(key, 'place') < 0.55 then 'home'
            when draw(key, 'place') < 0.8 then 'nursing_home'
            else 'hospice'
        end as place_of_death,
        case when died then stay_cause end as stay_cause
    from event
    where death_date is not null
),
so_far as (
    select sex, d.age_start, count(*) as deaths
    from of_patients
    join list_demography as d
        on completed_years(birth_date, death_date) between d.age_start and coalesce(d.age_end, 150)
    group by all
),
missing as (
    select
        p.sex, p.age_start, p.age_end,
        hash(p.sex, p.age_start, getvariable('seed')) as key,
        sum(p.persons * p.death_rate) - coalesce(any_value(s.deaths), 0) as expected
    from population as p
    left join so_far as s using (sex, age_start)
    group by all
),
elsewhere as (
    select
        row_number() over (order by sex, age_start, k) as position,
        hash(key, k::ubigint) as key, sex, age_start, age_end
    from (
        select *, unnest(range(greatest(0, floor(expected + draw(key, 'rounding')))::bigint)) as k from missing
    )
),
dated as (
    select e.*, a.choice as area, getvariable('first_day')::date + d.choice::integer as death_date
    from elsewhere as e
    join slot as a on a.of = 'area' and a.slot = slot_of(key, 'area', getvariable('slots'))
    join slot as d on d.of = 'daily winter' and d.slot = slot_of(key, 'day', getvariable('day_slots'))
),
of_others as (
    select
        null::bigint as event, key,
        -- One in ten cannot be linked to a person.
        case when draw(key, 'linked') < 0.9
            then (select sum(persons)::bigint from cell) + getvariable('care_events') + position
        end as person,
        area, sex,
        death_date - 1 - floor(365.25 * (age_start
            + draw(key, 'age') * case when age_end is null then 0 else age_end - age_start + 1 end
            + case when age_end is null then least(24, -7 * ln(1 - draw(key, 'age'))) else 0 end) * 0.998)::integer as birth_date,
        death_date,
        null as facility_id,
        case
            when draw(key, 'place') < 0.18 then 'hospital'
            when draw(key, 'place') < 0.18 + case when age_start >= 80 then 0.42 when age_start >= 65 then 0.22 else 0.03 end
                then 'nursing_home'
            when draw(key, 'place') > 0.93 then 'other'
            else 'home'
        end as place_of_death,
        null as stay_cause
    from dated
),
everyone as (
    select * from of_patients
    union all
    select * from of_others
),
banded as (
    select e.*, completed_years(birth_date, death_date) as age_years, d.age_start
    from everyone as e
    join list_demography as d on completed_years(birth_date, death_date) between d.age_start and coalesce(d.age_end, 150)
),
caused as (
    select b.*, coalesce(b.stay_cause, s.choice) as underlying_cause
    from banded as b
    join slot as s
        on s.of = 'cause ' || b.sex || ' ' || b.age_start and s.slot = slot_of(key, 'cause', getvariable('slots'))
)
select
    row_number() over (order by c.death_date, c.key, c.person) as n,
    c.*,
    c.death_date + 1 + floor(-3 * ln(1 - draw(c.key, 'registration')))::integer as registration_date,
    l.immediate, l.intermediate,
    case
        when l.manner is not null then l.manner
        when regexp_matches(c.underlying_cause, '^(X[67]|X8[0-4])') then 'suicide'
        when regexp_matches(c.underlying_cause, '^(X8[5-9]|X9|Y0)') then 'homicide'
        when regexp_matches(c.underlying_cause, '^(V|W|X[0-5])') then 'accident'
        else 'natural'
    end as manner,
    case
        when c.underlying_cause like 'O%' then 'within_42_days'
        when c.sex = 'F' and c.age_years between 10 and 54 then 'not_pregnant'
    end as pregnancy_status
from caused as c
left join list_causes as l on l.code = c.underlying_cause
order by n;

-- Certificates as written: at most one error each, the true value kept beside it.
create table death_written as
with chosen as (
    select
        *,
        case
            when draw(key, 'error') >= getvariable('miscoding') then null
            when draw(key, 'error kind') < 0.6 then 'ill_defined_underlying_cause'
            when draw(key, 'error kind') < 0.75 then 'invalid_code'
            when draw(key, 'error kind') < 0.9 then 'impossible_date'
            else 'sex_conflict'
        end as kind
    from death
)
select
    n,
    'D' || lpad(n::varchar, 8, '0') as death_id,
    'P' || lpad(person::varchar, 9, '0') as patient_id,
    case kind when 'impossible_date' then year(death_date) || '-02-30' else death_date::varchar end as death_date,
    registration_date::varchar as registration_date,
    age_years,
    case when age_years < 1 then death_date - birth_date end as age_days,
    sex, area, facility_id, place_of_death, manner, pregnancy_status,
    case kind
        when 'ill_defined_underlying_cause' then ['R99', 'R54', 'I46.9', 'R96.0'][1 + slot_of(key, 'ill defined', 4)]
        when 'invalid_code' then underlying_cause || case when contains(underlying_cause, '.') then '99' else '.99' end
        when 'sex_conflict' then case sex when 'F' then 'C61' else 'C56' end
        else underlying_cause
    end as underlying_cause,
    'icd10' as system,
    underlying_cause as true_cause, death_date as true_date, kind
from chosen
order by n;

create table death_condition as
with chain as (
    select
        w.death_id, d.n, d.key,
        list_filter(
            case when w.kind in ('ill_defined_underlying_cause', 'sex_conflict') then [w.underlying_cause]
            else [d.immediate, d.intermediate, w.underlying_cause] end, c -> c is not null
        ) as lines,
        case when d.manner = 'natural' and d.age_years >= 40 then list_filter([
            case when draw(d.key, 'hypertension') < 0.30 then 'I10' end,
            case when draw(d.key, 'diabetes') < 0.18 then 'E11.9' end,
            case when draw(d.key, 'copd') < 0.12 then 'J44.9' end,
            case when draw(d.key, 'kidney') < 0.10 then 'N18.9' end
        ], c -> c is not null and c[1:2] <> d.underlying_cause[1:2]) end as contributing
    from death as d
    join death_written as w using (n)
)
select * from (
    select n, death_id, unnest(range(1, len(lines) + 1)) as line, 1 as seq, unnest(lines) as code from chain
    union all
    select n, death_id, 6, unnest(range(1, len(contributing) + 1)), unnest(contributing) from chain
)
order by n, line, seq;
