-- Who came when, where and why: one narrow row an encounter, in the order of its number.
-- Variables: seed, slots, day_slots, first_day, last_day, base_events, post_acute_events.

create macro completed_years(birth, day) as
    ((year(day) * 10000 + month(day) * 100 + day(day)) - (year(birth) * 10000 + month(birth) * 100 + day(birth))) // 10000;

-- Inverse distribution function of a triangle.
create macro triangular(u, low, peak, high) as case
    when high <= low then low::double
    when u < (peak - low) / (high - low) then low + sqrt(u * (high - low) * (peak - low))
    else high - sqrt((1 - u) * (high - low) * (high - peak))
end;

-- Lengths of stay: a gamma distribution of shape 2 about the mean, cut at a third of a year.
create macro stay_days(key, mean) as
    least(120, round(-mean * (ln(1 - draw(key, 'stay a')) + ln(1 - draw(key, 'stay b'))) / 2))::integer;

-- Lethality is stated at 74 and grows by 3.5 % a year of age.
create macro dies_of(key, deaths_percent, age) as
    draw(key, 'dies') < deaths_percent / 100 * greatest(0.12, least(1.6, exp(0.035 * (age - 74))));

create table drawn as
with numbered as (
    select n, hash(n::ubigint, getvariable('seed')::ubigint) as key
    from range(1, getvariable('base_events') + 1) as r(n)
),
placed as (
    select
        n, key,
        split_part(f.choice, ' ', 1) as facility_id,
        split_part(f.choice, ' ', 2) as setting,
        a.choice as area
    from numbered
    join slot as f on f.of = 'facility' and f.slot = slot_of(key, 'facility', getvariable('slots'))
    join slot as a on a.of = 'area' and a.slot = slot_of(key, 'area', getvariable('slots'))
),
caused as (
    select p.*, s.rhythm, s.is_stay, c.choice as code
    from placed as p
    join setting as s using (setting)
    join slot as c on c.of = p.setting and c.slot = slot_of(key, 'condition', getvariable('slots'))
),
dated as (
    select
        e.* exclude (rhythm),
        getvariable('first_day')::date + d.choice::integer as admission_date,
        case when draw(key, 'sex') * 100 < c.female_percent then 'F' else 'M' end as sex,
        triangular(draw(key, 'age'), c.age_low, c.age_peak, c.age_high) as age,
        c.length_of_stay, c.deaths_percent,
        regexp_matches(
            coalesce(c.procedures, ''), '(^| )(10E0|10D00|0DTJ|0FT4|0UT9|0VT0|44970|47562|58571|55866)'
        ) as happens_once
    from caused as e
    join condition as c using (code)
    join slot as d
        on d.of = e.rhythm || ' ' || coalesce(c.season, '') and d.slot = slot_of(key, 'day', getvariable('day_slots'))
),
aged as (
    select
        *,
        -- The youngest are persons of their own, born on an exact day; a newborn's stay begins with its birth. So are those
        -- who are delivered or lose an organ: neither happens to a person twice within the years of a sample.
        age < 2 or happens_once as is_own_person,
        case
            when setting = 'newborn' then admission_date
            when age <= 0 then admission_date - 1 - floor(27 * pow(draw(key, 'days'), 2))::integer
            when age < 2 then admission_date - floor(age * 365.25)::integer - 1
        end as own_birth_date,
        year(admission_date - floor(age * 365.25)::integer) as birth_year
    from dated
),
identified as (
    select
        e.* exclude (birth_year, own_birth_date),
        -- The power makes some residents come far more often than others.
        case when is_own_person then null else c.first_person + floor(c.persons * pow(draw(key, 'person'), 1.5))::bigint end
            as resident,
        coalesce(
            own_birth_date,
            make_date(e.birth_year, 1, 1) + slot_of(hash(coalesce(resident, n)::ubigint, getvariable('seed')::ubigint), 'birthday', 365)
        ) as birth_date
    from aged as e
    left join cell as c on c.area = e.area and c.sex = e.sex and c.birth_year = e.birth_year
)
select
    n, key, facility_id, setting, is_stay, area, code, admission_date, sex, resident, birth_date,
    case
        when setting = 'newborn' then greatest(1, stay_days(key, length_of_stay))
        when is_stay then stay_days(key, length_of_stay)
        else 0
    end as days,
    case
        when is_stay then dies_of(key, deaths_percent, age)
        when setting = 'emergency' then dies_of(key, deaths_percent / 20, age)
        else false
    end as dies
