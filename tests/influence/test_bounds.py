"""Bounds of sums and ratios: by hand, and attained exactly by brute force over every resolution."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.influence.resolutions import moves, random_case, resolutions, shuffled
from transforms.influence.methods.bounds import bounds, extremes, single_changes
from transforms.influence.methods.choices import Moves


def brute_force(base_n: float, base_d: float, case: Moves, figure: int, *, named_only: bool = False):
    """Least and greatest ratio over the resolutions that leave a denominator; NaN where none does."""
    totals = np.array([base_n, base_d]) + resolutions(case, figure, named_only=named_only)
    totals = totals[totals[:, 1] > 1e-9]
    ratios = totals[:, 0] / totals[:, 1]
    return (ratios.min(), ratios.max()) if len(ratios) else (np.nan, np.nan)


@pytest.mark.parametrize("whole", [True, False])
def test_bounds_are_the_best_and_worst_of_all_resolutions(whole: bool):
    rng = np.random.default_rng(20)
    figures = 400 if whole else 100
    base_n, base_d, case = random_case(rng, figures, whole=whole)
    found = bounds(base_n, base_d, shuffled(case, rng), multiplier=100)
    for named_only, low, high in (
        (True, found.bound_low, found.bound_high),
        (False, found.worst_low, found.worst_high),
    ):
        expected = [brute_force(base_n[f], base_d[f], case, f, named_only=named_only) for f in range(figures)]
        np.testing.assert_allclose(np.column_stack([low, high]) / 100, expected, rtol=1e-12, atol=1e-12)
    # The cases reach what is hard: no denominator at all, and denominators that vanish on the way.
    vanishing = [(base_d[f] + resolutions(case, f)[:, 1].min()) < 1e-9 for f in range(figures)]
    assert sum(vanishing) > figures / 20
    assert np.isnan(found.worst_high).any() or not whole


def test_a_fixed_denominator_leaves_a_linear_sum():
    rng = np.random.default_rng(21)
    base_n, base_d, case = random_case(rng, 200)
    low, high = extremes(base_n, base_d, shuffled(case, rng), multiplier=1000, fixed_denominator=np.ones(200, bool))
    for figure in np.flatnonzero(base_d > 0):
        sums = base_n[figure] + resolutions(case, figure)[:, 0]
        expected = 1000 * np.array([sums.min(), sums.max()]) / base_d[figure]
        np.testing.assert_allclose([low[figure], high[figure]], expected, rtol=1e-12)
    assert np.isnan(low[base_d == 0]).all()


def test_case_fatality_by_hand():
    # 10 of 100 died. Two stays may be of another cause: one that died, one that did not. The fewest: the one that
    # died goes, 9 of 99; the most: the one that did not, 10 of 99. A third stay may join, died or not (no target
    # named): 9 of 100 and 11 of 100.
    case = moves(
        (0, 1, 0, 1, 0, 0),
        (0, 1, 0, 1, -1, -1),
        (0, 2, 0, 2, 0, 0),
        (0, 2, 0, 2, 0, -1),
        (0, 3, 0, 3, 0, 0),
        (0, 3, 0, 3, 1, 1, False),
        (0, 3, 0, 3, 0, 1, False),
    )
    found = bounds([10], [100], case, multiplier=100)
    assert found.bound_low == pytest.approx([100 * 9 / 99], rel=1e-15)
    assert found.bound_high == pytest.approx([100 * 10 / 99], rel=1e-15)
    assert found.worst_low == pytest.approx([100 * 9 / 100], rel=1e-15)
    assert found.worst_high == pytest.approx([100 * 11 / 100], rel=1e-15)


def test_of_copies_one_stays():
    # Two copies of one death: the first goes or the second, never both.
    case = moves(
        (0, 4, 0, 1, 0, 0), (0, 4, 0, 2, 0, 0),
        (0, 4, 1, 1, -1, 0), (0, 4, 1, 2, 0, 0),
        (0, 4, 2, 1, 0, 0), (0, 4, 2, 2, -1, 0),
    )  # fmt: skip
    low, high = extremes([5], [1], case)
    assert (low, high) == ([4.0], [5.0])


def test_a_state_without_a_named_option_for_each_record_is_not_within_the_named_bounds():
    case = moves(
        (0, 0, 0, 1, 0, 0),
        (0, 0, 1, 1, 3, 0, True),
        (0, 0, 1, 2, 0, 0, False),
        (1, 0, 0, 1, 2, 0, False),
    )
    found = bounds([1, 7], [1, 1], case)
    assert found.bound_high.tolist() == [1, 7]
    assert found.worst_high.tolist() == [4, 9]


def test_identical_units_count_as_often_as_they_are():
    low, high = extremes([3], [10], moves((0, 0, 0, 0, 0, 0), (0, 0, 0, 0, 1, 1), (0, 0, 0, 0, 0, 1), count=4))
    assert low == pytest.approx([3 / 14], rel=1e-15)
    assert high == pytest.approx([7 / 14], rel=1e-15)


def test_figures_without_moves_keep_their_value_and_without_a_denominator_have_none():
    nothing = moves()
    low, high = extremes([1, 1, np.nan], [4, 0, 5], nothing)
    np.testing.assert_array_equal(low, [0.25, np.nan, np.nan])
    np.testing.assert_array_equal(high, [0.25, np.nan, np.nan])
    # Undefined as coded, but not if the record belongs here; where every record goes, the rest has no value.
    joins, leaves = ((0, 0, 0, 0, 0, 0), (0, 0, 0, 0, 1, 2)), ((1, 0, 0, 0, 0, 0), (1, 0, 0, 0, -1, -1))
    low, high = extremes([0, 1], [0, 1], moves(*joins, *leaves))
    assert low.tolist() == [0.5, 1.0]
    assert high.tolist() == [0.5, 1.0]


def test_impossible_denominators_and_ill_formed_rows_are_refused():
    with pytest.raises(ValueError, match="the denominators of 1 figures negative"):
        extremes([1], [1], moves((0, 0, 0, 0, 0, -2)))
    with pytest.raises(ValueError, match="figure: expected numbers below 1"):
        extremes([1], [1], moves((1, 0, 0, 0, 0, 0)))
    with pytest.raises(ValueError, match="count: expected 1 or more"):
        moves((0, 0, 0, 0, 0, 0), count=0)
    with pytest.raises(ValueError, match="dn: 1 values that are not finite"):
        moves((0, 0, 0, 0, np.nan, 0))
    with pytest.raises(ValueError, match="denominators of 0 or more"):
        extremes([1], [-1], moves())


def test_the_order_of_rows_and_large_numbers_make_no_difference():
    rng = np.random.default_rng(22)
    base_n, base_d, case = random_case(rng, 50)
    large = {"unit": case.unit * 10**12, "record": case.record * 10**12}
    renamed = shuffled(replace(case, **large), rng)
    found = [vars(bounds(base_n, base_d, moves)).values() for moves in (case, renamed)]
    for one, other in zip(*found, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-14)


def test_a_unit_alone_changes_the_value_by_what_brute_force_says():
    rng = np.random.default_rng(23)
    base_n, base_d, case = random_case(rng, 100)
    alone = single_changes(base_n, base_d, shuffled(case, rng), multiplier=10)
    assert list(zip(alone.figure, alone.unit, strict=True)) == sorted(
        set(zip(case.figure.tolist(), case.unit.tolist(), strict=True))
    )
    for figure, unit, low, high in zip(alone.figure, alone.unit, alone.low, alone.high, strict=True):
        own = (case.figure == figure) & (case.unit == unit)
        one = replace(Moves(**{name: values[own] for name, values in vars(case).items()}), count=np.ones(own.sum()))
        least, greatest = brute_force(base_n[figure], base_d[figure], one, figure)
        value = base_n[figure] / base_d[figure] if base_d[figure] else np.nan
        np.testing.assert_allclose([low, high], [10 * (least - value), 10 * (greatest - value)], atol=1e-12)
