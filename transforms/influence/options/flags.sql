-- The open flags, what each may do if it is right, and the records that it may change.

create or replace temp table effect_alternative as
with parsed as (
    select
        rule_id,
        family,
        from_json(
            effect,
            '[{"kind": "VARCHAR", "place": "VARCHAR", "targets": ["VARCHAR"], "codes": ["VARCHAR"], '
            || '"fields": ["VARCHAR"], "of": "VARCHAR", "least": "BIGINT", "greatest": "BIGINT"}]'
        ) as effects
    from quality.rule
    where not is_off
),
numbered as (
    select rule_id, family, unnest(effects) as effect, generate_subscripts(effects, 1)::integer as alternative
    from parsed
)
select
    rule_id,
    family,
    alternative,
    effect.kind,
    effect.place,
    coalesce(effect.targets, []) as targets,
    coalesce(effect.codes, []) as codes,
    coalesce(effect.fields, []) as fields,
    effect.of as added_to,
    coalesce(effect.least, 0) as least,
    effect.greatest
from numbered
where effect.kind <> 'none';

create or replace temp table open_flag as
select row_number() over (order by rule_id, flag_id)::integer as flag, *
from quality.open_flag
where rule_id in (select rule_id from effect_alternative);

-- Part `own` is the record that a flag is on, `related` the other one, `person` each of a person's. A flag on an
-- encounter is about the whole stay where the stay is that encounter, or the finding is one of stays.
create or replace temp table flagged_record as
with named as (
    select flag, 'own' as part, "domain" as grain, encounter_id, death_id from open_flag
    union all
    select
        flag, 'related', "domain",
        case when encounter_id is not null then related_id end,
        case when death_id is not null then related_id end
    from open_flag
    where related_id is not null
),
about_person as (
    select flag, collection, patient_id
    from open_flag
    where encounter_id is null and death_id is null and patient_id is not null
)
select
    n.flag, n.part, 'discharge' as "domain", s.stay_id as record_id, n.encounter_id, s.principal_encounter_id,
    s.encounters as encounters,
    s.encounters = 1 or n.grain = 'stay' as is_whole,
    s.principal_encounter_id = n.encounter_id or n.grain = 'stay' as is_principal
from named as n
join core.encounter as e on e.encounter_id = n.encounter_id
join core.stay as s on s.stay_id = e.stay_id
where s.counts_as_discharge
union all
select n.flag, n.part, 'death', d.death_id, null, null, 1, true, true
from named as n
join core.death as d on d.death_id = n.death_id
union all
select p.flag, 'person', 'discharge', s.stay_id, null, s.principal_encounter_id, s.encounters, true, true
from about_person as p
join core.stay as s on s.collection = p.collection and s.patient_id = p.patient_id
where s.counts_as_discharge
union all
select p.flag, 'person', 'death', d.death_id, null, null, 1, true, true
from about_person as p
join core.death as d on d.collection = p.collection and d.patient_id = p.patient_id;

-- These records as coded, with the age group and sex within which destinations follow what is coded.
create or replace temp table concerned_record as
select
    row_number() over (order by c.collection, c."domain", c.record_id)::integer as record,
    c.* exclude (record_number, bucket),
    case when c.date_precision = 'day' and c.event_date is not null then c.event_date else date '9999-12-31' end as day,
    {age_group} as age_group
from stats.contribution as c
semi join flagged_record using ("domain", record_id);

-- Each flag, record and alternative. A finding on a field that could not be read is about that field alone.
create or replace temp table flag_effect as
with unread as (
    select record_id, list(distinct field) as fields from core.field_issue group by record_id
),
narrowed as (
    select
        r.*, c.record, o.rule_id, o."domain" as grain, o.seq, o.code, o.related_id, o.suggestion,
        a.alternative, a.kind, a.place, a.targets, a.codes, a.fields,
        case when a.family = 'field' then list_intersect(a.fields, u.fields) end as unread_fields
    from flagged_record as r
    join concerned_record as c using ("domain", record_id)
    join open_flag as o using (flag)
    join effect_alternative as a using (rule_id)
    left join unread as u on u.record_id = coalesce(o.encounter_id, o.death_id, o.patient_id)
)
select * exclude (unread_fields) replace (if(len(unread_fields) > 0, unread_fields, fields) as fields)
from narrowed
where kind <> 'add';
