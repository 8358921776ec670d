"""The case of any figures, from the options: what the run kept of the headlines, worked out anew for others."""

from __future__ import annotations

import duckdb
import numpy as np
from numpy.typing import NDArray

from transforms.influence.assess import each_breakdown
from transforms.influence.beliefs import place_beliefs
from transforms.influence.breakdowns import Breakdown
from transforms.influence.found import Found
from transforms.influence.methods.choices import Moves
from transforms.influence.results import Results
from transforms.influence.worklist.case import Case
from transforms.influence.worklist.gather import case_of
from transforms.measures import stored_specifications

_COLUMNS = ("figure", "unit", "state", "record", "dn", "dd", "named", "count")


def derive(con: duckdb.DuckDBPyConnection, figures: str) -> Case:
    """The case of the figures that a condition on stats.figure names."""
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
    place_beliefs(con)
    found: list[Moves] = []
    members: list[NDArray[np.int64]] = []
    classes = 0

    def take(of: Breakdown, part: Found) -> None:
        nonlocal classes
        moves = part.moves
        # What is promised is linear in sums over records, which medians and geometric means are not.
        if not len(moves) or of.is_of_lengths:
            return
        numbers, place = np.unique(moves.unit, return_inverse=True)
        columns = {name: getattr(moves, name) for name in _COLUMNS}
        found.append(Moves(**columns | {"figure": part.figures[moves.figure], "unit": place + classes}))
        of = np.searchsorted(numbers, part.members.of) + classes
        members.append(np.stack([of, part.members.unit_id, part.members.record]))
        classes += len(numbers)

    each_breakdown(con, narrowed, settings, take, figures=figures)
    joined = {name: np.concatenate([np.empty(0), *(getattr(part, name) for part in found)]) for name in _COLUMNS}
    of_figure, joined["figure"] = np.unique(joined["figure"].astype(np.int64), return_inverse=True)
    return case_of(
        con,
        figures=of_figure,
        base=results.base(of_figure),
        moves=Moves(**joined),
        members=np.concatenate([np.empty((3, 0), dtype=np.int64), *members], axis=1),
    )
