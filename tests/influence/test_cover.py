"""Worklists: by hand, against exhaustive search, and with a lower bound that never lies above the optimum."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from transforms.influence.methods import cover
from transforms.influence.methods.cover import shortest
from transforms.influence.methods.reach import Reach


def reach(*rows: tuple[float, ...]) -> Reach:
    """Rows of (figure, unit, down, up)."""
    figure, unit, down, up = np.array(rows, dtype=float).reshape(-1, 4).T
    return Reach(figure.astype(int), unit.astype(int), down, up)


def left_over(case: Reach, reviewed: np.ndarray, figures: int) -> np.ndarray:
    """By figure, down and up: how far the units that are not reviewed can move it."""
    still = ~np.isin(case.unit, reviewed)
    return np.stack([np.bincount(case.figure[still], amount[still], figures) for amount in (case.down, case.up)])


def random_reach(rng: np.random.Generator, figures: int, units: int, each: int) -> Reach:
    pairs = {(rng.integers(figures), unit) for unit in range(units) for _ in range(each)}
    amounts = rng.choice([0, 0.5, 1, 2, 3], size=(len(pairs), 2))
    return reach(*((*pair, *amount) for pair, amount in zip(sorted(pairs), amounts, strict=True)))


def test_the_unit_that_settles_most_comes_first():
    # Figure 0 can move up by 0.5 + 2 + 2 where 2 are allowed; figure 1 down by 3. Unit 2 is in both.
    case = reach((0, 0, 0, 0.5), (0, 1, 0, 2), (0, 2, 0, 2), (1, 2, 3, 0), (2, 0, 1, 1))
    found = shortest(case, 2.0, [1, 1, 1], figures=4)
    assert found.units.tolist() == [2, 1]
    assert found.records.tolist() == [1, 2]
    assert found.safe.tolist() == [2, 3, 4]
    assert found.lower_bound == 2
    assert not found.beyond.any()


def test_a_review_costs_its_records():
    # One unit of five records, or three of one each, would do.
    case = reach((0, 0, 0, 3), (0, 1, 0, 1), (0, 2, 0, 1), (0, 3, 0, 1))
    assert sorted(shortest(case, 3.0, [5, 1, 1, 1], figures=1).units.tolist()) == [1, 2, 3]
    assert shortest(case, 3.0, [2, 1, 1, 1], figures=1).units.tolist() == [0]


def test_figures_within_their_tolerance_need_nothing_and_some_are_beyond_help():
    case = reach((0, 0, 0.5, 0.5), (1, 1, np.nan, 1), (2, 2, 1, 1))
    found = shortest(case, np.array([0.5, 9, -1, np.nan]), [1, 1, 1], figures=4)
    assert found.units.tolist() == []
    assert found.safe.tolist() == [2]
    assert found.beyond.tolist() == [False, True, True, False]
    assert found.lower_bound == 0


@pytest.mark.parametrize("method", ["highs", "subgradient"])
def test_lists_lie_between_the_bound_and_not_far_above_the_optimum(
    method: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    if method == "subgradient":
        monkeypatch.setattr(cover, "_MOST_FOR_HIGHS", 0)
    rng = np.random.default_rng(40)
    subsets = np.array(list(product([0, 1], repeat=11)))
    optima, lists, bounds = [], [], []
    for _ in range(60):
        figures = int(rng.integers(1, 5))
        case = random_reach(rng, figures, 11, 3)
        records = rng.integers(1, 4, 11)
        allowed = rng.choice([1, 3, 6, 9], figures)
        found = shortest(case, allowed, records, figures=figures)
        assert (left_over(case, found.units, figures) <= allowed + 1e-9).all()
        matrix = np.zeros((2, figures, 11))
        matrix[0, case.figure, case.unit], matrix[1, case.figure, case.unit] = case.down, case.up
        remaining = np.einsum("dfu,su->sdf", matrix, 1 - subsets)
        suffices = (remaining <= allowed + 1e-9).all(axis=(1, 2))
        optima.append(int((subsets @ records)[suffices].min()))
        lists.append(int(records[found.units].sum()))
        bounds.append(found.lower_bound)
        assert bounds[-1] <= optima[-1] <= lists[-1]
    with capsys.disabled():
        print(
            f"\n{method}: optimum {sum(optima)} records over 60 cases, lists {sum(lists)}, "
            f"lower bounds {sum(bounds)}; optimal in {sum(np.equal(optima, lists))} cases"
        )
    assert sum(lists) <= 1.03 * sum(optima)
    assert sum(bounds) >= 0.85 * sum(optima)


def test_a_prefix_achieves_what_it_says():
    rng = np.random.default_rng(41)
    case = random_reach(rng, 30, 400, 4)
    allowed = rng.uniform(0, 12, 30)
    records = rng.integers(1, 3, 400)
    found = shortest(case, allowed, records, figures=30)
    assert found.lower_bound <= found.records[-1] <= 1.05 * found.lower_bound
    assert found.records.tolist() == np.cumsum(records[found.units]).tolist()
    for length in (0, 1, len(found.units) // 2, len(found.units) - 1, len(found.units)):
        within = (left_over(case, found.units[:length], 30) <= allowed + 1e-9).all(axis=0)
        assert found.safe[length] == within.sum()
    assert found.safe[-1] == 30
    again = shortest(case, allowed, records, figures=30)
    assert again.units.tolist() == found.units.tolist()


def test_no_unit_of_a_list_is_superfluous():
    rng = np.random.default_rng(42)
    case = random_reach(rng, 12, 120, 4)
    found = shortest(case, 6.0, np.ones(120), figures=12)
    for unit in found.units:
        assert (left_over(case, found.units[found.units != unit], 12) > 6 + 1e-9).any()


def test_ill_formed_input_is_refused():
    with pytest.raises(ValueError, match="records: expected 1 or more"):
        shortest(reach((0, 0, 1, 1)), 1, [0], figures=1)
    with pytest.raises(ValueError, match="unit: expected numbers below 1"):
        shortest(reach((0, 1, 1, 1)), 1, [1], figures=1)
