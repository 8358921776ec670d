"""How far each unit can still move each figure, as amounts that add up, whatever reviews of other units find.

Let some units be reviewed, and the value after that, the others as coded, be v = N / D. If the others then turn out
to add dn and dd, the value moves by the sum over them of (dn - v dd) / D', where D' is the denominator in the end. v is
a value that resolutions attain, so it lies between the least and the greatest of all, and the greatest
dn - v dd of a unit is convex in v, so it is at its greatest at one of these two ends; D' is at least the least
denominator. Hence

    up(unit) = max over v in {low, high} of max over options of (dn - v dd) / least denominator

is certain to hold: units that are not reviewed cannot move the value up by more than the sum of their `up`, nor down
by more than the sum of their `down`. Where the denominator stays it is exact. No unit moves a value by more than
high - low, which also serves where the least denominator is 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from transforms.influence.methods.bounds import Figures
from transforms.influence.methods.choices import Integers, Moves
from transforms.measures.methods.arrays import Floats, fitted


@dataclass(frozen=True)
class Reach:
    """By (figure, unit), sorted, for one copy of the unit: how far it can move the figure down and up, 0 or more."""

    figure: Integers
    unit: Integers
    down: Floats
    up: Floats


def reach(
    base_n: ArrayLike,
    base_d: ArrayLike,
    moves: Moves,
    *,
    low: ArrayLike,
    high: ArrayLike,
    multiplier: ArrayLike = 1.0,
    fixed_denominator: ArrayLike | None = None,
    named_only: bool = False,
) -> Reach:
    """The reach of each unit in each figure, in the figure's unit.

    `low` and `high` are the figures' bounds over the same rows: `worst_`, or `bound_` with `named_only`; other
    arguments are those of `bounds.extremes`. NaN where a figure has no bounds. Pairs that cannot move are left out.
    """
    figures = Figures.of(base_n, base_d, multiplier, fixed_denominator)
    least, greatest = (fitted("low, high", np.asarray(bound, np.float64), figures.n.shape) for bound in (low, high))
    choices = figures.choices(moves)
    if named_only:
        choices = choices.allowing(moves.named[choices.rows])
    of = choices.figures
    scale = np.abs(figures.multiplier[of])
    dn = moves.dn[choices.rows] * choices.each_row(figures.multiplier[of] / scale)
    dd = np.where(choices.each_row(figures.is_fixed[of]), 0.0, moves.dd[choices.rows])
    (drop,) = choices.best(-dd)
    denominator = figures.d[of] - drop
    # Without bounds there is no reach: the widest range is NaN, and takes all with it.
    ends = [np.nan_to_num(bound[of]) / scale for bound in (least, greatest)]
    units = choices.figure[choices.unit_row]
    divisor = np.divide(scale, denominator, out=np.full(len(of), np.inf), where=denominator > 0)
    per_unit = _by_figure(divisor, of, units)
    widest = _by_figure((greatest - least)[of], of, units)
    moved = []
    for sign in (-1.0, 1.0):
        scores = [choices.best_of_units(sign * (dn - choices.each_row(end) * dd))[0] for end in ends]
        most = np.maximum(np.maximum(*scores), 0.0)
        moved.append(np.minimum(np.multiply(most, per_unit, out=np.zeros_like(most), where=most > 0), widest))
    down, up = moved
    kept = ~((down == 0) & (up == 0))
    return Reach(units[kept], moves.unit[choices.rows][choices.unit_row][kept], down[kept], up[kept])


def _by_figure(values: Floats, of: Integers, figure: Integers) -> Floats:
    """Values of figures, repeated for pairs."""
    return values[np.searchsorted(of, figure)]
