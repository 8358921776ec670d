"""The headline figures, and what open flags may do to each: kept for worklists, which need not work it out again."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import numpy as np
import pyarrow as pa

from transforms.influence.found import Found
from transforms.influence.methods.alike import alike
from transforms.influence.methods.choices import of_rows
from transforms.influence.methods.outermost import outermost
from transforms.influence.methods.segments import starts
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
    """The moves of the headline figures, breakdown by breakdown; to influence.headline, move and kind."""

    def __init__(self, con: duckdb.DuckDBPyConnection, results: Results) -> None:
        found = con.execute(
            "select rowid as figure, figure_id from stats.figure where is_headline order by rowid"
        ).fetchnumpy()
        figures = np.ma.getdata(found["figure"]).astype(np.int64)
        is_sum = results.is_sum[figures]
        self._figures, self._ids = figures[is_sum], np.ma.getdata(found["figure_id"])[is_sum]
        self._base = results.base(self._figures)
        self._kinds = 0
        self._moves: list[pa.Table] = []
        self._of_class: list[pa.Table] = []

    def take(self, part: int, found: Found) -> None:
        """Keep what moves headline figures in a breakdown; units that do the same to one are of one kind."""
        place = np.searchsorted(self._figures, found.figures)
        rows = np.flatnonzero(np.isin(found.figures, self._figures)[found.moves.figure])
        if not len(rows):
            return
        kinds = alike(of_rows(found.moves, rows))
        moves = of_rows(kinds.moves, outermost(kinds.moves))
        start = starts(moves.figure, moves.unit)
        self._moves.append(
            pa.table(
                {
                    "kind": np.repeat(np.arange(len(start)), np.diff(start, append=len(moves))) + self._kinds + 1,
                    "headline": place[moves.figure] + 1,
                    "state": moves.state,
                    "record": moves.record,
                    "numerator": moves.dn,
                    "denominator": moves.dd,
                    "is_named": moves.named,
                }
            )
        )
        of_class = {"part": np.full(len(kinds.unit), part), "class": found.numbers[kinds.unit]}
        self._of_class.append(pa.table(of_class | {"kind": kinds.kind + self._kinds + 1}))
        self._kinds += len(start)

    def write(self, con: duckdb.DuckDBPyConnection) -> None:
        """Fill the three tables."""
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
        for table, rows in (("headline", [frame]), ("move", self._moves), ("kind", self._of_class)):
            if rows:
                con.register("kept_rows", pa.concat_tables(rows))
                con.execute(f"insert into influence.{table} by name from kept_rows")
                con.unregister("kept_rows")
