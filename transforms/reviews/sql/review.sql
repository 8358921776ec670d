-- Decisions, of which the latest on a flag and its evidence stands.
insert into quality.review by name
select
    * exclude (domain, encounter_id, death_id, patient_id, seq, related_id, corrections, file_sha256),
    row_number() over (partition by flag_id, evidence order by decided_at desc nulls last, place desc) = 1
        as is_standing
from decided
order by place;

-- Corrections of the latest decision on each flag; where several speak of one field, the latest overrules the others.
insert into quality.correction by name
with latest as (
    from decided
    qualify row_number() over (partition by flag_id order by decided_at desc nulls last, place desc) = 1
),
correction as (
    select
        review_id, flag_id, rule_id, collection, decided_at, place, unnest(corrections, recursive := true)
    from latest
    where verdict = 'corrected'
),
ranked as (
    select
        *,
        first_value((corrected, system)) over (
            partition by record_kind, record_id, seq, field order by decided_at desc nulls last, place desc
        ) as valid
    from correction
)
select
    * exclude (decided_at, place, valid),
    false as is_applied,
    case
        when not $applies then 'switched_off'
        when (corrected, system) is distinct from valid then 'overruled'
    end as reason
from ranked
order by place, record_kind, record_id, seq, field;
