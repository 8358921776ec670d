-- One block of encounters as they truly were, in the order of their number.
-- Variables: seed, slots, first_number, last_number, insured. Macros: secondary_diagnoses, visit_procedures.

create or replace temp table true_encounter as
with block as (
    select * from event where n between getvariable('first_number') and getvariable('last_number')
),
described as (
    select
        e.*,
        hash(e.person::ubigint, getvariable('seed')::ubigint) as person_key,
        s.encounter_class, f.facility_type, c.token, c.companions, c.family, c.procedures,
        case when c.domain = 'general' and e.age_years < 18 then 'child' when c.domain = 'general' then 'adult' else c.domain end
            as domain,
        k.choice as coder_id,
    from block as e
    join setting as s using (setting)
    join condition as c using (code)
    join (select distinct facility_id, facility_type from list_facilities) as f using (facility_id)
    join slot as k on k.of = 'coder ' || e.facility_id and k.slot = slot_of(e.key, 'coder', getvariable('slots'))
),
diagnosed as (
    select
        *,
        string_split(concat_ws(' ', token, companions, external_code), ' ') as given,
        string_split(nullif(
            secondary_diagnoses(key, person_key, domain, age_years, sex, is_stay and setting <> 'long_term', family), ''
        ), ' ') as secondary
    from described
),
barred as (
    -- The beginnings of codes that may not stand with another code of the record.
    select
        *,
        list_transform(
            list_filter(
                getvariable('apart'),
                p -> contains(' ' || array_to_string(given || coalesce(secondary, []), ' '), p.beside)
            ),
            p -> p.code
        ) as barred
    from diagnosed
),
listed as (
    select
        * exclude (given, secondary, barred),
        (given || list_filter(
            coalesce(secondary, []),
            t -> t[1:3] <> code[1:3] and not list_contains(given, rtrim(t, '*!'))
                and not (code = 'O80' and t[1:1] = 'O')
                and len(list_filter(barred, b -> starts_with(t, b))) = 0
        ))[1:25] as tokens
    from barred
),
coded as (
    select
        * exclude (tokens),
        list_transform(tokens, t -> rtrim(t, '*!')) as dx,
        -- Acute hospitals say what was present on admission; a code exempt from it carries 1.
        case when facility_type = 'hospital' and is_stay then list_transform(tokens, (t, i) -> case
            when t[-1:] = '*' then '1'
            when t[-1:] = '!' and draw(hash(key, i), 'poa') < 0.24 then 'N'
            when draw(hash(key, i), 'poa') > 0.994 then 'U'
            when draw(hash(key, i), 'poa') > 0.990 then 'W'
            else 'Y'
        end) end as poa
    from listed
)
select
    n, key, person, setting, is_stay, facility_id, facility_type, encounter_class, domain,
    admission_date, discharge_date, death_date, died, is_last, is_sent_on, birth_date, age_years,
    case when age_years < 1 then admission_date - birth_date end as age_days,
    sex, area, code, dx, poa, procedures, coder_id,
    case
        when not is_stay and setting not in ('emergency', 'day_case') then null
        when setting = 'newborn' then 'newborn'
        when setting = 'emergency' or domain = 'obstetric' and draw(key, 'admission') < 0.4 then 'emergency'
        when setting in ('day_case', 'long_term', 'rehabilitation') then 'elective'
        when code[1:1] in ('M', 'Z', 'C', 'D') and draw(key, 'admission') < 0.8 then 'elective'
        when draw(key, 'admission') < 0.72 then 'emergency'
        when draw(key, 'admission') < 0.9 then 'urgent'
        else 'elective'
    end as admission_type,
    case
        when not is_stay then null
        when setting = 'newborn' then 'born_here'
        when setting in ('long_term', 'rehabilitation') then 'hospital'
        when draw(key, 'admission source') < 0.06 then 'hospital'
        when draw(key, 'admission source') < 0.11 and age_years > 64 then 'nursing_home'
        else 'home'
    end as admission_source,
    case
        when died then 'died'
        when discharge_date is null then 'still_patient'
        when is_sent_on then 'transferred'
        when not is_stay and setting not in ('emergency', 'day_case') then null
        when death_date < discharge_date + 21 then 'hospice'
        when draw(key, 'disposition') < 0.012 and age_years > 17 then 'against_advice'
        when draw(key, 'disposition') < 0.045 and is_stay then 'transferred'
        else 'home'
    end as discharge_disposition,
    case
        when setting <> 'newborn' then null
        when list_contains(dx, 'P07.17') then 1750 + slot_of(key, 'weight a', 250)
        when list_has_any(dx, ['P05.18', 'P07.18']) then 2000 + slot_of(key, 'weight a', 500)
        when list_contains(dx, 'P08.1') then 4000 + slot_of(key, 'weight a', 500)
        when list_contains(dx, 'P08.0') then 4500 + slot_of(key, 'weight a', 500)
        else 2500 + abs(round(
            830 + 480 * sqrt(-2 * ln(1 - draw(key, 'weight a'))) * cos(2 * pi() * draw(key, 'weight b'))
        ))::integer
    end as birth_weight,
    case
        when not is_stay then null
        when setting = 'newborn' then 'nursery'
        when setting = 'long_term' then 'long_term_care'
        when setting = 'rehabilitation' then 'rehabilitation'
        when age_years < 18 then 'paediatrics'
        when domain = 'obstetric' or code[1:1] = 'O' then 'obstetrics'
        when code[1:1] = 'F' then 'psychiatry'
        when code[1:1] = 'I' then 'cardiology'
        when code[1:1] in ('S', 'T', 'M') then 'surgery'
        when code[1:1] = 'C' then 'oncology'
        else 'medicine'
    end as department,
    case
        when draw(person_key, 'payer') < getvariable('insured') then 'Northland Health Plan'
        when age_years >= 65 then 'Medicare'
        when draw(person_key, 'payer') > 0.93 then 'self_pay'
        when draw(person_key, 'payer') > 0.72 then 'Medicaid'
        else 'other_insurance'
    end as payer,
    case
        when setting in ('professional', 'laboratory') then null
        when setting = 'long_term' then '21'
        when is_stay then '11'
        else '13'
    end || case when discharge_date is null then '2' else '1' end as bill_type,
from coded
order by n;
