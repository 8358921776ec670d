"""The least and the greatest value that open flags allow a figure: exact optima of ratios of sums.

A figure is multiplier * N / D. Its units choose independently of each other (see `choices`), and every choice adds to
N and D, so both are sums over units. Over all admissible resolutions x

    greatest = max N(x) / D(x)   subject to   D(x) > 0

is a linear-fractional problem over a finite product set. Dinkelbach (On nonlinear fractional programming, Management
Science 1967, 13:492-498) solves it through F(t) = max N(x) - t D(x), which is convex, piecewise linear and falling
where D > 0, and is 0 exactly at the optimum: from any t, the resolution that attains F(t) gives the next
t' = N(x) / D(x), Newton's step. The t' rise strictly until they stand still, and since resolutions are finite in
number they stand still after finitely many steps, superlinearly; for 0-1 problems with integers up to M in
O(log(n M)) steps (Saruwatari, Matsui and Shigeno, METR 92-14, 1992). Each F(t) is a linear problem, in which every
record of a state takes its best option and every unit its best state (Megiddo, Combinatorial optimization with
rational objective functions, Mathematics of Operations Research 1979, 4:414-424; recalled). The least value is the
greatest of -N / D.

**Multiplicity.** A row with count c stands for c identical units. For a given t they face the same scores, so giving
all of them the same best choice attains F(t): exact. Where two choices tie, copies could be mixed, but every mixture
has the same N - t D = F(t); if F(t) > 0 each is a valid step, since Newton's method only needs some maximiser, and if
F(t) = 0 each has the same ratio t. So the optimum is the one over all assignments to single copies.

**Denominators.** D is a sum over records and is never negative; a resolution in which it is 0 has no value and is not
admissible. Where D can be 0, all units must be at their least denominators, so the best resolution with D > 0 is
the best one in which at least one record is not at its least: the best of the resolutions that force one option of
one record (or a state of more than the least) and leave all else at its best. It is taken where the free choice ends
at D = 0. Where D can only be 0, bounds are NaN; a D that could be negative is a ValueError, because then the base
lacks records that units take away.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from transforms.influence.methods.choices import Booleans, Choices, Integers, Moves
from transforms.measures.methods.arrays import Floats, Limits, fitted

# Denominators are sums of counts or of decimal weights; what rounding leaves of a sum that is 0 is below this share.
_ROUNDING = 1e-11
# Newton's steps end where the value no longer rises by more than rounding.
_STANDSTILL = 1e-14
_MOST_STEPS = 200
# Rows worked on together: arrays of less than a megabyte stay in a processor's cache.
_ROWS_AT_ONCE = 100_000


@dataclass(frozen=True)
class Bounds:
    """By figure: over resolutions of flags with named targets (`bound_`), and over all (`worst_`); NaN: undefined."""

    bound_low: Floats
    bound_high: Floats
    worst_low: Floats
    worst_high: Floats


@dataclass(frozen=True)
class SingleChanges:
    """By (figure, unit), sorted: the least and the greatest change of the value by one copy of that unit alone."""

    figure: Integers
    unit: Integers
    low: Floats
    high: Floats


def bounds(
    base_n: ArrayLike,
    base_d: ArrayLike,
    moves: Moves,
    *,
    multiplier: ArrayLike = 1.0,
    fixed_denominator: ArrayLike | None = None,
) -> Bounds:
    """All four bounds of every figure; arguments as for `extremes`."""
    figures = Figures.of(base_n, base_d, multiplier, fixed_denominator)
    named, worst = figures.nothing(), figures.nothing()
    for part in figures.choices(moves).parts(_ROWS_AT_ONCE):
        figures.solve(moves, part.allowing(moves.named[part.rows]), named)
        # What named targets attain is attained here too.
        worst[:, part.figures] = named[:, part.figures]
        figures.solve(moves, part, worst)
    return Bounds(*figures.ordered(named), *figures.ordered(worst))


def extremes(
    base_n: ArrayLike,
    base_d: ArrayLike,
    moves: Moves,
    *,
    multiplier: ArrayLike = 1.0,
    fixed_denominator: ArrayLike | None = None,
) -> Limits:
    """The least and the greatest value of every figure over all rows of `moves`.

    `base_n` and `base_d` are the figures' numerators and denominators as coded (a count has denominator 1);
    `multiplier` is one number or one a figure. Where `fixed_denominator` is true the denominator stays as coded
    whatever `dd` says, and one pass suffices. Figures without a base (NaN) have no bounds.
    """
    figures = Figures.of(base_n, base_d, multiplier, fixed_denominator)
    return figures.extremes(moves)


def single_changes(
    base_n: ArrayLike,
    base_d: ArrayLike,
    moves: Moves,
    *,
    multiplier: ArrayLike = 1.0,
    fixed_denominator: ArrayLike | None = None,
) -> SingleChanges:
    """How far each unit alone can move each figure's value down and up, all other units as coded.

    NaN where the figure has no value as coded or the unit leaves it none.
    """
    figures = Figures.of(base_n, base_d, multiplier, fixed_denominator)
    choices = figures.choices(moves)
    figure, unit = choices.figure[choices.unit_row], moves.unit[choices.rows][choices.unit_row]
    # Every pair becomes a figure of its own, with one unit, and the bounds of that figure are what is asked for.
    pair = np.empty(len(moves), dtype=np.int64)
    pair[choices.rows] = choices.unit_of_row()
    alone = Moves(
        figure=pair,
        unit=np.zeros(len(moves), dtype=np.int64),
        state=moves.state,
        record=moves.record,
        dn=moves.dn,
        dd=moves.dd,
        named=moves.named,
        count=np.ones(len(moves), dtype=np.int64),
    )
    pairs = Figures(*(values[figure] for values in (figures.n, figures.d, figures.multiplier, figures.is_fixed)))
    low, high = pairs.extremes(alone)
    value = figures.value()[figure]
    return SingleChanges(figure, unit, low - value, high - value)


@dataclass(frozen=True)
class Figures:
    """Figures as coded: numerators, denominators, multipliers, and whether the denominators stay; a row a figure."""

    n: Floats
    d: Floats
    multiplier: Floats
    is_fixed: Booleans

    @classmethod
    def of(
        cls, base_n: ArrayLike, base_d: ArrayLike, multiplier: ArrayLike, fixed_denominator: ArrayLike | None
    ) -> Figures:
        """Figures from what `extremes` takes."""
        n = np.asarray(base_n, dtype=np.float64)
        d = fitted("base_d", np.asarray(base_d, dtype=np.float64), n.shape)
        if np.isinf(n).any() or np.isinf(d).any() or (d < 0).any():
            raise ValueError("base_n, base_d: expected finite numbers (or NaN) and denominators of 0 or more")
        fixed = np.zeros(n.shape, dtype=bool) if fixed_denominator is None else np.asarray(fixed_denominator, bool)
        return cls(
            n,
            d,
            fitted("multiplier", np.asarray(multiplier, dtype=np.float64), n.shape),
            np.broadcast_to(fixed, n.shape),
        )

    def choices(self, moves: Moves) -> Choices:
        """The choices of figures that have a base."""
        if len(moves) and moves.figure.max() >= len(self.n):
            raise ValueError(f"figure: expected numbers below {len(self.n)}, the number of figures")
        choices = Choices.of(moves.figure, moves.unit, moves.state, moves.record, moves.count)
        return choices.of_figures(~np.isnan(self.n + self.d)[choices.figures])

    def value(self) -> Floats:
        """The values as coded; NaN where the denominator is 0."""
        return self.multiplier * _ratio(self.n, self.d)

    def nothing(self) -> Floats:
        """The values as coded without multiplier, as least and as greatest."""
        return np.stack([_ratio(self.n, self.d)] * 2)

    def extremes(self, moves: Moves) -> Limits:
        """The least and the greatest values over all rows."""
        found = self.nothing()
        for part in self.choices(moves).parts(_ROWS_AT_ONCE):
            self.solve(moves, part, found)
        return self.ordered(found)

    def solve(self, moves: Moves, choices: Choices, found: Floats) -> None:
        """Puts the least and the greatest ratio of the figures that have choices in place of those found so far."""
        fixed = self.is_fixed[choices.figures]
        for part, solve in ((choices.of_figures(fixed), _fixed), (choices.of_figures(~fixed), _ratios)):
            if len(part.figures):
                of, rows = part.figures, part.rows
                found[:, of] = solve(self.n[of], self.d[of], moves.dn[rows], moves.dd[rows], part, found[:, of])

    def ordered(self, found: Floats) -> Limits:
        """Values from ratios; a negative multiplier turns least and greatest round."""
        values = self.multiplier * found
        return values.min(axis=0), values.max(axis=0)


def _ratio(n: Floats, d: Floats) -> Floats:
    return np.divide(n, d, out=np.full(n.shape, np.nan), where=d > 0)


def _fixed(n: Floats, d: Floats, dn: Floats, _: Floats, choices: Choices, __: Floats) -> Floats:
    """Linear sums over a denominator that stays."""
    (greatest,) = choices.best(dn)
    (least,) = choices.best(-dn)
    return np.stack([_ratio(n - least, d), _ratio(n + greatest, d)])


def _ratios(n: Floats, d: Floats, dn: Floats, dd: Floats, choices: Choices, start: Floats) -> Floats:
    """Ratios whose denominators move too, from a least and a greatest to start with."""
    copies = choices.count
    rounding = _ROUNDING * (d + np.add.reduceat(np.abs(dd) * copies, choices.figure_row))
    # Most denominators are far from 0 even if every option that lowers them were taken.
    is_near = d + np.add.reduceat(np.minimum(dd, 0) * copies, choices.figure_row) <= rounding
    rounding = np.where(is_near, rounding, -np.inf)
    found = np.full(start.shape, np.nan)
    defined = ~is_near
    if is_near.any():
        defined[is_near], start[:, is_near] = _near_zero(n, d, dn, dd, choices, start, is_near, rounding[is_near])
    of_row, part = np.repeat(defined, choices.rows_each), choices.of_figures(defined)
    if len(part.figures):
        n, d, dn, dd, rounding = n[defined], d[defined], dn[of_row], dd[of_row], rounding[defined]
        found[0, defined] = -_greatest(-n, d, -dn, dd, part, -start[0, defined], rounding)
        found[1, defined] = _greatest(n, d, dn, dd, part, start[1, defined], rounding)
    return found


def _near_zero(
    n: Floats, d: Floats, dn: Floats, dd: Floats, choices: Choices, start: Floats, near: Booleans, rounding: Floats
) -> tuple[Booleans, Floats]:
    """Of figures whose denominators may vanish: which can have a value at all, and ratios to start from.

    These are the ratios found so far, and where there are none, those of the greatest denominator.
    """
    of_row, part = np.repeat(near, choices.rows_each), choices.of_figures(near)
    n, d, dn, dd = n[near], d[near], dn[of_row], dd[of_row]
    (least,) = part.best(-dd)
    impossible = d - least < -rounding
    if impossible.any():
        raise ValueError(
            f"dd: units could make the denominators of {int(impossible.sum())} figures negative; "
            "the base lacks records that they take away"
        )
    more_n, more_d = part.best(dd, dn, dd)
    defined = d + more_d > rounding
    at_most = _ratio(n + more_n, np.where(defined, d + more_d, 0.0))
    return defined, np.where(np.isnan(start[:, near]), at_most, start[:, near])


def _greatest(
    n: Floats, d: Floats, dn: Floats, dd: Floats, choices: Choices, start: Floats, rounding: Floats
) -> Floats:
    """The greatest N / D by Newton's steps from `start`, for all figures together, those at rest left out.

    `rounding` is, for figures whose denominators can vanish, what counts as 0; else -inf.
    """
    value = start.copy()
    active = np.arange(len(n))
    for step in range(_MOST_STEPS):
        score = dn - choices.each_row(value[active]) * dd
        more_n, more_d = choices.best(score, dn, dd)
        vanished = d[active] + more_d <= rounding[active]
        if vanished.any():
            more_n[vanished], more_d[vanished] = _forced(choices, vanished, score, dn, dd)
        reached = (n[active] + more_n) / (d[active] + more_d)
        rise = reached - value[active]
        noise = _STANDSTILL * np.maximum(np.abs(reached), np.abs(value[active]))
        # The first step counts even where it falls: as coded need not be admissible.
        moved = np.abs(rise) > noise if step == 0 else rise > noise
        value[active[moved]] = reached[moved]
        if not moved.any():
            return value
        if not moved.all():
            of_row = np.repeat(moved, choices.rows_each)
            dn, dd, active = dn[of_row], dd[of_row], active[moved]
            choices = choices.of_figures(moved)
    raise ArithmeticError(f"bounds of {len(active)} figures did not settle in {_MOST_STEPS} steps")


def _forced(choices: Choices, figures: Booleans, score: Floats, dn: Floats, dd: Floats) -> tuple[Floats, Floats]:
    """Sums of dn and dd at the best resolution with a denominator above the least, for figures where all is at it."""
    of_row = np.repeat(figures, choices.rows_each)
    part = choices.of_figures(figures)
    columns = np.stack([score[of_row], dn[of_row], dd[of_row]])
    records, states, units = (
        np.stack(take(*columns))[:, place]
        for take, place in (
            (part.best_of_records, part.record_of_row()),
            (part.best_of_states, part.state_of_row()),
            (part.best_of_units, part.unit_of_row()),
        )
    )
    # One row a candidate: its record takes this option, its unit this state, and all else stays at its best.
    candidates = columns - records + states - units
    least = -columns[2]
    of_record = -part.best_of_records(least)[0][part.record_of_row()]
    of_state = -part.best_of_states(least)[0][part.state_of_row()]
    of_unit = -part.best_of_units(least)[0][part.unit_of_row()]
    noise = _ROUNDING * (1 + np.abs(columns[2]))
    is_above = (columns[2] - of_record > noise) | (of_state - of_unit > noise)
    totals = np.stack([np.repeat(total, part.rows_each) for total in part.best(columns[0], *columns)])
    reached = np.where(is_above, totals + candidates, -np.inf)
    best = np.maximum.reduceat(reached[0], part.figure_row)
    places = np.flatnonzero(reached[0] == np.repeat(best, part.rows_each))
    figure = part.figure[places]
    places = places[np.append(True, figure[1:] != figure[:-1])]
    return reached[1, places], reached[2, places]
