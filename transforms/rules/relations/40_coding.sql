-- How each encounter of a facility was coded, for rules about practice; one row an encounter, written once.
-- `stratum` stands for the chapter of the principal diagnosis, the age, the class of the encounter and the type of
-- facility: groups are compared within it. `patient_stratum` leaves out the chapter, where that is what is compared.
create table checked.coding as
with
principal_code as materialized (
    select distinct system, code from checked.principal where code is not null
),
named as materialized (
    select
        principal_code.system,
        principal_code.code,
        coalesce(code.chapter, category.chapter) as chapter,
        coalesce(
            code.title ilike '%unspecified%' and not regexp_matches(lower(code.title), '(and|or) unspecified'), false
        ) as is_unspecified
    from principal_code
    left join {warehouse}.codes.code as code
        on principal_code.system = code.system and principal_code.code = code.code
    left join {warehouse}.codes.code as category
        on principal_code.system = category.system and left(principal_code.code, 3) = category.code
),
described as (
    select
        brief.*,
        principal.system as principal_system,
        principal.code as principal_code,
        principal.code_status as principal_code_status,
        named.chapter as principal_chapter,
        coalesce(named.is_unspecified, false) as principal_is_unspecified,
        case
            when age_years < 1 then 'below 1'
            when age_years < 18 then '1 to 17'
            when age_years < 45 then '18 to 44'
            when age_years < 65 then '45 to 64'
            when age_years < 75 then '65 to 74'
            when age_years < 85 then '75 to 84'
            when age_years is not null then '85 and over'
            else 'unknown'
        end as age_band
    from checked.encounter_brief as brief
    left join checked.principal as principal on brief.encounter_id = principal.encounter_id
    left join named on principal.system = named.system and principal.code = named.code
    where facility_type not in ('insurer', 'vital_registration')
)
select
    described.encounter_id,
    collection,
    patient_id,
    facility_id,
    facility_type,
    department,
    coder_id,
    encounter_class,
    admission_date,
    discharge_date,
    case when date_precision in ('day', 'month') then cast(date_trunc('month', code_date) as date) end as month_start,
    case when date_precision in ('day', 'month') then last_day(code_date) end as month_end,
    age_years,
    age_years_max,
    age_band,
    discharge_disposition,
    length_of_stay,
    date_precision,
    principal_system,
    principal_code,
    principal_code_status,
    principal_chapter,
    principal_is_unspecified,
    coalesce(diagnoses, 0) as diagnoses,
    coalesce(secondary_diagnoses, 0) as secondary_diagnoses,
    list_hash,
    coalesce(poa_given, 0) as poa_given,
    coalesce(poa_present, 0) as poa_present,
    coalesce(comorbidities, 0) as comorbidities,
    coalesce(is_palliative, false) as is_palliative,
    records,
    hash(principal_system, principal_chapter, age_band, encounter_class, facility_type) as stratum,
    hash(age_band, encounter_class, facility_type) as patient_stratum
from described
left join checked.diagnosis_list as listed on described.encounter_id = listed.encounter_id;
