-- The diagnoses of checked.diagnosis that rules look at most, written once, with what the rules ask of them: those whose
-- code is limited to a sex or an age, is a manifestation, an external cause, a side unspecified, a wrong procedure or an
-- outcome of delivery on any day; principal ones whose code may not be or seldom is one; and those whose status is
-- neither valid nor unknown.
create table checked.marked_diagnosis as
with
spoken_of as (
    select
        system,
        code,
        bool_or(
            coalesce(sex_limit, sex_limit_ever) is not null
            or is_newborn
            or is_pediatric
            or is_maternity
            or is_adult
            or is_manifestation
            or is_external_cause
            or is_unspecified
            or is_wrong_procedure
            or is_delivery_outcome
        ) as in_any_position,
        bool_or(
            is_unacceptable_principal or is_questionable_admission or is_nonspecific or is_requires_secondary
        ) as as_principal
    from checked.code
    group by system, code
    having in_any_position or as_principal
),
candidate as materialized (
    select
        diagnosis.encounter_id,
        diagnosis.seq,
        diagnosis.role,
        diagnosis.code_raw,
        diagnosis.code,
        diagnosis.system,
        diagnosis.code_status
    from {warehouse}.core.diagnosis as diagnosis
    left join spoken_of on diagnosis.system = spoken_of.system and diagnosis.code = spoken_of.code
    where
        spoken_of.in_any_position
        or (spoken_of.as_principal and diagnosis.role = 'principal')
        or diagnosis.code_status not in ('valid', 'unknown')
)
select
    candidate.*,
    brief.encounter_class,
    brief.age_years,
    brief.age_years_max,
    brief.sex,
    brief.discharge_disposition,
    brief.code_date,
    code.sex_limit,
    code.sex_limit_ever,
    code.is_newborn,
    code.is_pediatric,
    code.is_maternity,
    code.is_adult,
    code.is_manifestation,
    code.is_external_cause,
    code.is_unspecified,
    code.is_wrong_procedure,
    code.is_delivery_outcome,
    code.delivery,
    code.is_unacceptable_principal,
    code.is_questionable_admission,
    code.is_nonspecific,
    code.is_requires_secondary
from candidate
inner join checked.encounter_brief as brief on candidate.encounter_id = brief.encounter_id
left join checked.code
    on candidate.system = code.system
    and candidate.code = code.code
    and coalesce(brief.code_date, date '0001-01-01') between code.valid_from and code.valid_to;
