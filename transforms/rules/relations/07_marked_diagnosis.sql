-- The diagnoses of checked.diagnosis of whose code more is said, on any day, than that it is an injury (most codes of
-- ICD-10-CM are), and those whose status is neither valid nor unknown: written once, because most rules look at nothing
-- else.
create table checked.marked_diagnosis as
with
spoken_of as (
    select distinct system, code
    from checked.code
    where
        coalesce(sex_limit, sex_limit_ever) is not null
        or is_newborn
        or is_pediatric
        or is_maternity
        or is_adult
        or is_manifestation
        or is_external_cause
        or is_unacceptable_principal
        or is_questionable_admission
        or is_unspecified
        or is_ill_defined
        or is_never_underlying
),
candidate as materialized (
    select diagnosis.*
    from {warehouse}.core.diagnosis as diagnosis
    left join spoken_of on diagnosis.system = spoken_of.system and diagnosis.code = spoken_of.code
    where spoken_of.code is not null or diagnosis.code_status not in ('valid', 'unknown')
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
