"""The case of the headline figures, as the run kept it, or of any figures, worked out anew."""

from __future__ import annotations

import duckdb
import numpy as np
from numpy.typing import NDArray

from transforms.influence.base import Base
from transforms.influence.methods.choices import Integers, Moves
from transforms.influence.worklist.case import Case
from transforms.measures.methods.arrays import Floats

HEADLINES = "is_headline"


def gather(con: duckdb.DuckDBPyConnection, figures: str = HEADLINES) -> Case:
    """The case of the figures that a condition on stats.figure names, by default the headlines.

    The connection to a published warehouse may be read-only: only temporary tables are made.
    """
    if figures == HEADLINES:
        return _kept(con)
    # All that makes figures is needed for any others, and takes seconds to load.
    from transforms.influence.worklist.derive import derive

    return derive(con, figures)


def case_of(
    con: duckdb.DuckDBPyConnection, *, figures: Integers, base: Base, moves: Moves, members: NDArray[np.int64]
) -> Case:
    """The case of moves and their figures; `members` has a row each for class, unit_id and record of every member."""
    units = _columns(con, "select unit_id, records from influence.unit order by unit_id")
    of_class, unit_id, of_record = members
    return Case(
        figures=figures,
        base=base,
        tolerance=_tolerances(con, figures),
        moves=moves,
        of_class=of_class,
        of_unit=np.searchsorted(units["unit_id"], unit_id),
        of_record=of_record,
        units=units["unit_id"].astype(np.int64),
        records=units["records"].astype(np.int64),
    )


def _kept(con: duckdb.DuckDBPyConnection) -> Case:
    """The case of the headlines that some unit can move, from influence.headline, move and member."""
    headlines = _columns(con, _HEADLINES)
    moves = _columns(con, _MOVES)
    members = _columns(con, _MEMBERS)
    of, place = np.unique(moves.pop("headline"), return_inverse=True)
    base = Base(*(headlines[name] for name in ("numerator", "denominator", "multiplier", "is_fixed")))
    return case_of(
        con,
        figures=headlines["figure"][of - 1],
        base=base.of(of - 1),
        moves=Moves(figure=place, **moves),
        members=np.stack([members[name].astype(np.int64) for name in ("class", "unit_id", "record")]),
    )


_HEADLINES = """
select f.rowid as figure, h.* exclude (headline, figure_id)
from influence.headline as h
join stats.figure as f using (figure_id)
order by h.headline
"""

# Classes of all breakdowns numbered in one, from 0.
_MOVES = """
select
    headline, dense_rank() over (order by part, class) - 1 as unit, state, record, numerator as dn, denominator as dd,
    is_named as named, copies as "count"
from influence.move
order by part, headline, class, state, record, numerator, denominator
"""

# A unit with states is a class of its own, whose records are in the moves.
_MEMBERS = """
with moved as (
    select part, class, dense_rank() over (order by part, class) - 1 as number
    from (select distinct part, class from influence.move)
)
select distinct
    c.number::bigint as class, r.unit_id::bigint as unit_id, if(u.has_states, -1, m.record)::bigint as record
from moved as c
join influence.member as m using (part, class)
join influence.record as r using (record)
join influence.unit as u using (unit_id)
order by class, unit_id, record
"""


def _tolerances(con: duckdb.DuckDBPyConnection, figures: Integers) -> Floats:
    """The tolerances of stats.figure."""
    found = con.execute("select tolerance from stats.figure order by rowid").fetchnumpy()["tolerance"]
    return np.ma.filled(np.ma.asarray(found, dtype=np.float64), np.nan)[figures]


def _columns(con: duckdb.DuckDBPyConnection, query: str) -> dict[str, NDArray]:
    """The columns of a query without nulls."""
    return {name: np.ma.getdata(values) for name, values in con.execute(query).fetchnumpy().items()}
