-- What each record contributes to figures: one row a record and domain.
insert into stats.contribution by name
select
    'discharge' as "domain", stay_id as record_id, collection, patient_id, discharge_date as event_date,
    date_precision, facility_id, area, sex, age_years, age_years_max, age_days,
    principal_system as "system", principal_code as code, principal_code_status as code_status,
    weight, weight_kind, length_of_stay as bed_days, died, bucket
from core.stay
where counts_as_discharge
union all by name
select
    'death' as "domain", death_id as record_id, collection, patient_id, death_date as event_date,
    date_precision, facility_id, area, sex, age_years, age_years_max, age_days,
    "system", underlying_cause as code, code_status,
    weight, weight_kind, null::bigint as bed_days, true as died, bucket
from core.death;
