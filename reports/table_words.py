"""Title, question, footnotes and place of each table of figures, as the run specified them."""

from __future__ import annotations

import json
from dataclasses import dataclass

import duckdb

LAST = 10_000


@dataclass(frozen=True)
class TableWords:
    """The words around a table of figures, and its measures in the order of its columns."""

    table_id: str
    title: str
    question: str = ""
    footnotes: tuple[str, ...] = ()
    order: int = LAST
    measures: tuple[str, ...] = ()


def table_words(con: duckdb.DuckDBPyConnection) -> dict[str, TableWords]:
    """The words of every table that has figures, in the order of the tables."""
    rows = con.execute(
        "select f.table_id, s.title, s.question, s.footnotes, s.table_order, s.specification"
        " from (select distinct table_id from stats.figure) as f left join stats.specification as s using (table_id)"
        " order by s.table_order nulls last, f.table_id"
    ).fetchall()
    return {row[0]: _words(*row) for row in rows}


def _words(table_id, title, question, footnotes, order, specification) -> TableWords:
    if title is None:
        return TableWords(table_id, table_id.replace("_", " ").capitalize())
    measures = tuple(json.loads(specification).get("measures", ()))
    return TableWords(table_id, title, question, tuple(footnotes.splitlines()), order, measures)
