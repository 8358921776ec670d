"""The headline figures, and what open flags may do to each: kept for worklists, which need not work it out again."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import numpy as np
import pyarrow as pa

from transforms.influence.moves import Found
from transforms.influence.results import Results
from transforms.measures.dimensions import PLAIN
from transforms.measures.specification import TableSpecification


def mark_headlines(con: duckdb.DuckDBPyConnection, tables: Sequence[TableSpecification]) -> None:
    """Mark the figures of each table's headline measures in its first margin; by cause, those of all causes too."""
    for table in tables:
        if not table.headline:
            continue
        by = table.margins[0].by
        shape = " and ".join(f"{name} is {'not ' if name in by else ''}null" for name in (*PLAIN, "cause"))
        con.execute(
            f"""
            update stats.figure set is_headline = true
            where table_id = $table and measure in (select unnest($measures)) and {shape}
                and "value" is not null and period_start is not null
            """,
            {"table": table.table_id, "measures": list(table.headline)},
        )


class Headlines:
    """The moves of the headline figures, breakdown by breakdown; written to influence.headline and influence.move."""

    def __init__(self, con: duckdb.DuckDBPyConnection, results: Results) -> None:
        found = con.execute(
            "select rowid as figure, figure_id from stats.figure where is_headline order by rowid"
        ).fetchnumpy()
        figures = np.ma.getdata(found["figure"]).astype(np.int64)
        is_sum = (results.has_form & ~results.is_of_lengths)[figures]
        self._figures, self._ids = figures[is_sum], np.ma.getdata(found["figure_id"])[is_sum]
        self._base = results.base(self._figures)
        self._parts: list[pa.Table] = []

    def take(self, part: int, found: Found) -> None:
        """Keep the moves of a breakdown that are about headline figures."""
        moves = found.moves
        place = np.searchsorted(self._figures, found.figures)
        is_headline = np.isin(found.figures, self._figures)
        rows = np.flatnonzero(is_headline[moves.figure])
        if not len(rows):
            return
        columns = {
            "part": np.full(len(rows), part),
            "class": found.numbers[moves.unit[rows]],
            "headline": place[moves.figure[rows]] + 1,
            "state": moves.state[rows],
            "record": moves.record[rows],
            "numerator": moves.dn[rows],
            "denominator": moves.dd[rows],
            "is_named": moves.named[rows],
            "copies": moves.count[rows],
        }
        self._parts.append(pa.table(columns))

    def write(self, con: duckdb.DuckDBPyConnection) -> None:
        """Fill the two tables."""
        base = self._base
        frame = pa.table(
            {
                "headline": np.arange(len(self._ids)) + 1,
                "figure_id": pa.array(self._ids, type=pa.string()),
                "numerator": base.n,
                "denominator": base.d,
                "multiplier": base.multiplier,
                "is_fixed": base.is_fixed,
            }
        )
        for table, rows in (("headline", [frame]), ("move", self._parts)):
            if rows:
                con.register("kept_rows", pa.concat_tables(rows))
                con.execute(f"insert into influence.{table} by name from kept_rows")
                con.unregister("kept_rows")
