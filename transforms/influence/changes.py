"""What each class of records could do to each figure, kept for the view stats.record_influence."""

from __future__ import annotations

from typing import Protocol

import duckdb
import numpy as np
import pyarrow as pa

from transforms.influence.found import Members
from transforms.influence.methods.bounds import SingleChanges
from transforms.influence.methods.choices import Integers
from transforms.influence.sight import arrays

# Rows of changes that are kept until they are written: few and large inserts are fast, and all at once is much memory.
_AT_ONCE = 2_000_000


class Units(Protocol):
    """Whose changes they are: the numbers of units, and the records behind each."""

    @property
    def numbers(self) -> Integers: ...

    @property
    def members(self) -> Members: ...


class Changes:
    """Changes and members of classes, breakdown by breakdown; to influence.change and influence.member."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con
        self._ids = pa.array(arrays(con, "select figure_id from stats.figure order by rowid")["figure_id"])
        self._changes: list[pa.Table] = []
        self._members: list[pa.Table] = []

    def take(self, part: int, found: Units, changes: SingleChanges) -> None:
        """Keep those of a breakdown: `changes` name figures by rows of stats.figure, units by places in `found`."""
        moved = (changes.low != 0) | (changes.high != 0)
        # Units that stand for patients by their number only have no members.
        moving = np.flatnonzero(moved & np.isin(changes.unit, found.members.of))
        low, high = changes.low[moving], changes.high[moving]
        of_class = found.numbers.astype(np.int32)
        columns = {
            "part": pa.array(np.full(len(moving), part, dtype=np.int32)),
            "class": pa.array(of_class[changes.unit[moving]]),
            # Figures are many times as often named as there are figures.
            "figure_id": pa.DictionaryArray.from_arrays(changes.figure[moving].astype(np.int32), self._ids),
            "change_low": pa.array(low, mask=np.isnan(low)),
            "change_high": pa.array(high, mask=np.isnan(high)),
        }
        self._changes.append(pa.table(columns))
        members = found.members
        columns = {
            "part": np.full(len(members.of), part, dtype=np.int32),
            "class": of_class[members.of],
            "record": members.record,
            "unit_id": members.unit_id,
        }
        self._members.append(pa.table(columns))
        if sum(len(rows) for rows in self._changes) >= _AT_ONCE:
            self.write()

    def write(self) -> None:
        """Add what is kept to the two tables, breakdowns in their order; a unit with states has all its records."""
        for table, rows, query in (
            ("change", self._changes, "from kept_rows"),
            (
                "member",
                self._members,
                """
                select k.part, k.class, coalesce(r.record, k.record) as record
                from kept_rows as k
                left join influence.record as r on r.unit_id = if(k.record < 0, k.unit_id, null)
                order by all
                """,
            ),
        ):
            if rows:
                self._con.register("kept_rows", pa.concat_tables(rows))
                self._con.execute(f"insert into influence.{table} by name {query}")
                self._con.unregister("kept_rows")
                rows.clear()
