-- The rows of a reviewed worklist, read as decisions: each with its flag, and with the first problem that it has.
create or replace temp table decision as
with written as (
    select
        "row",
        fault,
        lower(flag_id) as flag_id,
        lower(evidence) as evidence,
        regexp_replace(lower(verdict), '[\s-]+', '_', 'g') as verdict,
        regexp_replace(lower(corrected), '\s*=\s*', '=', 'g') as corrected,
        coalesce(reviewer, $reviewer) as reviewer,
        decided_at as decided_text,
        if(
            regexp_full_match(decided_at, '\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d+)?)?)?'),
            try_cast(decided_at as timestamp),
            null
        ) as decided_at,
        note,
        case when lower(selected_by) in ('influence', 'random') then lower(selected_by) end as selected_by
    from given
),
kind_of as (
    select
        *,
        case
            when corrected in ('source', 'at source') then 'source'
            when corrected in ('drop', 'drop=flagged') then 'dropped'
            when corrected = 'drop=related' then 'related_dropped'
            when regexp_full_match(corrected, 'sex=(f|m|female|male)') then 'sex'
            when regexp_full_match(corrected, 'died=(true|false|yes|no)') then 'died'
            when regexp_full_match(corrected, 'age=(\d{1,2}|1[0-2]\d|130)') then 'age'
            when regexp_full_match(corrected, 'age=([0-2]?\d{1,2}|3[0-5]\d|36[0-5]) ?d(ays?)?') then 'age'
            when starts_with(corrected, 'code=') or not contains(corrected, '=') then 'code'
        end as field
    from written
),
parted as (
    select
        *,
        regexp_replace(corrected, '^code=', '') as code_text,
        regexp_extract(code_text, '^(?:([a-z0-9_]+)[: ] *)?(.*)$', ['system', 'code']) as of_code
    from kind_of
),
-- A first word that names no system is part of the code.
systems as (
    select parted.*, known.system as named_system
    from parted
    left join codes.system as known on parted.field = 'code' and parted.of_code['system'] = known.system
),
valued as (
    select
        * exclude (of_code, code_text, named_system),
        named_system as given_system,
        case field
            when 'code'
                then upper(regexp_replace(if(named_system is null, code_text, of_code['code']), '[.\s]', '', 'g'))
            when 'sex' then upper(corrected[5:5])
            when 'died' then if(corrected in ('died=true', 'died=yes'), 'true', 'false')
            when 'age' then regexp_extract(corrected, '\d+')::integer::varchar || if(contains(corrected, 'd'), 'd', '')
        end as value
    from systems
),
named as (
    select
        *,
        case
            when field = 'code' then if(given_system is null, '', given_system || ' ') || value
            when field = 'dropped' then 'drop'
            when field = 'related_dropped' then 'drop=related'
            when value is not null then field || '=' || value
            else coalesce(field, corrected)
        end as correction
    from valued
),
identified as (
    select
        *,
        left(
            sha256(concat_ws(
                chr(31),
                flag_id,
                evidence,
                verdict,
                coalesce(correction, ''),
                reviewer,
                coalesce(cast(decided_at as varchar), ''),
                coalesce(note, '')
            )),
            16
        ) as review_id
    from named
),
judged as (
    select
        i.* exclude (flag_id, evidence),
        i.flag_id,
        i.evidence,
        k.rule_id,
        k.collection,
        k.domain,
        k.encounter_id,
        k.death_id,
        k.patient_id,
        k.seq,
        k.related_id,
        k.is_of_principal,
        k.admits,
        case
            when i.fault is not null then i.fault
            when i.verdict is null and i.corrected is null then 'blank'
            when i.verdict is null then 'verdict_missing'
            when i.flag_id is null then 'flag_missing'
            when regexp_full_match(i.flag_id, '[0-9]+([.,][0-9]+)?e[+-]?[0-9]+') and length(i.flag_id) <> 16
                then 'flag_damaged'
            when i.verdict not in ('corrected', 'confirmed_correct', 'accepted_exception', 'cannot_determine')
                then 'verdict_unknown'
            when i.reviewer is null then 'reviewer_missing'
            when i.decided_text is not null and i.decided_at is null then 'date_unreadable'
            -- A day ahead is allowed, for it may be tomorrow where the reviewer is.
            when i.decided_at >= cast($today as timestamp) + interval 2 day then 'date_in_future'
            when i.verdict <> 'corrected' and i.corrected is not null then 'correction_in_vain'
            when i.verdict = 'corrected' and i.corrected is null then 'correction_missing'
            when i.verdict = 'corrected' and i.field is null then 'correction_unreadable'
            when former.review_id is not null then 'there_already'
            -- Of sixteen digits a spreadsheet keeps fifteen, and no noughts in front.
            when k.flag_id is null and regexp_full_match(i.flag_id, '[0-9]+([.,][0-9]+)?') then 'flag_damaged'
            when k.flag_id is null then 'flag_unknown'
            when i.evidence is null then 'evidence_missing'
            when
                i.evidence <> k.evidence
                and regexp_full_match(i.evidence, '[0-9]+([.,][0-9]+)?(e[+-]?[0-9]+)?')
                and regexp_full_match(k.evidence, '[0-9]+(e[0-9]+)?')
                then 'evidence_damaged'
            when i.evidence <> k.evidence then 'record_changed'
            when i.verdict = 'corrected' and not list_contains(k.admits, i.field) then 'correction_of_other_kind'
        end as problem
    from identified as i
    left join known_flag as k on i.flag_id = k.flag_id
    left join (select distinct review_id from decided) as former on i.review_id = former.review_id
)
select * from judged;

-- What one file says of a flag twice: alike once is enough, otherwise nobody knows which holds.
update decision set problem = again.problem
from (
    select
        "row",
        case
            when count(distinct (verdict, coalesce(correction, ''))) over (partition by flag_id) > 1 then 'given_twice'
            when row_number() over (partition by flag_id order by "row") > 1 then 'repeated'
        end as problem
    from decision
    where problem is null or problem = 'there_already'
) as again
where decision."row" = again."row" and again.problem is not null and decision.problem is null;
