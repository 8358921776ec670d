"""The least and the greatest median, or other quantile, of whole lengths whose records may move in, out or elsewhere.

The quantile of share q is that of the measures: with C(t) the weight of lengths up to t and W that of all, halfway
between a, the first length with C(t) >= q W, and b, the first with C(t) > q W. Both follow from the signs of

    G(t) = C(t) - q W = sum over records of weight * ([length <= t] - q),

a sum over records, so that its least value over all resolutions is a linear problem (see `choices`). G rises with t
for every resolution and so does its least value: the greatest a is the length after the last t with least G(t) < 0,
found by bisection for all figures at once.

**Between two lengths.** A resolution with G(t) = 0 has a at most t and b beyond, which may beat the greatest a. Then
the least G(t) is 0 for the t between the greatest a and the greatest b, and of the resolutions that attain it, those
with the greatest a are wanted: the least G(s) among them, again by bisection over s. Those that attain the least G(t)
are again a product (each record takes one of its best options, each unit one of its best states), so that to minimise
G(t) and G(s) in turn, record by record and state by state, is exact. The best pair over all such t is the greatest
value. The least value is minus the greatest of the negated lengths with share 1 - q, where a and b change places.

Resolutions that leave no weight have no quantile and are not admissible; where all do, bounds are NaN. Exact for
weights whose sums are exact in floating point (counts); for other weights ties are told to within rounding.

The geometric mean needs nothing of its own: it is exp of a mean of logarithms, which rises with it, so its bounds are
exp of those of the mean (`bounds.bounds`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike

from transforms.influence.methods.bounds import Bounds
from transforms.influence.methods.choices import Booleans, Choices, Integers
from transforms.measures.methods.arrays import Floats, Limits

_ROUNDING = 1e-12


@dataclass(frozen=True, kw_only=True)
class Shifts:
    """Options as rows, as `Moves`, but each takes a weight from one length and brings one to another.

    A weight of 0 takes or brings nothing; as coded is 0 and 0. Lengths are whole numbers, or any that can be ordered.
    """

    figure: Integers
    unit: Integers
    state: Integers
    record: Integers
    out_length: Floats
    out_weight: Floats
    in_length: Floats
    in_weight: Floats
    named: Booleans
    count: Integers

    def __post_init__(self) -> None:
        for field, kind in zip(fields(self), "iiiiffffbi", strict=True):
            dtype = {"i": np.int64, "f": np.float64, "b": np.bool_}[kind]
            values = np.asarray(getattr(self, field.name), dtype=dtype)
            if values.shape != np.shape(self.figure) or values.ndim != 1:
                raise ValueError(f"{field.name}: expected {np.size(self.figure)} values, one a row; got {values.shape}")
            if field.name.endswith("_weight") and not (np.isfinite(values) & (values >= 0)).all():
                raise ValueError(f"{field.name}: expected finite weights of 0 or more")
            object.__setattr__(self, field.name, values)


def quantile_bounds(
    figure: ArrayLike, length: ArrayLike, weight: ArrayLike, shifts: Shifts, *, figures: int, share: float = 0.5
) -> Bounds:
    """All four bounds of every figure's quantile; arguments as for `quantile_extremes`."""
    lengths = _both(figure, length, weight, shifts, figures, share)
    choices = _choices(shifts)
    named = choices.allowing(shifts.named[choices.rows])
    return Bounds(*_limits(lengths, named), *_limits(lengths, choices))


def quantile_extremes(
    figure: ArrayLike, length: ArrayLike, weight: ArrayLike, shifts: Shifts, *, figures: int, share: float = 0.5
) -> Limits:
    """The least and the greatest quantile of every figure, 0 to `figures` - 1, in the unit of the lengths.

    `figure`, `length` and `weight` are the distributions as coded, as rows in any order; every weight that a shift
    takes away has to be in them.
    """
    return _limits(_both(figure, length, weight, shifts, figures, share), _choices(shifts))


def _both(
    figure: ArrayLike, length: ArrayLike, weight: ArrayLike, shifts: Shifts, figures: int, share: float
) -> tuple[_Lengths, _Lengths]:
    """The lengths negated, for the least value, and as they are, for the greatest."""
    if not 0 < share < 1:
        raise ValueError(f"share: expected a number between 0 and 1, 0.5 for the median; got {share}")
    of, days, amount = np.asarray(figure, np.int64), np.asarray(length, np.float64), np.asarray(weight, np.float64)
    if max(of.max(initial=-1), shifts.figure.max(initial=-1)) >= figures:
        raise ValueError(f"figure: expected numbers below {figures}")
    return tuple(
        _Lengths(of, sign * days, amount, shifts, sign * shifts.out_length, sign * shifts.in_length, figures, q)
        for sign, q in ((-1.0, 1 - share), (1.0, share))
    )


def _choices(shifts: Shifts) -> Choices:
    return Choices.of(shifts.figure, shifts.unit, shifts.state, shifts.record, shifts.count)


def _limits(lengths: tuple[_Lengths, _Lengths], choices: Choices) -> Limits:
    negated, plain = lengths
    plain.check(choices)
    return -negated.greatest(choices), plain.greatest(choices)


