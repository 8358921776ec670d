"""How far open flags could move medians and geometric means of lengths of stay.

Every stay is in a stratum by its length, so that an option takes a stay from one length and brings it to another. The
median is an order statistic (see methods.order_statistic). The geometric mean is exp of a mean of logarithms, which
rises with it: its bounds, expected limits and single changes are exp of those of a ratio of sums; its expected value
is the geometric mean that goes with the expected mean logarithm.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import duckdb
import numpy as np
from numpy.typing import NDArray

from transforms.influence.breakdowns import Breakdown
from transforms.influence.cells import weights_at_lengths
from transforms.influence.found import Coded, Found
from transforms.influence.methods.bounds import Bounds, SingleChanges, bounds, single_changes
from transforms.influence.methods.changed import changed_records, fewest_of_shifts
from transforms.influence.methods.expected import Expected, simulate
from transforms.influence.methods.order_changes import Distributions, fewest_shifted, simulate_quantile, single_shifts
from transforms.influence.methods.order_statistic import Shifts, quantile_bounds
from transforms.influence.results import Results
from transforms.measures.methods.arrays import Floats


@dataclass(frozen=True)
class Lengths:
    """Weights at lengths of stay, by figure, as rows."""

    figure: NDArray[np.int64]
    days: Floats
    weight: Floats

    @classmethod
    def of_all(cls, con: duckdb.DuckDBPyConnection, part: Breakdown) -> Lengths:
        """Those of all records."""
        found = weights_at_lengths(con, part)
        return cls(found["figure"].astype(np.int64), found["days"], found["weight"])

    @classmethod
    def of_flagged(cls, coded: Coded) -> Lengths:
        """Those of flagged records as coded."""
        return cls(coded.figure, np.rint(coded.n / coded.d), coded.d * coded.count)

    def among(self, figures: NDArray[np.int64]) -> Distributions:
        """The distributions of some figures, ascending, by their place among them."""
        kept = np.isin(self.figure, figures)
        place = np.searchsorted(figures, self.figure[kept])
        return Distributions.of(place, self.days[kept], self.weight[kept], len(figures))


def assess_lengths(lengths: Lengths, found: Found, results: Results, chances: Floats) -> SingleChanges:
    """Set what is to be said of a breakdown's medians and geometric means; return what each unit alone can do.

    `lengths` are those of all records, flagged or not.
    """
    flagged = Lengths.of_flagged(found.coded)
    _leave_out(found.coded, results)
    moves = found.moves
    changes = [
        assess(found, of, results, chances)
        for assess, is_wanted in (
            (partial(_medians, lengths, flagged), results.is_median),
            (_geometric_means, results.is_logarithm),
        )
        if (of := is_wanted[found.figures[moves.figure]]).any()
    ]
    columns = zip(*(vars(each).values() for each in changes), strict=True)
    return SingleChanges(*(np.concatenate(column) for column in columns)) if changes else SingleChanges(*_NONE)


_NONE = (*(np.empty(0, dtype=np.int64),) * 2, *(np.empty(0),) * 2)


def shifts_of(found: Found) -> Shifts:
    """The moves as lengths that records leave and come to, what changes nothing with weights of 0."""
    moves = found.moves
    came = np.maximum(found.coded_d + moves.dd, 0.0)
    is_same = (moves.dn == 0) & (moves.dd == 0)

    def days(total: Floats, weight: Floats) -> Floats:
        return np.rint(np.divide(total, weight, out=np.zeros(len(weight)), where=weight > 0))

    return Shifts(
        figure=moves.figure,
        unit=moves.unit,
        state=moves.state,
        record=moves.record,
        out_length=days(found.coded_n, found.coded_d),
        out_weight=np.where(is_same, 0.0, found.coded_d),
        in_length=days(found.coded_n + moves.dn, came),
        in_weight=np.where(is_same, 0.0, came),
        named=moves.named,
        count=moves.count,
    )


def in_logarithms(found: Found) -> Found:
    """The moves with logarithms of lengths summed in place of lengths; a stay of less than a day counts as one."""
    shifts = shifts_of(found)
    came, went = _logarithm(shifts.in_length), _logarithm(shifts.out_length)
    dn = shifts.in_weight * came - shifts.out_weight * went
    return replace(found, moves=replace(found.moves, dn=dn))


def _logarithm(days: Floats) -> Floats:
    return np.log(np.maximum(days, 1.0))


def lengths_after(
    con: duckdb.DuckDBPyConnection, part: Breakdown, found: Found, results: Results
) -> tuple[NDArray[np.int64], Floats]:
    """The figures that are moved, ascending, and what they become where each record has one option beside as coded."""
    moves = found.moves
    found = found.of_rows((moves.dn != 0) | (moves.dd != 0))
    figures = found.figures
    shifts, base = shifts_of(found), results.base(figures)
    dn, dd = (
        np.bincount(shifts.figure, values * shifts.count, len(figures))
        for values in (in_logarithms(found).moves.dn, found.moves.dd)
    )
    coded = Lengths.of_all(con, part).among(figures)
    after = Distributions.of(
        np.concatenate([coded.figure, shifts.figure, shifts.figure]),
        np.concatenate([coded.length, shifts.out_length, shifts.in_length]),
        np.concatenate([coded.weight, -shifts.out_weight * shifts.count, shifts.in_weight * shifts.count]),
        len(figures),
    )
    values = results.values_of(figures, base.n + dn, base.d + dd)
    return figures, np.where(results.is_median[figures], after.quantile(), values)


def _leave_out(coded: Coded, results: Results) -> None:
    logarithms = replace(coded, n=coded.d * _logarithm(np.rint(coded.n / coded.d)))
    results.leave_out(*logarithms.totals())


def _medians(
    coded: Lengths, flagged: Lengths, found: Found, of: NDArray[np.bool_], results: Results, chances: Floats
) -> SingleChanges:
    is_median = results.is_median[flagged.figure]
    left = np.unique(flagged.figure[is_median])
    rest = Lengths(*(np.concatenate([*pair]) for pair in zip(vars(coded).values(), _negated(flagged), strict=True)))
    results.set_medians(left, rest.among(left).quantile())

    found = found.of_rows(of)
    figures = found.figures
    shifts, lengths = shifts_of(found), coded.among(figures)
    limits = quantile_bounds(lengths.figure, lengths.length, lengths.weight, shifts, figures=len(figures))
    shifted = fewest_shifted(lengths, shifts, limits)
    records, left_out = results.records[0, figures], results.left_out_records[0, figures]
    results.set_bounds(figures, limits, np.zeros((4, 2, len(figures)), dtype=np.int64))
    results.set_fewest(figures, fewest_of_shifts(shifted, limits, records, left_out))
    within = (limits.worst_low, limits.worst_high)
    results.set_expected(figures, simulate_quantile(lengths, shifts, found.share, found.rules, chances, within=within))
    changes = single_shifts(lengths, shifts)
    return replace(changes, figure=figures[changes.figure])


def _negated(lengths: Lengths) -> tuple[NDArray, Floats, Floats]:
    return lengths.figure, lengths.days, -lengths.weight


def _geometric_means(found: Found, of: NDArray[np.bool_], results: Results, chances: Floats) -> SingleChanges:
    found = found.of_rows(of)
    figures = found.figures
    found = in_logarithms(found)
    base, value = results.base(figures), results.value[figures]
    mean = base.n / base.d

    def in_days(logarithm: Floats) -> Floats:
        # As coded the value is the published one, to the last bit.
        return value * np.exp(logarithm - mean)

    limits = bounds(base.n, base.d, found.moves)
    changed = changed_records(base.n, base.d, found.moves, limits)
    results.set_bounds(figures, Bounds(*map(in_days, vars(limits).values())), changed)
    within = (limits.worst_low, limits.worst_high)
    expected = simulate(base.n, base.d, found.outcomes(), chances, within=within)
    results.set_expected(figures, Expected(*map(in_days, vars(expected).values())))
    changes = single_changes(base.n, base.d, found.moves)
    low, high = (value[changes.figure] * np.expm1(change) for change in (changes.low, changes.high))
    return SingleChanges(figures[changes.figure], changes.unit, low, high)
