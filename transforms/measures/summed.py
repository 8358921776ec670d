"""Slices summed from the records, each once for all tables that ask for it.

Many tables ask for the same sums: all records by sex and age, or a scheme's causes. A slice is looked up by where its
rows come from; where another table has summed it, or a wider one, with the columns wanted, it is taken from there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from transforms.measures.ages import ChosenBands, place_ages
from transforms.measures.cells import Slice, columns_of, rows_source, slice_from_rows, slice_from_slice, slices
from transforms.measures.specification import TableSpecification
from transforms.measures.sums import ONE_EACH


@dataclass(frozen=True)
class _Held:
    """A temp table with the sums of one slice."""

    name: str
    source: str
    one: Slice
    bands: tuple[tuple[str, str], ...]
    columns: frozenset[str]
    rows: int

    def serves(self, source: str, one: Slice, bands: tuple[tuple[str, str], ...], columns: frozenset[str]) -> bool:
        """Whether the sums of another slice can be taken from these."""
        return (
            self.source == source
            and set(self.one.names) >= set(one.names)
            and ("age_band" not in one.names or self.bands == bands)
            and self.columns >= columns
        )


class Summed:
    """The slices of the tables of one length of period, summed when first asked for; `drop` ends it.

    `weighted` are the scopes with weights other than 1, `chosen` the age bands of each table.
    """

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        tables: Sequence[TableSpecification],
        year_start: int,
        weighted: Sequence[int],
        chosen: ChosenBands,
    ) -> None:
        self.year_start = year_start
        self._con = con
        self._weighted = weighted
        self._chosen = chosen
        self._placed: tuple[tuple[str, str], ...] | None = None
        self._held: list[_Held] = []
        self._wanted: dict[tuple, set[str]] = {}
        for table in tables:
            for one in slices(table):
                self._wanted.setdefault(self._key(table, one), set()).update(columns_of(table))

    def slice(self, table: TableSpecification, one: Slice) -> str:
        """The name of a temp table with the sums of a slice: its keys, the columns of the table, and maybe others."""
        source, bands = _source(table, one), self._bands(table, one)
        columns = frozenset(columns_of(table))
        serving = [held for held in self._held if held.serves(source, one, bands, columns)]
        wider = min(serving, key=lambda held: (held.rows, held.name), default=None)
        if wider and wider.one.names == one.names:
            return wider.name
        name = f"slice_{len(self._held)}"
        if wider:
            columns = wider.columns
            query = slice_from_slice(wider.name, one, _in_order(columns))
        else:
            columns = frozenset(self._wanted[self._key(table, one)])
            if "age_band" in one.names and bands != self._placed:
                place_ages(self._con, table.table_id)
                self._placed = bands
            query = slice_from_rows(table, one, _in_order(columns), self.year_start, self._weighted)
        rows = self._con.execute(f"create temp table {name} as {query}").fetchone()[0]
        self._held.append(_Held(name, source, one, bands, columns, rows))
        return name

    def drop(self) -> None:
        for held in self._held:
            self._con.execute(f"drop table {held.name}")
        self._held.clear()

    def _key(self, table: TableSpecification, one: Slice) -> tuple:
        return _source(table, one), one.names, self._bands(table, one)

    def _bands(self, table: TableSpecification, one: Slice) -> tuple[tuple[str, str], ...]:
        return self._chosen.get(table.table_id, ()) if "age_band" in one.names else ()


def _source(table: TableSpecification, one: Slice) -> str:
    """Which records a slice sums, as text: a rate's facilities count other records than the rest of it."""
    return rows_source(table, [name for name in one.dimensions if name == "facility_id"], one.by_cause)


def _in_order(columns: frozenset[str]) -> list[str]:
    return [name for name in ONE_EACH if name in columns]
