"""Bounds that do not hold what they promise are found, and how loose outer ones are is counted."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.influence.looseness import COLUMNS, held, table


def tried(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=COLUMNS)


def test_widths_are_summed_by_measure_and_kind():
    rows = held(
        tried(
            ("deaths", "exact", 1, 5, 1, 5),
            ("life_expectancy", "outer", 70, 80, 71, 79),
            ("life_expectancy", "outer", 60, 62, 60, 62),
        )
    )
    assert rows == [("deaths", "exact", 1, 1, 4, 4), ("life_expectancy", "outer", 2, 1, 12, 10)]
    assert [line.split() for line in table([*rows, *rows])[1:]] == [
        ["deaths", "exact", "2", "100%", "1.000"],
        ["life_expectancy", "outer", "4", "50%", "1.200"],
    ]


def test_bounds_that_are_left_fail():
    with pytest.raises(AssertionError, match="bounds are left"):
        held(tried(("life_expectancy", "outer", 70, 80, 69, 79)))


def test_exact_bounds_that_are_not_attained_fail():
    with pytest.raises(AssertionError, match="not attained"):
        held(tried(("deaths", "exact", 1, 5, 2, 5)))
