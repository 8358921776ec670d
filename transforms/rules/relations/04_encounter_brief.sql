-- What diagnoses and procedures take from their encounter.
create view checked.encounter_brief as
select
    encounter_id,
    stay_id,
    collection,
    patient_id,
    facility_id,
    facility_type,
    encounter_class,
    admission_date,
    discharge_date,
    age_years,
    age_years_max,
    age_days,
    sex,
    discharge_disposition,
    died,
    length_of_stay,
    department,
    coder_id,
    date_precision,
    source,
    case when date_precision <> 'shifted' then coalesce(discharge_date, admission_date) end as code_date,
    case when weight_kind = 'sampling' then 1 else cast(weight as bigint) end as records
from {warehouse}.core.encounter as encounter;
