"""What few records, or one unit, can do to a median: only lengths near the median matter.

A record that leaves one length, or comes to another, changes G (see `order_statistic`) at any length by at most its
weight times the larger of q and 1 - q. So where records change it by no more than s together, both ends of the
quantile stay between the first length with G of at least -s and the first with G above s: lengths beyond these may be
taken for the nearest of them. That leaves most figures a handful of lengths, which makes room for a figure of its own
for each unit (`single_shifts`) and for many draws (`simulate_quantile`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from transforms.influence.methods.bounds import Bounds, SingleChanges
from transforms.influence.methods.choices import Choices, Integers
from transforms.influence.methods.expected import Expected, Outcomes, drawn_sums, summary
from transforms.influence.methods.order_statistic import Shifts, quantile_extremes
from transforms.measures.methods.arrays import Floats

# What rounding leaves of sums of weights, as a share of them.
_ROUNDING = 1e-9
# Numbers in one array at a time: a few megabytes.
_AT_ONCE = 2**19


@dataclass(frozen=True)
class Distributions:
    """Weights at lengths as coded, sorted by figure and length, each (figure, length) once; figures from 0."""

    figure: Integers
    length: Floats
    weight: Floats
    figures: int

    @classmethod
    def of(cls, figure: Integers, length: Floats, weight: Floats, figures: int) -> Distributions:
        """Distributions from rows in any order."""
        order = np.lexsort((length, figure))
        figure, length, weight = figure[order], length[order], weight[order]
        is_first = np.ones(len(figure), dtype=bool)
        is_first[1:] = (figure[1:] != figure[:-1]) | (length[1:] != length[:-1])
        start = np.flatnonzero(is_first)
        return cls(figure[start], length[start], np.add.reduceat(weight, start) if len(start) else weight, figures)

    @property
    def total(self) -> Floats:
        """The weight of each figure."""
        return np.bincount(self.figure, self.weight, self.figures)

    def quantile(self, share: float = 0.5) -> Floats:
        """The quantile of each figure: halfway between the lengths that reach, and exceed, the share; NaN: empty."""
        margin = self.margin(share)
        slack = _ROUNDING * self.total
        reached, exceeded = (self._first(margin >= -slack[self.figure]), self._first(margin > slack[self.figure]))
        return np.where(self.total > 0, (reached + exceeded) / 2, np.nan)

    def clipped(self, shifts: Shifts, slack: Floats, share: float = 0.5) -> tuple[Distributions, Shifts]:
        """The same with lengths that the quantile cannot reach taken for the nearest that it can.

        `slack` is, by figure, how much records change G together at most.
        """
        margin, total = self.margin(share), self.total
        beyond = slack + _ROUNDING * total
        low = self._first(margin >= -beyond[self.figure])
        # Before the first length as coded there may be one that records come to.
        low = np.where(share * total > beyond, low, -np.inf)
        high = np.nan_to_num(self._first(margin > beyond[self.figure]), nan=np.inf)

        def near(length: Floats, figure: Integers) -> Floats:
            return np.clip(length, low[figure], high[figure])

        return (
            Distributions.of(self.figure, near(self.length, self.figure), self.weight, self.figures),
            replace(
                shifts,
                out_length=near(shifts.out_length, shifts.figure),
                in_length=near(shifts.in_length, shifts.figure),
            ),
        )

    def below(self, limit: Floats, *, inclusive: bool) -> Floats:
        """By figure the weight of lengths below a limit, or up to it."""
        is_below = self.length <= limit[self.figure] if inclusive else self.length < limit[self.figure]
        return np.bincount(self.figure, self.weight * is_below, self.figures)

    def margin(self, share: float) -> Floats:
        """G (see `order_statistic`) at each length."""
        reached = np.cumsum(self.weight)
        start = np.searchsorted(self.figure, np.arange(self.figures))
        before = np.append(0.0, reached)[start]
        return reached - before[self.figure] - share * self.total[self.figure]

    def _first(self, holds: np.ndarray) -> Floats:
        """The first length of each figure at which a condition holds; NaN: none."""
        places = np.flatnonzero(holds)
        found, first = np.unique(self.figure[places], return_index=True)
        lengths = np.full(self.figures, np.nan)
        lengths[found] = self.length[places[first]]
        return lengths


def _change(shifts: Shifts, share: float) -> Floats:
    """By how much each option can change G at any length."""
    return (shifts.out_weight + shifts.in_weight) * max(share, 1 - share)


def single_shifts(coded: Distributions, shifts: Shifts, *, share: float = 0.5) -> SingleChanges:
    """How far each unit alone can move each figure's quantile down and up, all other units as coded."""
    choices = Choices.of(shifts.figure, shifts.unit, shifts.state, shifts.record, shifts.count)
    (most,) = choices.best_of_units(_change(shifts, share)[choices.rows])
    figure = shifts.figure[choices.rows][choices.unit_row]
    slack = np.zeros(coded.figures)
    np.maximum.at(slack, figure, most)
    value = coded.quantile(share)
    near, moved = coded.clipped(shifts, slack, share)
    # Every pair of figure and unit becomes a figure of its own, with one unit.
    pair = np.empty(len(shifts.figure), dtype=np.int64)
    pair[choices.rows] = choices.unit_of_row()
    alone = replace(moved, figure=pair, unit=np.zeros_like(pair), count=np.ones_like(pair))
    start, end = (np.searchsorted(near.figure, figure, side=side) for side in ("left", "right"))
    rows, of = _ranges(start, end)
    low, high = quantile_extremes(of, near.length[rows], near.weight[rows], alone, figures=len(figure), share=share)
    return SingleChanges(figure, shifts.unit[choices.rows][choices.unit_row], low - value[figure], high - value[figure])


