"""What few records or one unit can do to a median, and its expected value: by brute force and by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.influence.resolutions import distributions, extremes_of_lengths, quantile
from tests.influence.test_order_statistic import flat, random_case, shifts
from transforms.influence.methods.bounds import Bounds
from transforms.influence.methods.changed import fewest_of_shifts
from transforms.influence.methods.order_changes import Distributions, fewest_shifted, simulate_quantile, single_shifts
from transforms.influence.methods.order_statistic import quantile_bounds

FIGURES = 60


@pytest.fixture(scope="module", params=[0.5, 0.25])
def case(request):
    rng = np.random.default_rng(11)
    bases, moved = random_case(rng, FIGURES)
    figure, length, weight = flat(bases)
    return bases, moved, Distributions.of(figure.astype(np.int64), length, weight, FIGURES), request.param


def test_the_quantile_is_that_of_the_measures(case):
    bases, _, coded, share = case
    np.testing.assert_array_equal(coded.quantile(share), [quantile(base, share) for base in bases])


def test_a_unit_alone_moves_the_quantile_as_far_as_its_resolutions_do(case):
    bases, moved, coded, share = case
    found = single_shifts(coded, moved, share=share)
    assert len(found.figure) == len(np.unique(np.stack([moved.figure, moved.unit]), axis=1).T)
    movers = 0
    for figure, unit, low, high in zip(found.figure, found.unit, found.low, found.high, strict=True):
        rows = (moved.figure == figure) & (moved.unit == unit)
        alone = replace(moved, **{name: getattr(moved, name)[rows] for name in vars(moved)})
        alone = replace(alone, count=np.ones_like(alone.count))
        value = quantile(bases[figure], share)
        least, greatest = extremes_of_lengths(
            bases[figure], alone, figure, lambda weights: quantile(weights, share), named_only=False
        )
        np.testing.assert_array_equal([low, high], [least - value, greatest - value])
        movers += low < 0 or high > 0
    assert movers > 20


def test_no_resolution_with_fewer_records_attains_a_bound(case):
    bases, moved, coded, share = case
    moved = replace(moved, count=np.ones_like(moved.count))
    taken = quantile_bounds(*flat(bases), moved, figures=FIGURES, share=share)
    found = fewest_shifted(coded, moved, taken, share=share)
    most = np.zeros(FIGURES)
    np.maximum.at(most, moved.figure, moved.out_weight + moved.in_weight)
    above_one = 0
    for figure, base in enumerate(bases):
        for end, (name, limit) in enumerate(vars(taken).items()):
            if np.isnan(limit[figure]) or np.isnan(quantile(base, share)) or not most[figure]:
                assert found[end, figure] == 0
                continue
            needed = [
                # Each record changes the distribution by no more than the heaviest does.
                sum(abs(weights.get(days, 0) - base.get(days, 0)) for days in {*weights, *base}) / most[figure]
                for weights in distributions(base, moved, figure, named_only=name.startswith("bound"))
                if quantile(weights, share) == limit[figure]
            ]
            assert found[end, figure] <= max(np.ceil(min(needed) - 1e-9), 0)
            assert (found[end, figure] == 0) == (limit[figure] == quantile(base, share))
            above_one += found[end, figure] > 1
    assert above_one > 3


def test_expected_values_lie_within_all_resolutions_and_agree_with_drawing_them():
    # Of stays of 1, 2, 4, 6 days that of 2 goes with chance 0.4, and that of 6 comes to 3 with chance 0.4 * 0.5.
    moved = shifts(
        (0, 0, 0, 0, 2, 0, 2, 0), (0, 0, 0, 0, 2, 1, 0, 0), (0, 1, 0, 1, 6, 0, 6, 0), (0, 1, 0, 1, 6, 1, 3, 1)
    )  # fmt: skip
    coded = Distributions.of(np.zeros(4, dtype=np.int64), np.array([1.0, 2, 4, 6]), np.ones(4), 1)
    chances = np.full((1, 4000), 0.4)
    found = simulate_quantile(
        coded, moved, np.array([0, 1, 0, 0.5]), np.zeros(4, dtype=np.int64), chances,
        within=(np.array([0.0]), np.array([9.0])),
    )  # fmt: skip
    # As coded 3; without the 2: 4; with 3 for 6: 2.5; both: 3.
    by_hand = 0.6 * 0.8 * 3 + 0.4 * 0.8 * 4 + 0.6 * 0.2 * 2.5 + 0.4 * 0.2 * 3
    assert found.expected[0] == pytest.approx(by_hand, abs=0.03)
    assert (found.low[0], found.high[0]) == (2.5, 4)


def test_many_flagged_records_are_drawn_as_one():
    # Of 101 stays of 2 days and 100 of 5, sixty of 2 may be of 5: the median is 5 in nearly every draw.
    moved = shifts((0, 0, 0, 0, 2, 0, 2, 0), (0, 0, 0, 0, 2, 1, 5, 1), count=60)
    coded = Distributions.of(np.zeros(2, dtype=np.int64), np.array([2.0, 5]), np.array([101.0, 100]), 1)
    found = simulate_quantile(
        coded, moved, np.array([0.0, 1]), np.zeros(2, dtype=np.int64), np.full((1, 400), 0.5),
        within=(np.array([2.0]), np.array([5.0])),
    )  # fmt: skip
    assert (found.expected[0], found.low[0], found.high[0]) == (5, 5, 5)


def test_where_records_that_differ_are_not_known_they_count_as_one():
    limits = Bounds(*(np.array(values, dtype=float) for values in ([3, 3, 2], [3, 5, 4], [3, 3, 1], [3, 6, 4])))
    shifted = np.array([[0, 0, 14], [0, 20, 15], [0, 0, 30], [0, 40, 15]])
    found = fewest_of_shifts(shifted, limits, np.array([100, 100, 40]), np.array([12, 30, 28]))
    assert found.bound.tolist() == [100, 20, 12]
    assert found.worst.tolist() == [100, 1, 1]
    assert found.without.tolist() == [12, 1, 1]
