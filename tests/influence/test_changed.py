"""How many records lie between a figure and its bounds: by hand, and against every resolution of small cases."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.influence.resolutions import moves, random_case, resolutions
from transforms.influence.methods.bounds import bounds
from transforms.influence.methods.changed import changed_records, fewer, fewest_between, fewest_net

# Added to what a row changes, so that a sum tells how many rows changed: sums of the cases stay far below it.
MARK = 1000.0


def test_counts_by_hand():
    # 30 of 100 died. Twelve stays may not have died; three may not belong to the figure, one of them a death.
    case = moves(
        (0, 1, 0, 1, 0, 0, True, 12), (0, 1, 0, 1, -1, 0, True, 12),
        (0, 2, 0, 2, 0, 0, True, 2), (0, 2, 0, 2, 0, -1, True, 2),
        (0, 3, 0, 3, 0, 0, False, 1), (0, 3, 0, 3, -1, -1, False, 1),
    )  # fmt: skip
    limits = bounds([30], [100], case)
    changed = changed_records([30], [100], case, limits)
    # Least: the twelve lived, and the two stay; greatest: the two go. Worst: the third death goes as well.
    assert changed[:, :, 0].tolist() == [[12, 0], [0, 2], [13, 1], [0, 2]]
    left_out = np.array([[13], [15]])
    fewest = fewest_between(changed, np.array([[30], [100]]), left_out)
    # The worst is one record from the bound. The value without flagged records differs from the worst by 13 - 13
    # deaths and 15 - 1 stays, from the bound by 13 - 12 deaths.
    assert (fewest.bound, fewest.worst, fewest.without) == ([2], [1], [1])


def test_what_is_left_is_a_count_too():
    case = moves((0, 1, 0, 1, 0, 0, True, 12), (0, 1, 0, 1, -1, 0, True, 12))
    limits = bounds([15], [1], case, fixed_denominator=[True])
    changed = changed_records([15], [1], case, limits, fixed_denominator=[True])
    assert changed[:, 0, 0].tolist() == [12, 0, 12, 0]
    # Of 15, 12 may go: the 3 that are left are a count of records.
    assert fewest_between(changed, np.array([[15], [0]]), np.array([[12], [0]])).bound == [3]
    net = fewest_net(np.array([15.0]), limits, np.array([3.0]), np.array([1.0]))
    assert (net.bound, net.worst, net.without) == ([3], [3], [3])


def test_rounding_is_no_record():
    case = moves((0, 1, 0, 1, 0, 0), (0, 1, 0, 1, 1e-18, 0), (0, 1, 0, 1, -1, 0, False))
    limits = bounds([15], [1], case)
    limits = replace(limits, bound_high=limits.bound_high + 1e-14)
    net = fewest_net(np.array([15.0]), limits, np.array([15.0]), np.array([1.0]))
    assert (net.bound, net.worst) == ([15], [1])
    both = fewer(net, net)
    assert both.worst == [1]


@pytest.mark.parametrize("fixed", [True, False])
def test_the_records_that_change_attain_the_bound(fixed: bool):
    rng = np.random.default_rng(24)
    figures = 60
    base_n, base_d, case = random_case(rng, figures)
    base_n, base_d = base_n + 6, base_d + 9
    fixed_denominator = np.full(figures, fixed)
    limits = bounds(base_n, base_d, case, multiplier=100, fixed_denominator=fixed_denominator)
    changed = changed_records(base_n, base_d, case, limits, multiplier=100, fixed_denominator=fixed_denominator)
    dd = np.zeros(len(case)) if fixed else case.dd
    marked = replace(case, dn=case.dn + MARK * (case.dn != 0), dd=dd + MARK * (dd != 0))
    seen = 0
    for figure in range(figures):
        for place, (end, named_only) in enumerate(
            (("bound_low", True), ("bound_high", True), ("worst_low", False), ("worst_high", False))
        ):
            totals = resolutions(marked, figure, named_only=named_only)
            records = np.rint(totals / MARK)
            sums = totals - MARK * records
            values = 100 * (base_n[figure] + sums[:, 0]) / (base_d[figure] + sums[:, 1])
            attained = np.isclose(values, getattr(limits, end)[figure], rtol=1e-12)
            assert changed[place, :, figure].tolist() in records[attained].astype(int).tolist()
            seen += int(changed[place, :, figure].sum() > 0)
    assert seen > figures
