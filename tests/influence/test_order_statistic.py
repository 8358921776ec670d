"""Bounds of medians and other quantiles: by hand, and attained exactly by brute force over every resolution."""

from __future__ import annotations

import numpy as np
import pytest

from tests.influence.resolutions import extremes_of_lengths, quantile
from transforms.influence.methods.order_statistic import Shifts, quantile_bounds, quantile_extremes

COLUMNS = (
    "figure", "unit", "state", "record", "out_length", "out_weight", "in_length", "in_weight", "named", "count",
)  # fmt: skip


def shifts(*rows: tuple[float, ...], named: bool = True, count: int = 1) -> Shifts:
    """Rows of (figure, unit, state, record, out_length, out_weight, in_length, in_weight[, named[, count]])."""
    filled = [(*row, *(named, count)[len(row) - 8 :]) for row in rows]
    return Shifts(**dict(zip(COLUMNS, np.array(filled, dtype=float).reshape(-1, 10).T, strict=True)))


def random_case(rng: np.random.Generator, figures: int) -> tuple[list[dict[float, float]], Shifts]:
    bases, rows = [], []
    for figure in range(figures):
        steady = rng.choice([0, 1, 4])
        base = {float(length): float(rng.integers(0, 3)) for length in rng.permutation(8)[:steady]}
        for unit in range(rng.integers(0, 4)):
            count, members = int(rng.integers(1, 3)), range(rng.integers(1, 3))
            own = [(float(rng.integers(0, 9)), float(rng.integers(0, 3))) for _ in members]
            for length, weight in own:
                base[length] = base.get(length, 0.0) + count * weight
            for state in range(rng.integers(1, 3)):
                for record, (length, weight) in zip(members, own, strict=True):
                    options = [(length, 0.0, 0.0, 0.0, 1.0)] if state == 0 else []
                    for _ in range(rng.integers(1, 3)):
                        into = (float(rng.integers(0, 9)), float(rng.integers(0, 3)))
                        options.append((length, weight, *into, float(rng.random() < 0.6)))
                    rows += [(figure, unit, state, record, *option, count) for option in options]
        bases.append(base)
    return bases, shifts(*rows)


def flat(bases: list[dict[float, float]]) -> tuple[np.ndarray, ...]:
    rows = [(figure, length, weight) for figure, base in enumerate(bases) for length, weight in base.items()]
    return tuple(np.array(rows, dtype=float).reshape(-1, 3).T)


@pytest.mark.parametrize("share", [0.5, 0.25, 0.9])
def test_bounds_are_the_least_and_greatest_quantiles_of_all_resolutions(share: float):
    rng = np.random.default_rng(60)
    bases, case = random_case(rng, 70)
    found = quantile_bounds(*flat(bases), case, figures=70, share=share)
    between = 0
    for figure, base in enumerate(bases):
        named, every = (
            extremes_of_lengths(base, case, figure, lambda weights: quantile(weights, share), named_only=named_only)
            for named_only in (True, False)
        )
        np.testing.assert_array_equal([found.bound_low[figure], found.bound_high[figure]], named)
        np.testing.assert_array_equal([found.worst_low[figure], found.worst_high[figure]], every)
        between += every[1] % 1 == 0.5
    assert np.isnan(found.worst_low).any()
    assert between > 1 or share == 0.9


def test_the_median_by_hand():
    # Stays of 1, 2, 3, 5, 9 days. The one of 2 may be of 7, the one of 9 may not belong here.
    length = [1, 2, 3, 5, 9]
    case = shifts(
        (0, 0, 0, 0, 2, 0, 2, 0), (0, 0, 0, 0, 2, 1, 7, 1), (0, 1, 0, 0, 9, 0, 9, 0), (0, 1, 0, 0, 9, 1, 9, 0)
    )  # fmt: skip
    low, high = quantile_extremes(np.zeros(5), length, np.ones(5), case, figures=1)
    assert (low.tolist(), high.tolist()) == ([2.5], [5])


def test_the_greatest_median_may_lie_between_two_lengths():
    # Stays of 1, 1 and 10 days, and one of 3 that may go, be of 10, or stay. As coded 2; gone 1; of 10 days 5.5.
    case = shifts((0, 0, 0, 0, 3, 0, 3, 0), (0, 0, 0, 0, 3, 1, 3, 0), (0, 0, 0, 0, 3, 1, 10, 1))
    low, high = quantile_extremes(np.zeros(4), [1, 1, 3, 10], np.ones(4), case, figures=1)
    assert (low.tolist(), high.tolist()) == ([1], [5.5])


def test_figures_without_shifts_or_without_stays():
    low, high = quantile_extremes([0, 0, 2], [4, 6, 1], [1, 1, 0], shifts(), figures=3)
    np.testing.assert_array_equal(low, [5, np.nan, np.nan])
    np.testing.assert_array_equal(high, [5, np.nan, np.nan])
    low, high = quantile_extremes([], [], [], shifts(), figures=2)
    assert np.isnan(low).all()
    assert np.isnan(high).all()


def test_ill_formed_input_is_refused():
    with pytest.raises(ValueError, match="share: expected a number between 0 and 1"):
        quantile_extremes([0], [1], [1], shifts(), figures=1, share=1)
    with pytest.raises(ValueError, match="figure: expected numbers below 1"):
        quantile_extremes([1], [1], [1], shifts(), figures=1)
    with pytest.raises(ValueError, match="the distributions lack records"):
        quantile_extremes([0], [1], [1], shifts((0, 0, 0, 0, 1, 2, 0, 0)), figures=1)
    with pytest.raises(ValueError, match="in_weight: expected finite weights"):
        shifts((0, 0, 0, 0, 1, 1, 2, -1))
