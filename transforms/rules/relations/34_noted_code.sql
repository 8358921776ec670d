-- Which codes in use carry an instructional note (`is_carrier`: printed at the code or above it) and which it names.
-- Notes whose other side is not in use are left out of excludes1, which needs both.
create table checked.noted_code as
with
in_use as (
    select distinct diagnosis.system, diagnosis.code, code.block, code.chapter
    from (select distinct system, code from {warehouse}.core.diagnosis where code is not null) as diagnosis
    left join {warehouse}.codes.code as code on diagnosis.system = code.system and diagnosis.code = code.code
),
place as (
    -- Where a note may stand that holds for a code: at itself, at each beginning of it, at its block, at its chapter.
    select system, code, left(code, cast(size as integer)) as printed_at
    from in_use
    cross join range(3, 8) as sizes (size)
    where size <= length(code)
    union all
    select system, code, block from in_use where block is not null
    union all
    select system, code, chapter from in_use where chapter is not null
),
note as (
    select system, note_id, kind, code as printed_at, first_code, last_code, pattern
    from {warehouse}.codes.note_range
    where kind in ('excludes1', 'code_first', 'use_additional')
),
carrier as (
    select distinct note.kind, note.note_id, note.printed_at, true as is_carrier, place.system, place.code
    from place
    inner join note on place.system = note.system and place.printed_at = note.printed_at
),
named as (
    select distinct note.kind, note.note_id, note.printed_at, false as is_carrier, in_use.system, in_use.code
    from in_use
    -- One key, so that the two comparisons alone make the join; no code has a character above the tilde.
    inner join note
        on in_use.system || ' ' || in_use.code >= note.system || ' ' || note.first_code
        and in_use.system || ' ' || in_use.code <= note.system || ' ' || note.last_code || '~'
        and (note.pattern is null or regexp_matches(in_use.code, note.pattern))
),
excluding as (
    select note_id from carrier where kind = 'excludes1'
    intersect
    select note_id from named where kind = 'excludes1'
)
select kind, note_id, printed_at, is_carrier, system, code
from carrier
where kind <> 'excludes1' or note_id in (select note_id from excluding)
union all
select kind, note_id, printed_at, is_carrier, system, code
from named
where kind <> 'excludes1' or note_id in (select note_id from excluding);
