-- Findings at their place: whose record each is, its identifiers, and how many records the row stands for.
create table checked.placed as
with
host as (
    select 'encounter' as record_kind, encounter_id as record_id, collection, patient_id, facility_id, coder_id, records
    from checked.encounter_brief
    union all
    select
        'death',
        death_id,
        collection,
        patient_id,
        facility_id,
        null,
        case when weight_kind = 'sampling' then 1 else cast(weight as bigint) end
    from {warehouse}.core.death
    union all
    select 'person', patient_id, collection, patient_id, null, null, records
    from checked.person
),
found as (
    select
        finding.*,
        case
            when domain in ('encounter', 'diagnosis', 'procedure', 'stay') then 'encounter'
            when domain in ('death', 'death_condition') then 'death'
            else 'person'
        end as record_kind
    from checked.finding as finding
)
select
    found.* exclude (evidence),
    rule.grain,
    host.collection,
    host.patient_id,
    host.records,
    case when found.record_kind = 'encounter' then found.record_id end as encounter_id,
    case when found.record_kind = 'death' then found.record_id end as death_id,
    -- Identifiers are the first 16 hex digits of a SHA-256 over the parts joined by the unit separator (31).
    left(
        sha256(concat_ws(
            chr(31),
            found.rule_id,
            found.record_id,
            found.domain,
            coalesce(cast(found.seq as varchar), ''),
            coalesce(found.related_id, '')
        )),
        16
    ) as flag_id,
    left(sha256(found.evidence), 16) as evidence,
    left(
        sha256(concat_ws(
            chr(31),
            found.rule_id,
            coalesce(found.code, ''),
            coalesce(host.facility_id, ''),
            coalesce(host.coder_id, '')
        )),
        16
    ) as group_key
from found
inner join {warehouse}.quality.rule as rule on found.rule_id = rule.rule_id
left join host on found.record_kind = host.record_kind and found.record_id = host.record_id;
