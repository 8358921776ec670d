"""The books: rejected rows, impossible fields, what each source covers, and the way from rows read to records."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from codesets.database import identifier, literal
from transforms.core.encounters import ROW_MASK
from transforms.core.inputs import ROW_BITS, Numbered

# Why a row is rejected here, and the sentence that `landing.reject` gives with it.
REASONS = {
    "missing_key": "The row has no value in the column that identifies it: give it one in the extract.",
    "duplicate_key": "Another row of the source has the same identifier and other content: the first one stands. If a "
    "later file brings later versions, set update = 'by_record' for the source.",
    "no_such_encounter": "The row belongs to an encounter that no file of the source holds: load the encounters too.",
    "no_such_death": "The row belongs to a death that no file of the source holds: load the deaths too.",
    "unusable_count": "The row gives no year, age or number that can be read, or a negative number: correct it.",
}

_REASONS = ", ".join(map(literal, REASONS))


def write_rejects(con: duckdb.DuckDBPyConnection, numbered: Sequence[Numbered]) -> None:
    """Put rejected rows into landing.reject as CSV text, and settle every live file's accepted and rejected rows."""
    found = con.execute(
        f"select distinct source_number, role from work_fate where fate in ({_REASONS}) order by all"
    ).fetchall()
    sources = {each.number: each for each in numbered}
    sentences = ", ".join(f"({literal(reason)}, {literal(text)})" for reason, text in REASONS.items())
    for number, role in found:
        con.execute(f"insert into landing.reject by name {rejects(sources[number], role, sentences)}")
    con.execute("""update landing.batch set rows_rejected = r.row_count, rows_accepted = rows_read - r.row_count
from (select batch_id, count(*) as row_count from landing.reject group by batch_id) r
where landing.batch.batch_id = r.batch_id and landing.batch.status = 'live'""")


def rejects(numbered: Numbered, role: str, sentences: str) -> str:
    """SQL of the rejected rows of one file role."""
    fields = ", ".join(csv_field(f"r.{identifier(column)}") for column in numbered.columns(role))
    return f"""select b.batch_id, r._row & {ROW_MASK} as row_number, f.fate as reason, s.sentence as message,
    concat_ws(',', {fields}) as raw
from work_fate f
join {numbered.rows(role)} r using (_row)
join work_batch b on b.number = f._row >> {ROW_BITS}
join (values {sentences}) s (reason, sentence) on s.reason = f.fate
where f.source_number = {numbered.number} and f.role = {literal(role)}
order by f._row"""


def csv_field(column: str) -> str:
    """SQL of a value as a CSV field: null empty, quoted where it must be."""
    return (
        f"case when {column} is null then '' when regexp_matches({column}, '[\",\\n\\r]') or {column} = '' "
        f"then '\"' || replace({column}, '\"', '\"\"') || '\"' else {column} end"
    )


def write_issues(con: duckdb.DuckDBPyConnection) -> None:
    """Put the impossible fields found on the way into core.field_issue, each once."""
    con.execute(f"""insert into core.field_issue by name
with once as (
    select record_kind, record_id, seq, field, raw_value, problem, min(_row) as _row
    from work_issue group by all
)
select o.* exclude (_row), b.batch_id, o._row & {ROW_MASK} as row_number
from once o join work_batch b on b.number = o._row >> {ROW_BITS}
order by record_kind, record_id, seq, field, problem, raw_value""")


def write_coverage(con: duckdb.DuckDBPyConnection, numbered: Sequence[Numbered]) -> None:
    """Fill core.coverage: the days a source is declared to cover, else the calendar years of its records' dates."""
    for each in numbered:
        person = each.profile.person
        of_encounters = ("core.encounter", "coalesce(discharge_date, admission_date)")
        for kind, is_held, table, date in (
            ("encounter", each.profile.encounter is not None, *of_encounters),
            ("death", each.profile.death is not None, "core.death", "death_date"),
            ("vital_status", person is not None and person.vital_status_complete, *of_encounters),
        ):
            if not is_held:
                continue
            covers = each.source.covers
            days = (
                "$first::date, $last::date, true"
                if covers
                else f"make_date(min(year({date})), 1, 1), make_date(max(year({date})), 12, 31), false"
            )
            con.execute(
                f"""insert into core.coverage
select $source, $collection, {literal(kind)}, {days} from {table} where source = $source having count(*) > 0""",
                {"source": each.source.name, "collection": each.source.collection}
                | ({"first": covers[0], "last": covers[1]} if covers else {}),
            )
