-- What the MS-DRG grouper is asked of each stay that counts as a discharge and has a principal diagnosis in ICD-10-CM,
-- and why it cannot be asked. Versions and their days are CMS's fiscal years, as the package has them.
create or replace temp table drg_claim as
with version (version, first_day, last_day) as (
    values {versions}
),
stay as (
    select
        s.stay_id, s.age_years, s.sex, s.discharge_disposition, s.died, s.discharge_date, s.date_precision,
        s.principal_code, s.principal_encounter_id, s.encounters
    from core.stay as s
    where s.counts_as_discharge and s.principal_system = 'icd10cm'
),
stay_encounter as (
    select stay_id as encounter_id, stay_id from stay where encounters = 1
    union all
    select e.encounter_id, e.stay_id
    from core.encounter as e
    semi join (from stay where encounters > 1) using (stay_id)
),
secondary as (
    select
        x.stay_id,
        list(distinct {{'code': d.code, 'poa': {poa}}} order by {{'code': d.code, 'poa': {poa}}}) as codes
    from core.diagnosis as d
    join stay_encounter as x using (encounter_id)
    where d.role in ('secondary', 'external') and d."system" = 'icd10cm' and d.code is not null
    group by x.stay_id
),
principal as (
    select s.stay_id, max({poa}) as poa
    from core.diagnosis as d
    join stay as s on s.principal_encounter_id = d.encounter_id and s.principal_code = d.code
    where d.role = 'principal' and d."system" = 'icd10cm'
    group by s.stay_id
),
performed as (
    select x.stay_id, list(distinct {{'code': p.code}} order by {{'code': p.code}}) as codes
    from core.procedure as p
    join stay_encounter as x using (encounter_id)
    where p."system" = 'icd10pcs' and p.code is not null
    group by x.stay_id
),
asked as (
    select
        s.stay_id,
        v.version,
        s.age_years as age,
        case s.sex when 'M' then 0 when 'F' then 1 else 2 end as sex,
        case
            when s.died then 20
            else case s.discharge_disposition
                when 'transferred' then 2 when 'against_advice' then 7 when 'died' then 20 when 'still_patient' then 30
                when 'hospice' then 50 else 1
            end
        end as discharge_status,
        {{'code': s.principal_code, 'poa': coalesce(p.poa, ' ')}} as pdx,
        coalesce(d.codes, []) as sdx,
        coalesce(o.codes, []) as procedures,
        case
            when s.principal_code is null then 'no principal diagnosis'
            when s.discharge_date is null or s.date_precision <> 'day' then 'the day of discharge is not known'
            when v.version is null then 'discharged when no version of the grouper at hand was in force'
            when s.age_years is null then 'the age is not known'
        end as problem
    from stay as s
    left join principal as p using (stay_id)
    left join secondary as d using (stay_id)
    left join performed as o using (stay_id)
    left join version as v on s.discharge_date between v.first_day and v.last_day
)
select
    stay_id,
    case when problem is null then to_json({{
        'version': version, 'age': age, 'sex': sex, 'discharge_status': discharge_status,
        -- Where nobody says what was present on admission, no condition is taken as acquired in hospital.
        'hospital_status':
            if(pdx.poa = ' ' and len(list_filter(sdx, x -> x.poa <> ' ')) = 0, 'EXEMPT', 'NOT_EXEMPT'),
        'pdx': pdx, 'sdx': sdx, 'procedures': procedures
    }})::varchar end as claim,
    problem
from asked
order by stay_id;
