"""What a worklist is chosen from: the figures to be made safe, the units, and how each may move each figure."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np
from numpy.typing import NDArray

from transforms.influence.assess import each_breakdown
from transforms.influence.beliefs import place_beliefs
from transforms.influence.breakdowns import Breakdown
from transforms.influence.methods.choices import Booleans, Integers, Moves
from transforms.influence.moves import Found
from transforms.influence.results import Base, Results
from transforms.influence.sight import HALVES
from transforms.measures import stored_specifications
from transforms.measures.methods.arrays import Floats

HEADLINES = "is_headline"
_COLUMNS = ("figure", "unit", "state", "record", "dn", "dd", "named", "count")


@dataclass(frozen=True, kw_only=True)
class Case:
    """Figures, units, and moves.

    `figures` are row numbers of stats.figure, ascending, of those that a unit can move; `base` and `tolerance` (in the
    figure's unit) are aligned to them. `moves` counts figures by their place here, and its `unit` is a class of units
    that are alike. `of_class`, `of_unit` and `of_record` say, a row a member, which unit has which record in which
    class; `of_record` is -1 where the class is one unit with states, whose records are in `moves`. `units` are the
    numbers in influence.unit, `records` how many records each has.
    """

    figures: Integers
    base: Base
    tolerance: Floats
    moves: Moves
    of_class: Integers
    of_unit: Integers
    of_record: Integers
    units: Integers
    records: Integers

    def of_units(self, chosen: Booleans) -> Moves:
        """The moves of some units, each for itself: `unit` is its place here, and nothing counts more than once."""
        members = np.flatnonzero(chosen[self.of_unit])
        classes = self.of_class[members]
        rows_by_class = np.argsort(self.moves.unit, kind="stable")
        bounds = np.searchsorted(self.moves.unit[rows_by_class], np.stack([classes, classes + 1]))
        each = bounds[1] - bounds[0]
        ends = np.cumsum(each)
        total = int(ends[-1]) if len(ends) else 0
        within = np.arange(total) - np.repeat(ends - each, each)
        rows = rows_by_class[np.repeat(bounds[0], each) + within]
        record = np.repeat(self.of_record[members], each)
        moves = self.moves
        return Moves(
            figure=moves.figure[rows],
            unit=np.repeat(self.of_unit[members], each),
            state=moves.state[rows],
            record=np.where(record < 0, moves.record[rows], record),
            dn=moves.dn[rows],
            dd=moves.dd[rows],
            named=moves.named[rows],
            count=np.ones(total, dtype=np.int64),
        )


def gather(con: duckdb.DuckDBPyConnection, figures: str = HEADLINES) -> Case:
    """The case of the figures that a condition on stats.figure names, by default the headlines.

    The connection to a published warehouse may be read-only: only temporary tables are made.
    """
    tables, settings = stored_specifications(con)
    results = Results(con, tables, settings)
    wanted = {
        table: set(measures)
        for table, measures in con.execute(
            f"select table_id, list(distinct measure) from stats.figure where {figures} group by table_id"
        ).fetchall()
    }
    narrowed = [
        table.model_copy(update={"measures": tuple(name for name in table.measures if name in wanted[table.table_id])})
        for table in tables
        if table.table_id in wanted
    ]
    if figures == HEADLINES:
        # Headlines are those of the first margin.
        narrowed = [table.model_copy(update={"margins": table.margins[:1]}) for table in narrowed]
    place_beliefs(con)
    found: list[Moves] = []
    members: list[NDArray[np.int64]] = []
    classes = 0

    def take(_: Breakdown, part: Found) -> None:
        nonlocal classes
        moves = part.moves
        if not len(moves):
            return
        numbers, place = np.unique(moves.unit, return_inverse=True)
        rows = con.execute(_MEMBERS).fetchnumpy()
        of_class = np.ma.getdata(rows["class"])
        at = np.searchsorted(numbers, of_class)
        is_here = (at < len(numbers)) & (numbers[np.minimum(at, len(numbers) - 1)] == of_class)
        found.append(Moves(**{name: getattr(moves, name) for name in _COLUMNS if name != "unit"}, unit=place + classes))
        columns = (at + classes, np.ma.getdata(rows["unit_id"]), np.ma.getdata(rows["record"]))
        members.append(np.stack([column[is_here] for column in columns]).astype(np.int64))
        classes += len(numbers)

    each_breakdown(con, narrowed, settings, take, figures=figures)
    units = con.execute("select unit_id, records from influence.unit order by unit_id").fetchnumpy()
    numbers = np.ma.getdata(units["unit_id"]).astype(np.int64)
    joined = {name: np.concatenate([np.empty(0), *(getattr(part, name) for part in found)]) for name in _COLUMNS}
    of_figure, joined["figure"] = np.unique(joined["figure"].astype(np.int64), return_inverse=True)
    of_class, unit_id, of_record = np.concatenate([np.empty((3, 0), dtype=np.int64), *members], axis=1)
    return Case(
        figures=of_figure,
        base=results.base(of_figure),
        tolerance=_stated(con, of_figure),
        moves=Moves(**joined),
        of_class=of_class,
        of_unit=np.searchsorted(numbers, unit_id),
        of_record=of_record,
        units=numbers,
        records=np.ma.getdata(units["records"]).astype(np.int64),
    )


# A unit with states is a class of its own, numbered after all records as in the moves; a half is its record's.
_MEMBERS = f"""
with member as (
    select
        if(c.has_states, (select max(record) from record_brief) + r.unit_id, c.first_record) as class,
        r.unit_id, if(c.has_states, -1, c.record % {HALVES}) as record
    from class_of as c
    join record_brief as r using (record)
)
select distinct class::bigint as class, unit_id::bigint as unit_id, record::bigint as record
from member
order by class, unit_id, record
"""


def _stated(con: duckdb.DuckDBPyConnection, figures: Integers) -> Floats:
    """The tolerances of stats.figure."""
    found = con.execute("select tolerance from stats.figure order by rowid").fetchnumpy()["tolerance"]
    return np.ma.filled(np.ma.asarray(found, dtype=np.float64), np.nan)[figures]