from identified;

-- Nobody is in two beds at once, and nobody comes again after death: such an encounter is given to a new person.
create table settled as
with ordered as (
    select
        n,
        max(case when is_stay then admission_date + days end)
            over (partition by resident order by admission_date, n rows between unbounded preceding and 1 preceding) as in_bed_until,
        lag(admission_date) over (partition by resident order by admission_date, n) as previous_date,
        lead(admission_date) over (partition by resident order by admission_date, n) is null as is_last
    from drawn
    where resident is not null
)
select
    d.* exclude (resident),
    d.resident is null
    or coalesce(d.is_stay and d.admission_date <= o.in_bed_until, false)
    or coalesce(d.admission_date = o.previous_date, false)
    or (d.dies and not o.is_last) as is_own_person,
    case
        when is_own_person then (select sum(persons)::bigint from cell) + d.n
        else d.resident
    end as person,
    is_own_person or o.is_last as is_last
from drawn as d
left join ordered as o using (n);

drop table drawn;

-- Stays in a nursing home or rehabilitation begin on the day on which the hospital's stay ends.
create table sent_on as
select n as parent, getvariable('base_events') + row_number() over (order by hash(key), n) as n
from settled
where setting = 'inpatient' and is_last and not dies
    and admission_date + days < getvariable('last_day')::date
    and completed_years(birth_date, admission_date) >= 50
order by hash(key), parent
limit getvariable('post_acute_events');

create table event as
with post_acute as (
    select
        s.n,
        hash(s.n::ubigint, getvariable('seed')::ubigint) as key,
        p.area, p.sex, p.birth_date, p.person,
        p.admission_date + p.days as admission_date
    from sent_on as s
    join settled as p on p.n = s.parent
),
placed as (
    select p.*, split_part(f.choice, ' ', 1) as facility_id, split_part(f.choice, ' ', 2) as setting
    from post_acute as p
    join slot as f on f.of = 'post_acute' and f.slot = slot_of(key, 'facility', getvariable('slots'))
),
continued as (
    select
        p.*, c.code,
        stay_days(key, c.length_of_stay * case setting when 'long_term' then 3 else 1 end) + 1 as days,
        dies_of(key, c.deaths_percent, completed_years(birth_date, admission_date)) as dies
    from placed as p
    join slot as s on s.of = p.setting and s.slot = slot_of(key, 'condition', getvariable('slots'))
    join condition as c on c.code = s.choice
),
everything as (
    select
        n, key, facility_id, setting, is_stay, area, code, admission_date, sex, birth_date, days, dies, person, is_last,
        n in (select parent from sent_on) as is_sent_on
    from settled
    union all
    select n, key, facility_id, setting, true, area, code, admission_date, sex, birth_date, days, dies, person, true, false
    from continued
),
ended as (
    select
        * exclude (dies, days),
        case when admission_date + days <= getvariable('last_day')::date then admission_date + days end as discharge_date,
        dies and admission_date + days <= getvariable('last_day')::date as died,
        completed_years(birth_date, admission_date) as age_years
    from everything
),
followed as (
    select
        *,
        -- Deaths soon after a stay: the dying are old, and most go within weeks.
        case
            when is_stay and is_last and not died and not is_sent_on and discharge_date is not null and age_years >= 40
                and draw(key, 'dies later') < 0.05 * exp(0.045 * (age_years - 75))
                then discharge_date + 1 + floor(-30 * ln(1 - draw(key, 'days to death')))::integer
        end as later_death
    from ended
)
select
    f.* exclude (later_death),
    case when died then discharge_date when later_death <= getvariable('last_day')::date then later_death end as death_date,
    split_part(x.choice, ' ', 1) as external_code,
    split_part(x.choice, ' ', 2) as external_cause,
    coalesce(external_cause, c.causes[1 + slot_of(key, 'cause', len(c.causes))]) as stay_cause
from followed as f
join condition as c using (code)
left join slot as x on x.of = 'external ' || c.external_causes and x.slot = slot_of(key, 'external', getvariable('slots'))
order by f.n;

drop table settled;

-- Persons of whom other records say the sex when one of theirs says another.
create table frequent_patient as
select person from event group by person having count(*) >= 3;
