"""Units that may move one figure in the same ways, taken together: what is true of one of them is true of all.

Over all figures of a breakdown few units are alike, within one figure most are: of thousands of records in a
denominator, nearly all can do the same to it. Bounds and simulations depend on the moves and on how many units have
them, not on which.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from transforms.influence.methods.bounds import SingleChanges
from transforms.influence.methods.choices import Integers, Moves
from transforms.influence.methods.segments import mixed, starts, sums


@dataclass(frozen=True)
class Alike:
    """The moves of one unit of each kind in each figure, `count` being how many there are.

    `figure` and `unit` name every pair of a figure and a unit that moves it, sorted, and `kind` the place of its kind's
    pair among those kept, in the same order.
    """

    moves: Moves
    figure: Integers
    unit: Integers
    kind: Integers

    def of_every_unit(self, changes: SingleChanges) -> SingleChanges:
        """What each unit alone can do, from what one of each kind can do."""
        return SingleChanges(self.figure, self.unit, changes.low[self.kind], changes.high[self.kind])


def alike(moves: Moves) -> Alike:
    """The kinds of units of moves that are sorted by figure, unit, state and record.

    Every unit with states is a kind of its own.
    """
    start = starts(moves.figure, moves.unit)
    each = np.diff(start, append=len(moves))
    apart = np.where(moves.state[start] > 0, moves.unit[start], -1)
    of_row = mixed(moves.dn, moves.dd, moves.named)
    of_pair = mixed(moves.figure[start], sums(of_row, start), apart)
    _, first, kind = np.unique(of_pair, return_index=True, return_inverse=True)
    count = np.bincount(kind, weights=moves.count[start]).astype(np.int64)
    is_kept = np.zeros(len(start), dtype=bool)
    is_kept[first] = True
    place = np.cumsum(is_kept) - 1
    of_kept = np.zeros(len(start), dtype=np.int64)
    of_kept[first] = count
    rows = np.flatnonzero(np.repeat(is_kept, each))
    kept = Moves(
        figure=moves.figure[rows],
        unit=moves.unit[rows],
        state=moves.state[rows],
        record=moves.record[rows],
        dn=moves.dn[rows],
        dd=moves.dd[rows],
        named=moves.named[rows],
        count=np.repeat(of_kept, each)[rows],
    )
    return Alike(moves=kept, figure=moves.figure[start], unit=moves.unit[start], kind=place[first][kind])
