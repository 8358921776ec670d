"""What a worklist is chosen from: the figures to be made safe, the units, and how each may move each figure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from transforms.influence.base import Base
from transforms.influence.methods.choices import Booleans, Integers, Moves
from transforms.measures.methods.arrays import Floats


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

    def counted(self, chosen: Booleans) -> Moves:
        """The moves of some units, by class: `count` is how many of its members the units have."""
        classes = int(self.moves.unit.max(initial=-1)) + 1
        many = np.bincount(self.of_class[chosen[self.of_unit]], minlength=classes)[self.moves.unit]
        rows = np.flatnonzero(many)
        columns = {name: values[rows] for name, values in vars(self.moves).items()}
        return Moves(**columns | {"count": many[rows]})

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
