-- The diagnoses of checked.diagnosis that rules look at most, written once: those of whose code something is said on any
-- day, and those whose status is neither valid nor unknown. That a code is an injury (most of ICD-10-CM), or that it may
-- not be or seldom is a principal diagnosis (a fifth of all secondary ones), marks no diagnosis in other positions.
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
            or is_ill_defined
            or is_never_underlying
            or is_wrong_procedure
            or is_delivery_outcome
        ) as in_any_position
    from checked.code
    group by system, code
),
candidate as materialized (
    select diagnosis.*
    from {warehouse}.core.diagnosis as diagnosis
    left join spoken_of on diagnosis.system = spoken_of.system and diagnosis.code = spoken_of.code
    where
        spoken_of.in_any_position
        or (spoken_of.code is not null and diagnosis.role = 'principal')
        or diagnosis.code_status not in ('valid', 'unknown')
)
select
    candidate.*,
    brief.* exclude (encounter_id),
    code.* exclude (system, code, valid_from, valid_to)
from candidate
inner join checked.encounter_brief as brief on candidate.encounter_id = brief.encounter_id
left join checked.code
    on candidate.system = code.system
    and candidate.code = code.code
    and coalesce(brief.code_date, date '0001-01-01') between code.valid_from and code.valid_to;
