"""What figures are expected to be, and between which limits, when flags are right as often as is believed.

Each draw takes one chance for every rule (see `chances`), common to all its records and all figures, so that the
records of a rule share their fate; given the chances, each flagged record is wrong or not for itself, and if it is,
turns out as one of its options, by their shares. With m the mean of what a record's options add and Q their mean
square, a record with chance p adds p m on average with variance p Q - p² m², and both add up over records.

Given the chances, figures of few flagged records are simulated record by record, exactly. In figures of many, the sum
is drawn from the normal distribution with the exact mean and variance; for a ratio N / D the spread given the chances
is that of N - v D, v the expected ratio (the delta method), with D at its mean.

All figures use the same draws of chances, of records' fates by their place in the figure, and of the normal: within
a figure they are independent, which is all that its own limits ask for. So results depend on the seed alone, not on
which figures are worked out together. All are stratified (Latin hypercube).

**Monte Carlo error.** The expected value of a sum over a fixed denominator is exact. Of a ratio only the second-order
part is simulated, since (N - v D) / D, whose expected value is known, serves as control variate. The share of the
distribution beyond each limit is 2.5 % with a standard error below 0.8 points for 400 draws (binomial), and limits are
draws themselves, rounded outward.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse, special

from transforms.influence.methods.chances import generator
from transforms.influence.methods.choices import Booleans, Integers, sorting_order
from transforms.measures.methods.arrays import Floats, fitted, tail_of

# Figures, and draws of what they add to numerator and denominator, a row a figure.
_Lot = tuple[Integers, Floats, Floats]

# Up to so many flagged records a figure is simulated record by record.
_FEW = 50
# Numbers in one array at a time: a megabyte stays in the cache.
_AT_ONCE = 2**17


@dataclass(frozen=True, kw_only=True)
class Outcomes:
    """What flagged records may turn out to be, as rows; arrays of one length.

    One row for each option of a record that changes a figure: what it adds to numerator and denominator, and its
    `share`, the probability of this option given that the record is wrong. Shares of a (figure, record) add up to at
    most 1; what is missing changes nothing. `rule` is a row of the chances, and `count` says how many identical
    records the record stands for; both are the same on all rows of a record. Rows come in any order, but draws follow
    that of the options of a record, which therefore has to be the same each time.
    """

    figure: Integers
    record: Integers
    rule: Integers
    dn: Floats
    dd: Floats
    share: Floats
    count: Integers

    def __post_init__(self) -> None:
        for field, kind in zip(fields(self), "iiifffi", strict=True):
            values = np.asarray(getattr(self, field.name), dtype=np.int64 if kind == "i" else np.float64)
            if values.shape != np.shape(self.figure) or values.ndim != 1:
                raise ValueError(f"{field.name}: expected {np.size(self.figure)} values, one a row; got {values.shape}")
            least = {"dn": -np.inf, "dd": -np.inf, "count": 1}.get(field.name, 0)
            if not (np.isfinite(values) & (values >= least)).all():
                raise ValueError(f"{field.name}: expected finite numbers of at least {least}")
            object.__setattr__(self, field.name, values)


@dataclass(frozen=True)
class Expected:
    """By figure, with multiplier: the expected value and the limits that hold it with the confidence asked for."""

    expected: Floats
    low: Floats
    high: Floats


def simulate(
    base_n: ArrayLike,
    base_d: ArrayLike,
    outcomes: Outcomes,
    chances: Floats,
    *,
    multiplier: ArrayLike = 1.0,
    fixed_denominator: ArrayLike | None = None,
    within: tuple[ArrayLike, ArrayLike] = (np.nan, np.nan),
    confidence: float = 0.95,
    seed: int = 0,
) -> Expected:
    """Expected values and limits of all figures.

    `base_n`, `base_d`, `multiplier` and `fixed_denominator` are as in `bounds.extremes`; `chances` has one row a rule
    and one column a draw; `within` are the least and the greatest admissible values, to which results are held (NaN:
    none), because records of a unit are drawn each for itself and the normal has no ends. Draws without a denominator
    are left out; NaN where that is all of them, or where the expected denominator is 0.
    """
    n = np.asarray(base_n, dtype=np.float64)
    d = fitted("base_d", np.asarray(base_d, dtype=np.float64), n.shape)
    scale = fitted("multiplier", np.asarray(multiplier, dtype=np.float64), n.shape)
    least, greatest = (fitted("within", np.asarray(limit, dtype=np.float64), n.shape) for limit in within)
    fixed = np.zeros(n.shape, dtype=bool) if fixed_denominator is None else np.asarray(fixed_denominator, bool)
    records = _Records.of(outcomes, np.broadcast_to(fixed, n.shape), len(chances))
    mean_n, mean_d = n.copy(), d.copy()
    for mean, matrix in ((mean_n, records.by_rule(records.n)), (mean_d, records.by_rule(records.d))):
        mean += matrix @ chances.mean(axis=1)
    centre = np.divide(mean_n, mean_d, out=np.full(n.shape, np.nan), where=mean_d > 0)
    expected, low, high = centre.copy(), centre.copy(), centre.copy()
    is_moved = np.zeros(n.shape, dtype=bool)
    is_moved[records.figure] = True
    is_moved &= ~np.isnan(centre)
    is_few = records.number() <= _FEW
    for lots in (
        _record_by_record(records, np.flatnonzero(is_moved & is_few), chances, seed),
        _normal(records, np.flatnonzero(is_moved & ~is_few), chances, seed, centre),
    ):
        for of, more_n, more_d in lots:
            drawn_n, drawn_d = n[of, None] + more_n, d[of, None] + more_d
            value = np.divide(drawn_n, drawn_d, out=np.full(drawn_n.shape, np.nan), where=drawn_d > 0)
            control = (drawn_n - centre[of, None] * drawn_d) / mean_d[of, None]
            low[of], high[of], second_order = summary(value, value - centre[of, None] - control, confidence)
            expected[of] += second_order
    low, high, expected = (_held(scale * values, least, greatest) for values in (low, high, expected))
    return Expected(expected, np.minimum(low, high), np.maximum(low, high))


@dataclass(frozen=True)
class _Records:
    """Options sorted by figure and record, and the records that they belong to.

    `before` and `until` are the shares of a record's options added up before and after each option, `start` where each
    record's options begin; `n` and `d` are what a record adds on average where it is wrong.
    """

    figures: int
    rules: int
    dn: Floats
    dd: Floats
    before: Floats
    until: Floats
    start: Integers
    figure: Integers
    rule: Integers
    count: Integers
    n: Floats
    d: Floats

    @classmethod
    def of(cls, outcomes: Outcomes, fixed: Booleans, rules: int) -> _Records:
        for name, values, size in (("figure", outcomes.figure, len(fixed)), ("rule", outcomes.rule, rules)):
            if values.max(initial=-1) >= size:
                raise ValueError(f"{name}: expected numbers below {size}")
        rows = sorting_order(outcomes.figure, outcomes.record)
        figure, record, share = outcomes.figure[rows], outcomes.record[rows], outcomes.share[rows]
        is_first = np.ones(len(rows), dtype=bool)
        is_first[1:] = (figure[1:] != figure[:-1]) | (record[1:] != record[:-1])
        start = np.flatnonzero(is_first)
        until = np.cumsum(share)
        until -= np.repeat((until - share)[start], np.diff(start, append=len(rows)))
        too_much = until > 1 + 1e-6
        if too_much.any():
            raise ValueError(f"share: options of {len(np.unique(record[too_much]))} records add up to more than 1")
        dn, dd = outcomes.dn[rows], np.where(fixed[figure], 0.0, outcomes.dd[rows])
        return cls(
            figures=len(fixed),
            rules=rules,
            dn=dn,
            dd=dd,
            before=until - share,
            until=until,
            start=start,
            figure=figure[start],
            rule=outcomes.rule[rows][start],
            count=outcomes.count[rows][start],
            n=_sums(share * dn, start),
            d=_sums(share * dd, start),
        )

    def number(self) -> Floats:
        """The flagged records of each figure."""
        return np.bincount(self.figure, weights=self.count, minlength=self.figures)

    def by_rule(self, of_record: Floats) -> sparse.csr_array:
        """Sums over records, figures by rules."""
        return sparse.csr_array((of_record * self.count, (self.figure, self.rule)), shape=(self.figures, self.rules))

    def variance(self, centre: Floats) -> sparse.csr_array:
        """The variance of n - v d given the chances, v the centre, as figures by (chances, their squares)."""
        each = np.diff(self.start, append=len(self.dn))
        squares = _sums(
            (self.until - self.before) * (self.dn - np.repeat(centre[self.figure], each) * self.dd) ** 2, self.start
        )
        means = self.n - centre[self.figure] * self.d
        return sparse.hstack([self.by_rule(squares), self.by_rule(-(means**2))], format="csr")


def _record_by_record(records: _Records, figures: Integers, chances: Floats, seed: int) -> Iterator[_Lot]:
    """Draws of what figures of few records add: each copy of each record is wrong, and as which option, for itself."""
    if not len(figures):
        return
    draws = chances.shape[1]
    middles = np.arange(draws)
    random = generator(seed, "records")
    fate = np.stack([(random.permutation(middles) + random.random(draws)) / draws for _ in range(_FEW)])
    # Rows of a record are repeated for each of its copies; a copy's place in its figure says which fates are its own.
    copies_before = np.cumsum(records.count) - records.count
    _, first_record = np.unique(records.figure, return_index=True)
    first_record = np.repeat(first_record, np.diff(first_record, append=len(records.figure)))
    place = copies_before - copies_before[first_record]
    each = np.diff(records.start, append=len(records.dn))
    is_wanted = np.zeros(records.figures, dtype=bool)
    is_wanted[figures] = True
    record = np.repeat(np.arange(len(each)), each)
    wanted = np.flatnonzero(is_wanted[records.figure[record]])
    times = records.count[record[wanted]]
    row = np.repeat(wanted, times)
    copy = np.arange(len(row)) - np.repeat(np.cumsum(times) - times, times)
    record = record[row]
    place, rule, figure = place[record] + copy, records.rule[record], records.figure[record]
    ends = np.searchsorted(figure, figures, side="right")
    for first, last in _runs(ends, max(1, _AT_ONCE // draws)):
        rows = slice(ends[first - 1] if first else 0, ends[last - 1])
        chance, own = chances[rule[rows]], fate[place[rows]]
        taken = (own < chance * records.until[row[rows], None]) & (own >= chance * records.before[row[rows], None])
        taken = taken.astype(np.float64)
        of = figures[first:last]
        pointer = np.append(0, ends[first:last] - rows.start)
        more_n, more_d = (
            sparse.csr_array((values[row[rows]], np.arange(len(taken)), pointer), shape=(len(of), len(taken))) @ taken
            for values in (records.dn, records.dd)
        )
        yield of, more_n, more_d


def _normal(records: _Records, figures: Integers, chances: Floats, seed: int, centre: Floats) -> Iterator[_Lot]:
    """Draws of what figures of many records add: the mean given the chances, and normal noise about it."""
    draws = chances.shape[1]
    noise = special.ndtri((generator(seed, "noise").permutation(draws) + 0.5) / draws)
    mean_n, mean_d = records.by_rule(records.n), records.by_rule(records.d)
    variance, powers = records.variance(np.nan_to_num(centre)), np.concatenate([chances, chances**2])
    size = max(1, _AT_ONCE // draws)
    for first in range(0, len(figures), size):
        of = figures[first : first + size]
        spread = np.sqrt(np.maximum(variance[of] @ powers, 0.0))
        yield of, mean_n[of] @ chances + noise * spread, mean_d[of] @ chances


def drawn_sums(base: Floats, outcomes: Outcomes, chances: Floats, *, seed: int = 0) -> Floats:
    """What sums come to in each draw: one row a figure, one column a draw; `base` are the sums as coded.

    Figures in which the same records stand in the same order share the records' fates.
    """
    records = _Records.of(outcomes, np.ones(len(base), dtype=bool), len(chances))
    drawn = np.repeat(base[:, None], chances.shape[1], axis=1)
    is_moved, is_few = np.zeros(len(base), dtype=bool), records.number() <= _FEW
    is_moved[records.figure] = True
    for lots in (
        _record_by_record(records, np.flatnonzero(is_moved & is_few), chances, seed),
        _normal(records, np.flatnonzero(is_moved & ~is_few), chances, seed, np.zeros(len(base))),
    ):
        for of, more, _ in lots:
            drawn[of] += more
    return drawn


def summary(value: Floats, second_order: Floats, confidence: float) -> tuple[Floats, Floats, Floats]:
    """Of each row: the lower and upper limit, rounded outward to draws, and the mean of another array's known draws."""
    known = np.isfinite(value)
    drawn = known.sum(axis=1)
    # What is not known is sorted last.
    ordered = np.sort(value, axis=1)
    last = np.maximum(drawn - 1, 0)
    tail = tail_of(confidence)
    row = np.arange(len(value))
    low = ordered[row, np.floor(tail * last).astype(np.int64)]
    high = ordered[row, np.ceil((1 - tail) * last).astype(np.int64)]
    total = np.where(known, second_order, 0.0).sum(axis=1)
    return low, high, np.divide(total, drawn, out=np.full(len(value), np.nan), where=drawn > 0)


def _held(values: Floats, least: Floats, greatest: Floats) -> Floats:
    """The values within limits that may be missing."""
    return np.where(np.isnan(values), values, np.fmin(np.fmax(values, least), greatest))


def _runs(ends: Integers, size: int) -> Iterator[tuple[int, int]]:
    """Runs of figures of about so many rows, by where each figure's rows end."""
    if not len(ends):
        return
    lot = (ends - 1) // size
    cuts = np.append(np.flatnonzero(np.append(True, lot[1:] != lot[:-1])), len(ends))
    yield from pairwise(cuts.tolist())


def _sums(values: Floats, start: Integers) -> Floats:
    return np.add.reduceat(values, start) if len(start) else values
