"""An excerpt of the warehouse, in memory, in which one record stands twice: as coded, and as it would be.

The functions that make figures read `core`, `codes` and `stats` of the database in use; in the excerpt these hold the
records of one patient, so that nothing is copied of a warehouse that may be large, and nothing is written to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from codesets.database import identifier, literal
from transforms.influence.whatif.change import Change, Code, Record, statements

HERE = Path(__file__).parent

_NAME = "whatif"
# What tells the copies from the records as coded: it sorts behind them, and no identifier of a source ends so.
_ENDING = " (otherwise)"


@dataclass(frozen=True, kw_only=True)
class Excerpt:
    """The catalog of the warehouse, the collection of the record, and the one in which it is otherwise."""

    source: str
    collection: str
    changed: str


@contextmanager
def excerpt(con: duckdb.DuckDBPyConnection, record: Record, change: Change, code: Code | None) -> Iterator[Excerpt]:
    """Use an excerpt in place of the warehouse, in which the changed collection has the record as it would be."""
    warehouse = con.execute("select current_database()").fetchone()[0]
    held = Excerpt(source=identifier(warehouse), collection=record.collection, changed=record.collection + _ENDING)
    before = set(_temporary(con))
    contribution = con.execute(
        "select sql from duckdb_views() where database_name = ? and schema_name = 'stats' "
        "and view_name = 'contribution'",
        [warehouse],
    ).fetchone()[0]
    codes = con.execute(
        "select table_name from duckdb_tables() where database_name = ? and schema_name = 'codes' "
        "union all select view_name from duckdb_views() where database_name = ? and schema_name = 'codes'",
        [warehouse, warehouse],
    ).fetchall()
    con.execute(f"attach ':memory:' as {_NAME} (read_write)")
    con.execute(f"use {_NAME}")
    try:
        text = (HERE / "excerpt.sql").read_text(encoding="utf-8")
        con.execute(
            text.format(
                source=held.source,
                collection=literal(held.collection),
                changed=literal(held.changed),
                ending=literal(_ENDING),
                is_stay=str(record.domain == "discharge").lower(),
                record_id=literal(record.record_id),
                patient_id=literal(record.patient_id) if record.patient_id is not None else "null",
            )
        )
        con.execute(contribution)
        views = [
            f"create view codes.{identifier(name)} as from {held.source}.codes.{identifier(name)}" for (name,) in codes
        ]
        con.execute(";".join(["create schema codes", *views]))
        con.execute(statements(replace(record, record_id=record.record_id + _ENDING), change, code))
        yield held
    finally:
        for kind, name in set(_temporary(con)) - before:
            con.execute(f"drop {kind} if exists temp.{identifier(name)}")
        con.execute(f"use {held.source}")
        con.execute(f"detach {_NAME}")


def keep_as_coded(con: duckdb.DuckDBPyConnection, held: Excerpt) -> None:
    """Forget the changed collection, once its sums are known."""
    for table in ("core.coverage", "core.population", "core.birth", "stats.covered_span", "stats.age_band", "scope"):
        con.execute(f"delete from {table} where collection = {literal(held.changed)}")


def _temporary(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    return con.execute(
        "select 'view', view_name from duckdb_views() where temporary and not internal "
        "union all select 'table', table_name from duckdb_tables() where temporary"
    ).fetchall()
