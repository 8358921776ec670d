"""Verdicts on figures, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from transforms.influence.methods.verdict import verdicts

# Every value is 100, and 2 are allowed.
CASES = """
bound_low | bound_high | expected_low | expected_high | flips | verdict
100       | 100        | 100          | 100           | 0     | robust
98        | 102        | 99           | 101           | 0     | robust
98        | 102        | 99           | 101           | 1     | sensitive
97.9      | 100        | 98           | 100           | 0     | sensitive
100       | 140        | 100          | 102           | 0     | sensitive
97        | 100        | 97           | 99            | 0     | not_fit
100       | 103        | 101          | 103           | 0     | not_fit
99        | 101        | 97           | 101           | 0     | robust
99        | 101        | 97           | 101           | 1     | not_fit
nan       | 101        | 99           | 101           | 0     | sensitive
nan       | nan        | nan          | nan           | 0     | not_fit
"""


def test_verdicts_are_those_of_the_table():
    head, *lines = ([cell.strip() for cell in line.split("|")] for line in CASES.strip().splitlines())
    columns = dict(zip(head, zip(*lines, strict=True), strict=True))
    numbers = {name: np.array(cells, dtype=float) for name, cells in columns.items() if name != "verdict"}
    found = verdicts(np.full(len(lines), 100.0), 2.0, **(numbers | {"flips": numbers["flips"] > 0}))
    assert found.tolist() == list(columns["verdict"])


def test_without_a_value_there_is_no_verdict_and_without_a_tolerance_nothing_may_move():
    still = {"expected_low": [5, 5, 5], "expected_high": [5, 5, 5]}
    found = verdicts([np.nan, 5, 5], [1, np.nan, np.nan], bound_low=[5, 5, 5], bound_high=[5, 5, 6], **still)
    assert found.tolist() == [None, "robust", "sensitive"]


def test_rounding_does_not_cost_a_verdict():
    value = np.array([0.1 + 0.2])
    edge = {"bound_low": value, "bound_high": [0.4], "expected_low": value, "expected_high": value}
    assert verdicts(value, [0.1], **edge).tolist() == ["robust"]


def test_a_negative_tolerance_is_refused():
    with pytest.raises(ValueError, match="allowed: 1 negative values"):
        verdicts([1.0], [-1.0], bound_low=[1], bound_high=[1], expected_low=[1], expected_high=[1])
