-- The block as it is written: at most one error a record, drawn among the kinds that the record allows.
-- Variables: miscoding, first_row, first_claim_row, first_procedure_row, last_day.

create or replace temp table erring as
with chosen as (
    select
        t.n, t.key, t.dx, t.sex, t.age_years, t.is_stay, t.is_last, t.admission_date, t.discharge_date,
        t.discharge_disposition, t.setting, t.birth_date, t.bill_type, f.person is not null as comes_often,
        range(1, len(dx) + 1) as positions,
        coalesce(p.codes, []) as procedures,
        p.system = 'hcpcs' as has_hcpcs,
        -- A hospital stay from which a living patient went home, so that no other record waits for it.
        t.is_stay and t.facility_type = 'hospital' and t.setting <> 'newborn' and t.discharge_disposition = 'home'
            and t.death_date is null and t.dx[1][1:1] <> 'O' as is_plain_stay
    from true_encounter as t
    join carefulness as c using (coder_id, facility_id)
    left join (
        select n, list(code order by seq) as codes, any_value(system) as system from true_procedure group by n
    ) as p using (n)
    left join frequent_patient as f using (person)
    where draw(t.key, 'error') < getvariable('miscoding') * c.factor
),
-- Positions at which each kind may strike; an empty list where it cannot.
eligible as (
    select
        *,
        list_filter(positions, i -> len(dx[i]) < 8) as extensible,
        list_filter(positions, i -> contains(dx[i], '.')) as subdivided,
        list_filter(positions, i -> list_contains(getvariable('icd9_codes'), dx[i])) as in_icd9,
        list_filter(positions, i -> i > 1 and regexp_matches(dx[i], '^[V-Y]')) as external,
        list_filter(positions, i -> len(dx[i]) = 8) as of_seven,
        list_filter(positions, i -> i > 1 and starts_with(dx[i], 'Z37')) as outcome,
        list_position(dx, 'F02.80') as manifestation,
        regexp_matches(dx[1], '^(O|N4|N8|N9|C5[3-6]|C6[0-3]|D25)') as is_of_one_sex,
        is_plain_stay and discharge_date - admission_date >= 3
            and completed_years(birth_date, admission_date + 1) = age_years as may_overlap,
        -- Half a year after the operation its illness is listed again.
        (
            regexp_matches(dx[1], '^K3[5-8]') and len(list_filter(procedures, c -> regexp_matches(c, '^(0DTJ|44970)'))) > 0
            or regexp_matches(dx[1], '^K8(0\.[0-2]|1)')
                and len(list_filter(procedures, c -> regexp_matches(c, '^(0FT4|47562)'))) > 0
            or starts_with(dx[1], 'D25') and len(list_filter(procedures, c -> regexp_matches(c, '^(0UT9|58571)'))) > 0
        )
            and discharge_disposition = 'home' and discharge_date + 180 <= getvariable('last_day')::date
            and completed_years(birth_date, admission_date + 180) = age_years as lost_an_organ
    from chosen
),
-- Kinds that few records allow are given more chances, so that each kind occurs.
drawn as (
    select
        *,
        list_filter([
            case when len(extensible) > 0 then 'invalid_code' end,
            case when len(subdivided) > 0 then 'header_code' end,
            case when len(in_icd9) > 0 then 'wrong_system' end,
            case when is_of_one_sex or (len(dx) > 1 and age_years >= 18) then 'sex_conflict' end,
            case when len(dx) > 1 and (age_years >= 18 or age_years < 14) then 'age_conflict' end,
            case when len(dx) > 2 then 'duplicate_of_principal' end,
            case when is_stay and len(dx) > 1 then 'missing_principal' end,
            case when is_stay and discharge_date is not null then 'duplicate_stay' end,
            case when discharge_date is not null then 'impossible_date' end,
            case when is_stay and discharge_date is not null then 'discharge_before_admission' end,
            case when may_overlap then 'overlapping_stay' end,
            case when is_plain_stay and bill_type = '111' then 'void_of_nothing' end,
            case when has_hcpcs and setting in ('day_case', 'emergency', 'outpatient') then 'pcs_on_outpatient' end,
            'spreadsheet_damage'
        ] || flatten(list_transform(range(20), chance -> [
            case when lost_an_organ then 'disease_of_removed_organ' end,
            case when regexp_matches(dx[1], '^(O8[02]|O60\.[12])') and len(outcome) > 0 then 'delivery_without_outcome' end
        ])) || flatten(list_transform(range(4), chance -> [
            case
                when manifestation = 2 or list_contains(list_transform(dx, c -> c[1:3]), 'N18')
                    then 'manifestation_as_principal'
            end,
            case when len(external) > 0 then 'external_cause_as_principal' end,
            case
                when discharge_disposition = 'died' or (is_stay and not is_last and discharge_disposition = 'home')
                    then 'discharge_disposition_against_death'
            end,
            case when len(of_seven) > 0 then 'missing_seventh_character' end,
            case when setting = 'newborn' and len(dx) > 1 then 'pregnancy_code_on_newborn' end,
            case when not is_of_one_sex and comes_often then 'two_sexes' end
        ])), kind -> kind is not null) as kinds
    from eligible
),
struck as (
    select
        *,
        kinds[1 + slot_of(key, 'error kind', len(kinds))] as kind,
        case kind
            when 'invalid_code' then extensible
            when 'header_code' then subdivided
            when 'wrong_system' then in_icd9
            when 'external_cause_as_principal' then external
            when 'sex_conflict' then case when not is_of_one_sex then [len(dx)] end
            when 'age_conflict' then [len(dx)]
            when 'duplicate_of_principal' then [len(dx)]
            when 'manifestation_as_principal' then [case when manifestation = 2 then 2 else 1 end]
            when 'missing_principal' then [1]
            when 'missing_seventh_character' then of_seven
            when 'delivery_without_outcome' then outcome
            when 'pregnancy_code_on_newborn' then [len(dx)]
            when 'spreadsheet_damage' then positions
        end as places,
        places[1 + slot_of(key, 'error position', len(places))]::integer as position
    from drawn
)
select
    n, kind, position,
    -- A code out of its place changes places with the principal diagnosis.
    coalesce(kind = 'external_cause_as_principal' or kind = 'manifestation_as_principal' and position = 2, false) as is_swap,
    case kind
        -- A code that may be reported has nothing beneath it, so one digit more is no code.
        when 'invalid_code' then dx[position] || case when contains(dx[position], '.') then '9' else '.9' end
        when 'header_code' then dx[position][1:3]
        when 'wrong_system' then (select any_value(icd9) from list_icd9 where code = dx[position])
        when 'external_cause_as_principal' then dx[1]
        when 'sex_conflict' then case sex when 'F' then 'N40.1' else 'N83.201' end
        when 'age_conflict' then case when age_years >= 18 then 'P59.9' else 'I25.10' end
        when 'duplicate_of_principal' then dx[1]
        when 'manifestation_as_principal' then case when position = 2 then dx[1] else 'D63.1' end
        -- The places between are left empty with the 7th character that they were filled for.
        when 'missing_seventh_character' then regexp_replace(dx[position][1:7], '\.?X*$', '')
        when 'pregnancy_code_on_newborn' then 'O70.1'
        when 'spreadsheet_damage' then ['1.00E+10', '4.50E+08', '10-Mar', '11-Sep', '########'][1 + slot_of(key, 'damage', 5)]
    end as value,
    case when kind = 'two_sexes' or kind = 'sex_conflict' and position is null then case sex when 'F' then 'M' else 'F' end end as sex,
    case kind
        when 'impossible_date' then year(discharge_date) || '-02-30'
        when 'discharge_before_admission' then (admission_date - 1 - slot_of(key, 'days before', 9))::varchar
    end as discharge_date,
    case
        when kind <> 'discharge_disposition_against_death' then null
        when discharge_disposition = 'died' then 'home'
        else 'died'
    end as discharge_disposition,
    case when kind = 'void_of_nothing' then bill_type[1:2] || '8' end as bill_type,
    -- By how many days the second copy of a stay that is written twice begins and ends later.
    case kind when 'duplicate_stay' then 0 when 'overlapping_stay' then 1 when 'disease_of_removed_organ' then 180 end
        as begins_later,
    case kind when 'disease_of_removed_organ' then 180 else 0 end as ends_later