def _ranges(start: Integers, end: Integers) -> tuple[Integers, Integers]:
    """All numbers from each start up to before its end, and the number of the range that each is of."""
    each = end - start
    of = np.repeat(np.arange(len(each)), each)
    return np.arange(len(of)) - np.repeat(np.cumsum(each) - each, each) + start[of], of


def fewest_shifted(coded: Distributions, shifts: Shifts, limits: Bounds, *, share: float = 0.5) -> Integers:
    """At least how many records are otherwise where each bound is attained: shape (4, figures), 0 for none.

    At the greatest quantile G is at most 0 just below it, at the least it is at least 0 there: so much G has to change
    from as coded, and each record changes it only so far. Weights of more than one record make this smaller.
    """
    most = np.zeros(coded.figures)
    np.maximum.at(most, shifts.figure, _change(shifts, share))
    value, rank = coded.quantile(share), share * coded.total
    found = []
    for end, limit in vars(limits).items():
        upward = end.endswith("high")
        margin = coded.below(limit, inclusive=not upward) - rank
        needed = np.divide(margin if upward else -margin, most, out=np.zeros(len(most)), where=most > 0)
        least = np.maximum(np.ceil(needed - _ROUNDING), 1)
        found.append(np.where(np.isnan(limit - value) | (limit == value), 0, least))
    return np.stack(found).astype(np.int64)


def simulate_quantile(
    coded: Distributions,
    shifts: Shifts,
    probability: Floats,
    rule: Integers,
    chances: Floats,
    *,
    share: float = 0.5,
    within: tuple[Floats, Floats],
    confidence: float = 0.95,
    seed: int = 0,
) -> Expected:
    """Expected quantiles and their limits: in each draw (see `expected`) G at every length, and from it the quantile.

    `probability` and `rule` are, by row of `shifts`, the share of the option and the row of `chances`; `within` the
    least and the greatest admissible values. In figures of many flagged records G is normal at each length, the lengths
    sharing their noise.
    """
    moves = (probability > 0) & ((shifts.out_weight > 0) | (shifts.in_weight > 0))
    choices = Choices.of(shifts.figure, shifts.unit, shifts.state, shifts.record, shifts.count)
    slack = np.zeros(coded.figures)
    (slack[choices.figures],) = choices.best(_change(shifts, share)[choices.rows])
    near, moved = coded.clipped(shifts, slack, share)
    brought = moved.in_weight > 0
    places = Distributions.of(
        np.concatenate([near.figure, moved.figure[brought]]),
        np.concatenate([near.length, moved.in_length[brought]]),
        np.concatenate([near.weight, np.zeros(int(brought.sum()))]),
        coded.figures,
    )
    first, last = (np.searchsorted(places.figure, np.arange(coded.figures), side=side) for side in ("left", "right"))
    margin, noise = places.margin(share), _ROUNDING * places.total
    value = places.quantile(share)
    expected, low, high = value.copy(), value.copy(), value.copy()
    rows = np.flatnonzero(moves)
    rows = rows[np.argsort(moved.figure[rows], kind="stable")]
    figures, starts, each = np.unique(moved.figure[rows], return_index=True, return_counts=True)
    at_once = max(1, _AT_ONCE // chances.shape[1])
    # Lots of figures by how many lengths, times draws, they have together.
    lots = np.cumsum(last[figures] - first[figures]) // at_once
    for lot in np.unique(lots):
        of = np.flatnonzero(lots == lot)
        own = figures[of]
        place, figure = _ranges(first[own], last[own])
        option, at = _ranges(starts[of][figure], (starts + each)[of][figure])
        row, days = rows[option], places.length[place][at]
        outcomes = Outcomes(
            figure=at,
            record=shifts.record[row],
            rule=rule[row],
            dn=moved.in_weight[row] * ((moved.in_length[row] <= days) - share)
            - moved.out_weight[row] * ((moved.out_length[row] <= days) - share),
            dd=np.zeros(len(row)),
            share=probability[row],
            count=shifts.count[row],
        )
        drawn = drawn_sums(margin[place], outcomes, chances, seed=seed)
        begins = np.flatnonzero(np.append(True, figure[1:] != figure[:-1]))
        most = np.diff(begins, append=len(place)) - 1
        ends = begins + most
        slight = noise[own][figure][:, None]
        reached, exceeded = (
            places.length[place][begins[:, None] + np.minimum(np.add.reduceat(below, begins, axis=0), most[:, None])]
            for below in ((drawn < -slight).astype(np.int64), (drawn <= slight).astype(np.int64))
        )
        found = np.where(drawn[ends] > slight[ends], (reached + exceeded) / 2, np.nan)
        low[own], high[own], expected[own] = summary(found, found, confidence)
    least, greatest = within
    low, high, expected = (np.fmin(np.fmax(values, least), greatest) for values in (low, high, expected))
    return Expected(np.where(np.isnan(value), np.nan, expected), low, high)
