-- Which codes in use carry an instructional note (`is_carrier`: printed at the code or above it) and which it names.
-- Notes whose other side is not in use are left out of excludes1, which needs both.
create table checked.noted_code as
with
in_use as materialized (
    select distinct code_in_use.system, code_in_use.code, code.block, code.chapter
    from checked.code_in_use as code_in_use
    left join {warehouse}.codes.code as code on code_in_use.system = code.system and code_in_use.code = code.code
    where code_in_use.is_diagnosis
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
note as materialized (
    select
        system,
        note_id,
        kind,
        code as printed_at,
        first_code,
        last_code,
        pattern,
        -- Every first letter of the range, so that the join has something to be equal in.
        unnest(range(ascii(first_code), ascii(last_code) + 1)) as letter
    from {warehouse}.codes.note_range
    where kind in ('excludes1', 'code_first', 'use_additional')
),
carrier as materialized (
    select distinct note.kind, note.note_id, note.printed_at, true as is_carrier, place.system, place.code
    from place
    inner join note on place.system = note.system and place.printed_at = note.printed_at
),
in_range as materialized (
    select note.kind, note.note_id, note.printed_at, note.pattern, in_use.system, in_use.code
    from in_use
    inner join note
        on in_use.system = note.system
        and ascii(in_use.code) = note.letter
        -- No code has a character above the tilde.
        and in_use.code between note.first_code and note.last_code || '~'
),
named as materialized (
    select distinct kind, note_id, printed_at, false as is_carrier, system, code
    from in_range
    where pattern is null or regexp_matches(code, pattern)
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
