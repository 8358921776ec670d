"""The strata behind a composed measure, with what flagged records can make of each, and of all together.

Every stratum is bounded for itself, over all its units: exact for the stratum, but those of one figure need not be at
their ends together, since a record that leaves one may enter another. What is worked out from strata at such corners
contains every value that flags allow, and need not be attained. What all may be together is in their ways.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import duckdb
import numpy as np
import pandas as pd

from codesets.database import literal
from transforms.influence.breakdowns import Breakdown
from transforms.influence.cells import NO_CAUSE, Cells
from transforms.influence.changes import Units
from transforms.influence.classes import Classes, find_classes
from transforms.influence.composed.ways import Resolutions, Ways
from transforms.influence.effects import TableRows, rows_of
from transforms.influence.methods.bounds import SingleChanges, bounds
from transforms.influence.moves import find_moves
from transforms.influence.sights import Sights
from transforms.measures.cells import slice_of
from transforms.measures.composed import Request
from transforms.measures.dimensions import PLAIN
from transforms.measures.methods.arrays import Floats
from transforms.measures.specification import TableSpecification
from transforms.measures.strata import strata_query

# As coded, without flagged records, and the corners: every stratum at its end, over named targets or over all.
Corner = Literal["coded", "without", "bound_low", "bound_high", "worst_low", "worst_high"]


@dataclass(frozen=True)
class Behind:
    """The strata of a measure in one margin: the frame of `strata_query`, the weight of each at the corners, and ways.

    Only of collections with flagged records.
    """

    frame: pd.DataFrame
    ends: dict[Corner, Floats]
    ways: Ways
    chances: Floats

    @cached_property
    def drawn(self) -> Floats:
        """The weights of the strata by draws, each within what it may be at the worst."""
        drawn = self.ends["coded"][:, None] + self.ways.drawn(self.chances)
        return np.clip(drawn, self.ends["worst_low"][:, None], self.ends["worst_high"][:, None])

    def at(self, corner: Corner) -> pd.DataFrame:
        return self.frame.assign(weight=self.ends[corner])


class _Weights(Breakdown):
    """A margin of a composed measure that sums `weight` over cells."""

    columns = ("weight",)
    is_of_lengths = False


@dataclass(frozen=True)
class _Placed:
    classes: Classes
    together: Resolutions
    # A temp table with the cells of the classes.
    cells: str


def bands_of(con: duckdb.DuckDBPyConnection, table: TableSpecification) -> tuple:
    """The bands of age of a table, by which its records may be placed otherwise than another's."""
    return tuple(
        con.execute(
            "select collection, age_band from stats.age_band where table_id = ? order by collection, sort_order",
            [table.table_id],
        ).fetchall()
    )


