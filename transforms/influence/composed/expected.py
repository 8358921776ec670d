"""What composed measures are expected to be: the cells behind a figure are drawn together, and it is made of each draw.

Each draw takes one chance for every rule, as for sums (methods.expected), and the records' fates once for all cells, so
that a record which leaves one cell enters another (see `ways`). Cells are held to what flags can make of them, and
figures to their bounds at the worst. The expected value is the mean over draws, and both limits are draws, rounded
outward; of a measure that is nearly linear in the deaths, as all are here, the mean is as good as exact, since chances
and fates are stratified.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from transforms.influence.composed.behind import Behind
from transforms.influence.composed.items import Items
from transforms.influence.methods.expected import Expected, summary
from transforms.measures.methods.arrays import Floats, tail_of

_CONFIDENCE = 0.95


def expected_of(every: Sequence[Items], behind: Behind, within: tuple[Floats, Floats]) -> Expected:
    """Expected values and limits of the figures of items, held within the least and greatest of each (NaN: none)."""
    return summarised(np.concatenate([items.at(behind.drawn) for items in every]), within)


def summarised(values: Floats, within: tuple[Floats, Floats]) -> Expected:
    """Expected values and limits of figures, from their values by draw.

    NaN where more draws than lie beyond a limit have no value: an open age band that flags may well empty.
    """
    is_known = np.isfinite(values)
    values = np.where(is_known, values, np.nan)
    low, high, mean = summary(values, values, _CONFIDENCE)
    has_one = (~is_known).mean(axis=1) <= tail_of(_CONFIDENCE)
    return Expected(
        *(np.where(has_one, np.fmin(np.fmax(one, within[0]), within[1]), np.nan) for one in (mean, low, high))
    )
