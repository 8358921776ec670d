"""Which signals of a control chart could appear or vanish while every point moves within bounds of its own.

Points move independently of each other and take any value between their bounds; centre line, standard deviation and
limits stay. A rule *could* mark a point if some choice of values makes it, and *must* if every choice does:

- beyond the limits: the point's interval reaches beyond one, or does not reach back within both;
- a run on one side: the points that can be on a side, or must be, form a run long enough;
- a steady rise of k points: it can be made exactly where lo_a < hi_b for every two points a before b of them (take each
  as low as its own bound and those before it allow), and must be there where hi_a < lo_a+1 throughout. Choices that
  break two steps at once are not followed, so that what must be there is a little too little: certain to contain;
- two of three far out: the point can be, or must be, far out on a side, and another of its neighbours there too.

Shapes and rules are those of `transforms.measures.methods.control_charts`. What is said of two periods together need
not come about together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transforms.measures.methods.arrays import Floats
from transforms.measures.methods.control_charts import RULES, SAME_SIDE, TREND, ControlChart, runs, two_of_three

Marked = dict[str, NDArray[np.bool_]]


@dataclass(frozen=True)
class Signals:
    """By rule which points could be marked and which must be, series by periods."""

    could: Marked
    must: Marked

    def turned(self, coded: Marked) -> Marked:
        """By rule the points whose mark is not certain to be as coded."""
        return {rule: (self.could[rule] & ~coded[rule]) | (coded[rule] & ~self.must[rule]) for rule in RULES}


def signals_between(chart: ControlChart, low: Floats, high: Floats, phases: NDArray[np.int64]) -> Signals:
    """What the rules could mark, and must, with points between `low` and `high` (NaN: no point).

    Both have the shape of the chart, series by periods, and hold its values between them; `phases` are those that the
    chart was made with.
    """
    with np.errstate(invalid="ignore"):
        far = 2 * chart.sigma
        above, below = high - chart.centre, low - chart.centre
        return Signals(
            could={
                "beyond_limits": (low < chart.lower) | (high > chart.upper),
                "same_side": _in_runs(above > 0, below < 0, phases),
                "trend": _trends(low, high, phases),
                "two_of_three": _two_of_three(above > far, below < -far, phases),
            },
            must={
                "beyond_limits": (high < chart.lower) | (low > chart.upper),
                "same_side": _in_runs(below > 0, above < 0, phases),
                "trend": _trends(high, low, phases),
                "two_of_three": _two_of_three(below > far, above < -far, phases),
            },
        )


def _in_runs(upper: NDArray[np.bool_], lower: NDArray[np.bool_], phases: NDArray[np.int64]) -> NDArray[np.bool_]:
    return runs(upper.astype(np.float64), phases, SAME_SIDE) | runs(lower.astype(np.float64), phases, SAME_SIDE)


def _two_of_three(upper: NDArray[np.bool_], lower: NDArray[np.bool_], phases: NDArray[np.int64]) -> NDArray[np.bool_]:
    return two_of_three(upper.astype(np.float64), phases) | two_of_three(lower.astype(np.float64), phases)


def _trends(before: Floats, after: Floats, phases: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Points in windows in which every earlier point's `before` lies below every later point's `after`, or falling.

    With least and greatest values that says where a rise is possible; with greatest and least where it is certain, all
    pairs following from neighbours there.
    """
    found = np.zeros(before.shape, dtype=bool)
    windows = before.shape[1] - TREND + 1
    if windows < 1:
        return found
    same = phases[TREND - 1 :] == phases[:windows]
    rises, falls = (np.broadcast_to(same, (len(before), windows)).copy() for _ in range(2))
    for first in range(TREND - 1):
        for second in range(first + 1, TREND):
            one, other = slice(first, first + windows), slice(second, second + windows)
            rises &= before[:, one] < after[:, other]
            falls &= after[:, one] > before[:, other]
    for place in range(TREND):
        found[:, place : place + windows] |= rises | falls
    return found
