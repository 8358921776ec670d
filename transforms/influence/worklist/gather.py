"""The case of the headline figures, as the run kept it, or of any figures, worked out anew."""

from __future__ import annotations

import duckdb
import numpy as np
from numpy.typing import NDArray

from transforms.influence.base import Base
from transforms.influence.methods.choices import Integers, Moves
from transforms.influence.methods.segments import pairs_of
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
    """The case of the headlines that some unit can move, from influence.headline, move, kind and member."""
    headlines, moves, kinds, members = (_columns(con, query) for query in (_HEADLINES, _MOVES, _KINDS, _MEMBERS))
    of, place = np.unique(moves.pop("headline"), return_inverse=True)
    base = Base(*(headlines[name] for name in ("numerator", "denominator", "multiplier", "is_fixed")))
    of_kind, member = pairs_of(kinds["of_class"], members["of_class"])
    of_class = kinds["kind"][of_kind].astype(np.int64)
    return case_of(
        con,
        figures=headlines["figure"][of - 1],
        base=base.of(of - 1),
        moves=Moves(figure=place, count=np.bincount(of_class)[moves["unit"]], **moves),
        members=np.stack([of_class, members["unit_id"][member], members["record"][member]]),
    )


_HEADLINES = """
select f.rowid as figure, h.* exclude (headline, figure_id)
from influence.headline as h
join stats.figure as f using (figure_id)
order by h.headline
"""

# Moves and kinds were written in a total order, which their places have.
_MOVES = """
select kind - 1 as unit, headline, state, record, numerator as dn, denominator as dd, is_named as named
from influence.move
order by rowid
"""

# A class is known by its breakdown and its number.
_KINDS = """
select part::bigint << 32 | class as of_class, kind - 1 as kind
from influence.kind
order by rowid
"""

# A unit with states is the only one of its class, with its records in the moves.
_MEMBERS = """
select distinct
    m.part::bigint << 32 | m.class as of_class, r.unit_id::bigint as unit_id,
    if(u.has_states, -1, m.record)::bigint as record
from influence.member as m
semi join influence.kind using (part, class)
join influence.record as r using (record)
join influence.unit as u using (unit_id)
order by of_class, unit_id, record
"""


def _tolerances(con: duckdb.DuckDBPyConnection, figures: Integers) -> Floats:
    """The tolerances of stats.figure."""
    found = con.execute("select tolerance from stats.figure order by rowid").fetchnumpy()["tolerance"]
    return np.ma.filled(np.ma.asarray(found, dtype=np.float64), np.nan)[figures]


def _columns(con: duckdb.DuckDBPyConnection, query: str) -> dict[str, NDArray]:
    """The columns of a query without nulls."""
    return {name: np.ma.getdata(values) for name, values in con.execute(query).fetchnumpy().items()}
