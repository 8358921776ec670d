"""What units can still move, after any reviews of the others, never exceeds their reach."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.influence.resolutions import moves, random_case, resolutions, shuffled
from transforms.influence.methods.bounds import bounds, extremes
from transforms.influence.methods.choices import Moves
from transforms.influence.methods.cover import shortest
from transforms.influence.methods.reach import reach


@pytest.mark.parametrize("named_only", [True, False])
def test_no_resolution_of_some_moves_a_reviewed_value_further_than_their_reach(named_only: bool):
    rng = np.random.default_rng(50)
    base_n, base_d, case = random_case(rng, 80)
    case = replace(case, count=np.ones(len(case)))
    limits = bounds(base_n, base_d, case, multiplier=10)
    low, high = (limits.bound_low, limits.bound_high) if named_only else (limits.worst_low, limits.worst_high)
    found = reach(base_n, base_d, shuffled(case, rng), low=low, high=high, multiplier=10, named_only=named_only)
    moved_far = 0
    for figure in range(80):
        units = np.unique(case.unit[case.figure == figure])
        reviewed = units[: rng.integers(0, len(units))]
        is_open = (case.figure == figure) & ~np.isin(case.unit, reviewed)
        rest, done = (
            Moves(**{k: v[rows] for k, v in vars(case).items()})
            for rows in (is_open, (case.figure == figure) & ~is_open)
        )
        after = np.array([base_n[figure], base_d[figure]]) + resolutions(done, figure, named_only=named_only)
        moved = resolutions(rest, figure, named_only=named_only)
        own = (found.figure == figure) & np.isin(found.unit, np.unique(rest.unit))
        down, up = found.down[own].sum(), found.up[own].sum()
        for n, d in after[after[:, 1] > 0]:
            final = np.array([n, d]) + moved
            final = final[final[:, 1] > 0]
            change = 10 * (final[:, 0] / final[:, 1] - n / d)
            assert change.max(initial=0) <= up + 1e-9
            assert change.min(initial=0) >= -down - 1e-9
            moved_far += up > 0 and change.max(initial=0) > 0.9 * up
    assert moved_far > 10


def test_reach_in_a_sum_is_what_a_unit_adds_at_most():
    case = moves((0, 3, 0, 0, 0, 0), (0, 3, 0, 0, -1, 5), (0, 3, 0, 1, 0, 0), (0, 3, 0, 1, 2, 5), (0, 8, 0, 0, 0, 0))
    found = reach([10], [4], case, low=[2.25], high=[3.0], fixed_denominator=[True])
    assert (found.figure.tolist(), found.unit.tolist()) == ([0], [3])
    assert (found.down.tolist(), found.up.tolist()) == ([0.25], [0.5])


def test_after_the_list_is_reviewed_no_figure_leaves_its_tolerance():
    rng = np.random.default_rng(51)
    figures, units = 6, 60
    rows = []
    for unit in range(units):
        for figure in rng.permutation(figures)[:2]:
            for record in range(rng.integers(1, 3)):
                options = [(0, 0), *((rng.integers(-1, 2), rng.integers(-1, 2)) for _ in range(2))]
                rows += [(figure, unit, 0, record, *option) for option in options]
    case = moves(*rows)
    n, d = np.full(figures, 60.0), np.full(figures, 300.0)
    limits = bounds(n, d, case, multiplier=100)
    found = reach(n, d, case, low=limits.worst_low, high=limits.worst_high, multiplier=100)
    for allowed in (1.0, 3.0):
        listed = shortest(found, allowed, np.ones(units), figures=figures)
        assert 0 < len(listed.units) < units
        is_open = ~np.isin(case.unit, listed.units)
        rest = Moves(**{name: values[is_open] for name, values in vars(case).items()})
        for _ in range(20):
            # Each record of the list turns out to be one of its options.
            chance = np.where(is_open, -1, rng.random(len(case)))
            order = np.lexsort((chance, case.record, case.unit, case.figure))
            key = np.column_stack([case.figure, case.unit, case.record])[order]
            last = np.append((key[1:] != key[:-1]).any(axis=1), True)
            picked = order[last][~is_open[order[last]]]
            after_n = n + np.bincount(case.figure[picked], case.dn[picked], figures)
            after_d = d + np.bincount(case.figure[picked], case.dd[picked], figures)
            low, high = extremes(after_n, after_d, rest, multiplier=100)
            value = 100 * after_n / after_d
            assert (high - value <= allowed + 1e-9).all()
            assert (value - low <= allowed + 1e-9).all()