class _Lengths:
    """The lengths that each figure has or may get, in ascending order, and the weight reached at each as coded.

    A place is a length's number within its figure from 0; -1 stands before the first.
    """

    def __init__(
        self, figure: Integers, length: Floats, weight: Floats, shifts: Shifts, out: Floats, into: Floats,
        figures: int, share: float,
    ) -> None:  # fmt: skip
        self.share, self.shifts, self.out, self.into = share, shifts, out, into
        brings = shifts.in_weight > 0
        of = np.concatenate([figure, shifts.figure[brings]])
        at = np.concatenate([length, into[brings]])
        amount = np.concatenate([weight, np.zeros(int(brings.sum()))])
        order = np.lexsort((at, of))
        of, at = of[order], at[order]
        is_new = np.ones(len(of), dtype=bool)
        is_new[1:] = (of[1:] != of[:-1]) | (at[1:] != at[:-1])
        first = np.flatnonzero(is_new)
        self.length = at[first]
        self.size = np.bincount(of[first], minlength=figures)
        self.start = np.cumsum(self.size) - self.size
        reached = np.append(0.0, np.cumsum(np.add.reduceat(amount[order], first) if len(first) else amount))
        before = reached[self.start]
        self.total = reached[self.start + self.size] - before
        self.reached = reached[1:] - np.repeat(before, self.size)

    def check(self, choices: Choices) -> None:
        """ValueError where shifts could take away more than there is."""
        rows = choices.rows
        (taken,) = choices.best(self.shifts.out_weight[rows] - self.shifts.in_weight[rows])
        impossible = self.total[choices.figures] - taken < -_ROUNDING * (1 + self.total[choices.figures])
        if impossible.any():
            raise ValueError(
                f"out_weight: units could take more than there is from {int(impossible.sum())} figures; "
                "the distributions lack records that they take away"
            )

    def greatest(self, choices: Choices) -> Floats:
        """The greatest quantile of each figure."""
        nothing, last = np.full(len(self.size), -1), self.size - 1
        is_defined = self._least(choices, nothing) < 0
        lower = self._last(lambda place: self._least(choices, place) < 0, nothing, last)
        value = np.where(is_defined, self._at(lower + 1), np.nan)

        def is_tied(place: Integers) -> Booleans:
            least, emptiest = self._least_in_turn(choices, place, nothing)
            return (least <= 0) & (emptiest < 0)

        upper = self._last(is_tied, lower, last)
        place = lower + 1
        while (pending := is_defined & (place <= upper)).any():
            part = choices.of_figures(pending[choices.figures])
            beyond = np.where(pending, place, lower)

            def is_below(other: Integers, part: Choices = part, beyond: Integers = beyond) -> Booleans:
                return self._least_in_turn(part, beyond, other)[1] < 0

            a = self._last(is_below, nothing, np.where(pending, lower + 1, 0))
            between = (self._at(a + 1) + self._at(beyond + 1)) / 2
            value = np.where(pending, np.fmax(value, between), value)
            place = place + 1
        return value

    def _at(self, place: Integers) -> Floats:
        """The length at a place; -inf before the first, NaN beyond the last."""
        if not len(self.length):
            return np.full(len(place), np.nan)
        found = self.length[np.clip(self.start + place, 0, len(self.length) - 1)]
        return np.where(place < 0, -np.inf, np.where(place < self.size, found, np.nan))

    def _last(self, holds: Callable[[Integers], Booleans], low: Integers, high: Integers) -> Integers:
        """By bisection the last place at which a condition holds that holds at `low`, and from some place on no more.

        It does not hold at `high`.
        """
        low, high = low.copy(), np.maximum(high, low + 1)
        while (apart := high - low > 1).any():
            middle = (low + high) // 2
            held = holds(middle)
            low, high = np.where(apart & held, middle, low), np.where(apart & ~held, middle, high)
        return low

    def _least(self, choices: Choices, place: Integers) -> Floats:
        (most,) = choices.best(self._score(choices, place))
        return self._settled(choices, place, most)

    def _least_in_turn(self, choices: Choices, first: Integers, second: Integers) -> tuple[Floats, Floats]:
        most = choices.best_in_turn(self._score(choices, first), self._score(choices, second))
        return self._settled(choices, first, most[0]), self._settled(choices, second, most[1])

    def _score(self, choices: Choices, place: Integers) -> Floats:
        """By how much each option lowers G at its figure's place."""
        at = choices.each_row(self._at(place)[choices.figures])
        rows = choices.rows
        return self.shifts.out_weight[rows] * ((self.out[rows] <= at) - self.share) - self.shifts.in_weight[rows] * (
            (self.into[rows] <= at) - self.share
        )

    def _settled(self, choices: Choices, place: Integers, most: Floats) -> Floats:
        """G at a place when options lower it by `most`, with what rounding leaves of 0 taken for 0."""
        reached = np.zeros(len(place))
        is_placed = place >= 0
        reached[is_placed] = self.reached[(self.start + place)[is_placed]]
        margin = reached - self.share * self.total
        margin[choices.figures] -= most
        return np.where(np.abs(margin) <= _ROUNDING * self.total, 0.0, margin)
