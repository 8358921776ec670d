"""The moves of a record that matter: of those that do the same to a denominator, the least and the greatest.

Bounds, reach and promises are optima of dn - v dd for some v, over all moves of a record or over those with named
targets. For the same dd that is at its greatest where dn is, and at its least where dn is, whatever v: of many possible
lengths of a stay, two are enough.
"""

from __future__ import annotations

import numpy as np

from transforms.influence.methods.choices import Integers, Moves
from transforms.influence.methods.segments import starts


def outermost(moves: Moves) -> Integers:
    """The places of these moves, ascending; of moves with named targets and of others each for itself."""
    keys = (moves.figure, moves.unit, moves.state, moves.record, moves.dd, moves.named)
    order = np.lexsort((moves.dn, *keys[::-1]))
    first = starts(*(key[order] for key in keys))
    last = np.append(first[1:], len(order))[: len(first)] - 1
    return np.unique(order[np.concatenate([first, last])])
