-- The diagnoses of checked.diagnosis of whose code anything is said on any day, or whose status is neither valid nor
-- unknown: written once, because most rules look at nothing else.
create table checked.marked_diagnosis as
with
spoken_of as (
    select distinct system, code from checked.code
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
