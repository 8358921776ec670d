"""The worked example of docs/influence.md: every number in it is what the methods give."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.influence.resolutions import moves
from transforms.influence.methods.bounds import bounds, single_changes
from transforms.influence.methods.chances import prior
from transforms.influence.methods.changed import changed_records, fewest_between
from transforms.influence.methods.expected import Outcomes, simulate
from transforms.influence.methods.verdict import verdicts
from transforms.measures.methods.proportion import wilson

PAGE = Path(__file__).parents[2] / "docs" / "influence.md"
STROKES, DEATHS = 200.0, 20.0

# Of each flagged record what it adds to deaths and to stays: as coded nothing.
FLAGGED = moves(
    # A: one of two copies goes, the one or the other.
    (0, 1, 0, 1, 0, 0), (0, 1, 0, 2, 0, 0), (0, 1, 1, 1, -1, -1), (0, 1, 1, 2, 0, 0), (0, 1, 2, 1, 0, 0),
    (0, 1, 2, 2, -1, -1),
    # B: one that died, three that did not.
    (0, 2, 0, 3, 0, 0), (0, 2, 0, 3, -1, -1),
    (0, 3, 0, 4, 0, 0, True, 3), (0, 3, 0, 4, 0, -1, True, 3),
    # C: two that died, one that did not.
    (0, 4, 0, 5, 0, 0, True, 2), (0, 4, 0, 5, 1, 1, True, 2),
    (0, 5, 0, 6, 0, 0), (0, 5, 0, 6, 0, 1),
    # D: any disease.
    (0, 6, 0, 7, 0, 0, True, 6), (0, 6, 0, 7, 0, 1, False, 6),
)  # fmt: skip


@pytest.fixture(scope="module")
def page() -> str:
    return PAGE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def limits():
    return bounds([DEATHS], [STROKES], FLAGGED, multiplier=100)


def test_bounds(page, limits):
    found = [100 * 18 / 199, 100 * 22 / 199, 100 * 18 / 205, 100 * 22 / 199]
    assert [ends[0] for ends in vars(limits).values()] == pytest.approx(found, rel=1e-14)
    assert "18 of 199. That is **9.0 %**" in page
    assert "22 of 199. That is **11.1 %**" in page
    assert "18 of 205, **8.8 %**" in page
    assert [f"{number:.1f}" for number in found[:3]] == ["9.0", "11.1", "8.8"]


def test_without_flagged_records(page):
    assert f"17 of 194, **{100 * (DEATHS - 2 - 1) / (STROKES - 2 - 4):.1f} %**" in page


def test_interval_and_verdict(page, limits):
    low, high = (100 * float(np.squeeze(limit)) for limit in wilson([DEATHS / STROKES], [STROKES], 0.95))
    assert f"**10.0 %** (95 % interval {low:.1f} to {high:.1f} %)" in page
    half = (high - low) / 2
    assert f"The interval is {half:.1f} points wide on either side" in page
    assert f"the bounds reach {limits.bound_high[0] - 10:.1f} points up: **robust**" in page
    ends = {"bound_low": limits.bound_low, "bound_high": limits.bound_high}
    found = verdicts([10.0], [half], **ends, expected_low=limits.bound_low, expected_high=limits.bound_high)
    assert found[0] == "robust"


def test_expected_number_of_strokes(page):
    beliefs = [prior("warns").mean, prior("blocks").mean]
    assert beliefs == [0.5, 0.9]
    outcomes = Outcomes(figure=[0, 0], record=[1, 2], rule=[0, 1], dn=[-1, 1], dd=[0, 0], share=[1, 0.5], count=[4, 3])
    chances = np.array(beliefs)[:, None] * np.ones((1, 400))
    found = simulate([STROKES], [1], outcomes, chances, fixed_denominator=[True])
    assert found.expected[0] == pytest.approx(199.35)
    assert "200 \N{MINUS SIGN} 4 \N{MULTIPLICATION SIGN} 0.5" in page
    assert "= **199.35**" in page


def test_single_records(page):
    alone = single_changes([DEATHS], [STROKES], FLAGGED, multiplier=100)
    changes = dict(zip(alone.unit.tolist(), zip(alone.low, alone.high, strict=True), strict=True))
    assert f"19 of 199, down by **{-changes[2][0]:.2f}** points" in page
    assert f"21 of 201, up by **{changes[4][1]:.2f}**" in page
    assert f"20 of 199, up by **{changes[3][1]:.2f}**" in page


def test_few_records_lie_between(limits):
    changed = changed_records([DEATHS], [STROKES], FLAGGED, limits, multiplier=100)
    # Least: A and the death of B go, the survivor of C comes.
    assert changed[0, :, 0].tolist() == [2, 3]
    fewest = fewest_between(changed, np.array([[20], [200]]), np.array([[3], [6]]))
    assert 0 < fewest.bound[0] < 11
