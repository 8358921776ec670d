"""Bring instructional notes to the codes of a relation: which notes each code bears, and which refer to it.

A note is kept where the classification prints it, at a code, category, block or chapter, and holds for every code
below. Pairs of codes are never stored; two codes of a record conflict where one bears a note that refers to the other:

    notes_of(con, "select distinct system, code from core.diagnosis", kinds=("excludes1",), into="excluded")
    select ... from core.diagnosis as one
    join excluded_bearer as bearer on bearer.code = one.code
    join excluded_target as target on target.note_id = bearer.note_id
    join core.diagnosis as other on other.encounter_id = one.encounter_id and other.code = target.code
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from codesets.database import identifier, literal

KINDS = ("excludes1", "excludes2", "code_first", "use_additional", "code_also")

_BEARERS = """
create or replace temp table {into} as
with
    places as (
        select code."system", code.code,
            unnest(
                [left(code.code, size) for size in range(3, length(code.code) + 1)] || [code.block, code.chapter]
            ) as place,
        from ({codes}) as given
        join codes.code as code on code."system" = given."system" and code.code = given.code
    )
select distinct places."system", places.code, note.note_id, note.kind
from places
join codes.note as note on note."system" = places."system" and note.code = places.place
where note.kind in ({kinds}) and note.refers_to = 'codes'
order by note.note_id, places.code
"""

_TARGETS = """
create or replace temp table {into} as
with
    given as (
        select distinct "system", code from ({codes})
    ),
    single as (
        select given."system", given.code, ranges.note_id, ranges.kind, ranges.pattern
        from (select "system", code, unnest(range(3, length(code) + 1)) as size from given) as given
        join codes.note_range as ranges
            on ranges."system" = given."system" and ranges.first_code = left(given.code, given.size)
        where ranges.first_code = ranges.last_code and ranges.kind in ({kinds})
    ),
    ranged as (
        select given."system", given.code, ranges.note_id, ranges.kind, ranges.pattern
        from given
        join (from codes.note_range where first_code <> last_code and kind in ({kinds})) as ranges
            on ranges."system" = given."system"
            and given.code >= ranges.first_code and given.code < ranges.last_code || '~'
    )
select distinct "system", code, note_id, kind
from (from single union all from ranged)
where pattern is null or regexp_matches(code, pattern)
order by note_id, code
"""


def notes_of(con: duckdb.DuckDBPyConnection, codes: str, *, kinds: Sequence[str] = KINDS, into: str = "noted") -> None:
    """Create the temporary tables `<into>_bearer` and `<into>_target`: (system, code, note_id, kind).

    `codes` is a query that returns system and code, canonical. The bearer table has the notes printed at each code or
    above it, the target table the notes that refer to it; notes that name no code are in neither.
    """
    listed = ", ".join(map(literal, kinds))
    con.execute(_BEARERS.format(into=identifier(f"{into}_bearer"), codes=codes, kinds=listed))
    con.execute(_TARGETS.format(into=identifier(f"{into}_target"), codes=codes, kinds=listed))