class Corners:
    """What is behind any composed measure that sums `weight` over cells.

    Options are placed (see placing.py). Many tables look at the same records by the same bands of age: their classes
    are found once. `drop` ends it. `chances` are those of the sets of rules (see beliefs); in `changes` is kept what
    units alone can do, measure by measure, and in `versions` the temp tables of versions of stays in the cells of a
    slice (see followed.py).
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, chances: Floats) -> None:
        self._con = con
        self.chances = chances
        self.changes: list[tuple[Units, SingleChanges]] = []
        self.versions: dict[tuple, str] = {}
        self._placed: dict[tuple, _Placed] = {}
        self._behind: dict[tuple, Behind] = {}

    def of(self, request: Request, sights: Sights) -> Behind:
        """The strata behind a measure in one margin."""
        definition, margin = request.definition, request.margin
        part = _Weights(request.table, margin, slice_of(margin, definition), (definition,))
        place = self._place(request, sights)
        # Tables of one kind have the same strata in a margin.
        key = (place, part.one, margin.by, definition.is_rate, tuple(sorted(definition.columns)))
        if key not in self._behind:
            self._behind[key] = self._strata(request, part, self._placed[place])
        return self._behind[key]

    def _strata(self, request: Request, part: Breakdown, placed: _Placed) -> Behind:
        con, definition, margin = self._con, request.definition, request.margin
        frame = con.execute(strata_query(request.table, definition, margin)).df()
        flagged = con.execute("select distinct collection from influence.unit").fetchnumpy()["collection"]
        frame = frame[frame["collection"].isin(flagged)].reset_index(drop=True)
        weight = frame["weight"].to_numpy(np.float64)
        cells = self._cells(part, frame, placed.cells)
        found = find_moves(placed.classes, part, cells)
        limits = bounds(weight[found.figures], 1.0, found.moves, fixed_denominator=True)
        ends: dict[Corner, Floats] = {"coded": weight, "without": weight.copy()}
        flagged_here, left_out, *_ = found.coded.totals()
        ends["without"][flagged_here] -= left_out
        for name, values in vars(limits).items():
            ends[name] = weight.copy()
            ends[name][found.figures] = values
        # Sums of decimal weights leave rounding where nothing is left.
        ends = {name: np.maximum(np.round(values, 9), 0.0) for name, values in ends.items()}
        ways = Ways.of(placed.classes, cells, len(frame), placed.together)
        return Behind(frame, ends, ways, self.chances)

    def drop(self) -> None:
        for name in (*(placed.cells for placed in self._placed.values()), *self.versions.values()):
            self._con.execute(f"drop table temp.{name}")
        self.versions.clear()
        self._placed.clear()
        self._behind.clear()

    def _place(self, request: Request, sights: Sights) -> tuple:
        """Place the classes of a measure's records by all its dimensions, for all margins of tables of its kind.

        What they are kept under in `_placed`.
        """
        con, table, definition = self._con, request.table, request.definition
        margins = [margin for margin in table.margins if definition.stands_in(margin)]
        parts = (_Weights(table, margin, slice_of(margin, definition), (definition,)) for margin in margins)
        rows = TableRows(table, tuple(parts), request.settings.year_start)
        key = (rows.select(), table.period, bands_of(con, table))
        if key not in self._placed:
            classes = find_classes(con, rows, sights.look(rows.seen))
            cells = f"composed_cell_{len(self._placed)}"
            con.execute(f"create or replace temp table {cells} as from class_cell")
            self._placed[key] = _Placed(classes, Resolutions.of(classes), cells)
        return key

    def _cells(self, part: Breakdown, frame: pd.DataFrame, cells: str) -> Cells:
        """The strata, by their places in the frame, that the cells of the classes are in."""
        keys = ["collection", "period_start", *(name for name in PLAIN if name in part.one.dimensions)]
        same = " and ".join(f"e.{name} = f.{name}{'::date' if name == 'period_start' else ''}" for name in keys)
        where = "true"
        if part.one.by_cause:
            others = ", ".join(map(literal, NO_CAUSE))
            where = f"""case
                when e.cause = '*' then f.cause not in ({others})
                else e.cause = f.cause and (e.cause = 'all' or e.scheme_version = f.scheme_version)
            end"""
        columns = [*keys, "scheme_version", "cause", "weight"]
        self._con.register("stratum_now", frame[columns].assign(number=np.arange(len(frame))))
        found = self._con.execute(
            f"""
            with stratum as (
                select
                    *,
                    -- How likely any code is one of the cause: as often as it is coded at this place and age.
                    coalesce(weight / nullif(max(weight) filter (cause = 'all') over (
                        partition by scheme_version, {", ".join(keys)}
                    ), 0), 0)::double as of_all
                from stratum_now
            )
            select
                e.cell, f.number as figure, 0 as n, -1 as d, 1.0::double as adds,
                {"if(e.cause = '*', f.of_all, 1)" if part.one.by_cause else "1"}::double as likely, false as is_whole
            from ({rows_of(part, f"from {cells}", "cell")}) as e
            join stratum as f on {same} and {where}
            order by e.cell, f.number
            """
        ).fetchnumpy()
        self._con.unregister("stratum_now")
        return Cells(**{name: np.ma.getdata(values) for name, values in found.items()})
