"""How many records lie between a figure as coded and each of its bounds: what disclosure control has to know."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transforms.influence.methods.bounds import Bounds
from transforms.influence.methods.choices import Choices, Integers, Moves
from transforms.measures.methods.arrays import Floats, fitted

# Scores are differences of sums of decimal weights; below this share of what they come from they are rounding.
_ROUNDING = 1e-9
# A change that gains nothing is not made.
_NOTHING_GAINED = -1e-300
_ENDS = ("bound_low", "bound_high", "worst_low", "worst_high")

# By end (bound_low, bound_high, worst_low, worst_high), by part (numerator, denominator), by figure.
Changed = NDArray[np.int64]


def changed_records(
    base_n: ArrayLike,
    base_d: ArrayLike,
    moves: Moves,
    limits: Bounds,
    *,
    multiplier: ArrayLike = 1.0,
    fixed_denominator: ArrayLike | None = None,
) -> Changed:
    """How many records contribute otherwise to numerator and denominator where each bound is attained.

    Shape (4, 2, figures). `limits` are the figures' bounds and the other arguments those they were found with. At the
    optimum t of N / D the resolution that attains it also attains the greatest N - t D (see `bounds`), so it is read
    off in one pass; of resolutions that are equal, those as coded count.
    """
    n = np.asarray(base_n, dtype=np.float64)
    d = fitted("base_d", np.asarray(base_d, dtype=np.float64), n.shape)
    scale = fitted("multiplier", np.asarray(multiplier, dtype=np.float64), n.shape)
    fixed = np.zeros(n.shape, dtype=bool) if fixed_denominator is None else np.asarray(fixed_denominator, bool)
    fixed = np.broadcast_to(fixed, n.shape)
    found = np.zeros((len(_ENDS), 2, len(n)), dtype=np.int64)
    every = Choices.of(moves.figure, moves.unit, moves.state, moves.record, moves.count)
    every = every.of_figures(~np.isnan(n + d)[every.figures])
    if not len(every.rows):
        return found
    named = every.allowing(moves.named[every.rows])
    for place, end in enumerate(_ENDS):
        choices = named if end.startswith("bound") else every
        if not len(choices.rows):
            continue
        of = choices.figures
        ratio = np.divide(getattr(limits, end)[of], scale[of], out=np.zeros(len(of)), where=scale[of] != 0)
        ratio = np.where(fixed[of] | np.isnan(ratio), 0.0, ratio)
        upward = np.where(scale[of] < 0, -1.0, 1.0) * (1.0 if end.endswith("high") else -1.0)
        dn = moves.dn[choices.rows]
        dd = np.where(choices.each_row(fixed[of]), 0.0, moves.dd[choices.rows])
        taken = choices.each_row(ratio) * dd
        score = dn - taken
        score[np.abs(score) <= _ROUNDING * (np.abs(dn) + np.abs(taken))] = 0.0
        score *= choices.each_row(upward)
        changes = (dn != 0), (dd != 0)
        score[(score == 0) & (changes[0] | changes[1])] = _NOTHING_GAINED
        for part, sums in enumerate(choices.best(score, *(change.astype(np.float64) for change in changes))):
            found[place, part, of] = np.rint(sums)
    return found


@dataclass(frozen=True)
class Fewest:
    """By figure the fewest records, none apart, that lie between published columns or are behind one; 0: none.

    `bound`: between the value and a bound, or left at the bound; `worst`: between these and a worst bound, or left
    there; `without`: between all of these and the value without flagged records, or left in it. Each is what decides
    whether its columns may stand beside those before.
    """

    bound: Integers
    worst: Integers
    without: Integers


def fewest_between(changed: Changed, records: Changed, left_out: Changed) -> Fewest:
    """From the records that change in numerator or denominator.

    `changed` is as from `changed_records`; `records` are those that the figure counts and `left_out` those of them that
    are flagged, both of shape (2, figures), 0 where the denominator counts no records. Resolutions on one side of the
    value share records, so what lies between two of them is their difference.
    """
    low, high, worst_low, worst_high = changed
    return Fewest(
        _fewest(low, high, records[0] - low[0]),
        _fewest(worst_low, worst_high, worst_low - low, worst_high - high, records[0] - worst_low[0]),
        _fewest(left_out, records - left_out, *(left_out - each for each in changed)),
    )


def fewest_net(value: Floats, limits: Bounds, without: Floats, records_each: Floats) -> Fewest:
    """From the columns themselves, of figures that are records over a fixed denominator: what remains of both ways.

    `records_each` turns a difference of values into records; NaN where a figure is no count of records, and there the
    result is 0.
    """
    low, high, worst_low, worst_high = vars(limits).values()
    nothing = np.zeros(len(value))

    def between(column: Floats, *others: Floats) -> list[Floats]:
        return [_whole((column - other) * records_each, column * records_each) for other in others]

    return Fewest(
        _fewest(*between(low, value, nothing), *between(high, value)),
        _fewest(*between(worst_low, value, low, high, nothing), *between(worst_high, value, low, high)),
        _fewest(*between(without, value, low, high, worst_low, worst_high, nothing)),
    )


def fewest_of_shifts(shifted: Integers, limits: Bounds, records: Integers, left_out: Integers) -> Fewest:
    """From the least number of records that are otherwise at each bound, where it is not known which they are.

    `shifted` is as from `order_changes.fewest_shifted`, of shape (4, figures); `records` and `left_out` are those that
    the figure counts and those of them that are flagged. What is not known counts as a single record.
    """
    low, high, worst_low, worst_high = shifted
    is_moved = (shifted > 0).any(axis=0)
    beyond = [
        (getattr(limits, f"worst_{end}") != getattr(limits, f"bound_{end}")).astype(np.int64) for end in ("low", "high")
    ]
    left = np.where(is_moved, np.maximum(records - left_out, 1), records)
    return Fewest(
        _fewest(low, high, left),
        _fewest(worst_low, worst_high, *beyond, left),
        _fewest(left_out, records - left_out, is_moved.astype(np.int64)),
    )


def fewer(first: Fewest, second: Fewest) -> Fewest:
    """The fewer of both, none apart."""
    return Fewest(*(_fewest(a, b) for a, b in zip(vars(first).values(), vars(second).values(), strict=True)))


def _whole(records: Floats, of: Floats) -> Floats:
    """Records rounded up, but 0 where rounding alone makes them more."""
    sizes = np.abs(records)
    return np.where(np.isnan(sizes) | (sizes <= _ROUNDING * (1 + np.abs(of))), 0.0, np.ceil(sizes - _ROUNDING))


def _fewest(*counts: NDArray) -> Integers:
    """The least of the absolute values but 0, by figure (the last axis); 0 where all are 0."""
    sizes = np.abs(np.concatenate([np.atleast_2d(each) for each in counts])).astype(np.float64)
    least = np.where(sizes > 0, sizes, np.inf).min(axis=0)
    return np.where(np.isinf(least), 0, least).astype(np.int64)