from struck;

create or replace temp table written as
with changed as (
    select
        t.* replace (
            case
                when e.position is null then t.dx
                else list_transform(t.dx, (c, i) -> case
                    when i = e.position then e.value
                    when i = 1 and e.is_swap then t.dx[e.position]
                    else c
                end)
            end as dx,
            coalesce(e.sex, t.sex) as sex,
            coalesce(e.discharge_date, t.discharge_date::varchar) as discharge_date,
            coalesce(e.discharge_disposition, t.discharge_disposition) as discharge_disposition,
            coalesce(e.bill_type, t.bill_type) as bill_type
        ),
        e.kind, e.position, e.is_swap, e.begins_later, e.ends_later, t.bill_type as true_bill_type,
        t.admission_date as true_admission_date,
        case when e.kind is not null then t.dx end as true_dx,
        t.sex as true_sex, t.discharge_date as true_discharge_date, t.discharge_disposition as true_disposition
    from true_encounter as t
    left join erring as e using (n)
),
repeated as (
    select *, 0 as copy from changed
    union all
    select
        * replace (
            admission_date + begins_later as admission_date,
            (discharge_date::date + ends_later)::varchar as discharge_date
        ),
        1
    from changed
    where begins_later is not null
)
select
    * exclude (kind),
    -- The first of the two copies is the true one.
    case when begins_later is not null and copy = 0 then null else kind end as kind,
    'E' || lpad(n::varchar, 9, '0') || case when copy = 1 then '-2' else '' end as encounter_id,
    'C' || lpad(n::varchar, 9, '0') || case when copy = 1 then '-2' else '' end as claim_number,
    'P' || lpad(person::varchar, 9, '0') as patient_id,
    'icd10cm' as system,
    payer = 'Northland Health Plan' and copy = 0 as is_claimed,
    getvariable('first_row') + row_number() over (order by n, copy) as row_number,
    getvariable('first_claim_row') + case when is_claimed then sum(is_claimed::integer) over (order by n, copy) end
        as claim_row_number
from repeated
order by n, copy;

-- The insurer's copy says what was billed, with its errors, and not who coded it.
create or replace temp table claim as
select * replace (claim_number as encounter_id, 'insurer' as facility_type, null::varchar as coder_id)
from written
where is_claimed
order by n;

create or replace temp table procedure as
with marked as (
    select p.*, coalesce(e.kind = 'pcs_on_outpatient' and p.seq = 1, false) as is_wrong
    from true_procedure as p
    left join erring as e using (n)
)
select
    * replace (if(is_wrong, '0DJD8ZZ', code) as code, if(is_wrong, 'icd10pcs', system) as system),
    code as true_code,
    system as true_system,
    getvariable('first_procedure_row') + row_number() over (order by n, seq) as row_number
from marked
order by n, seq;
