"""Bounds beside what brute force attains: held to what they promise, and how loose the outer ones are, printed.

A test tries all resolutions of small cases and gives what it found to the fixture `hold_bounds`; after the last test
one table says by measure how many figures had both bounds attained, and how wide they are for what is attained.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import numpy as np
import pandas as pd
import pytest

PROPERTY = "looseness"
COLUMNS = ["measure", "bound_kind", "low", "high", "least", "greatest"]

# What rounding leaves of equal sums.
_ROUNDING = 1e-9

# Measure, kind of bounds, figures, those with both ends attained, width of all bounds, width of all that is attained.
Row = tuple[str, str, int, int, float, float]


def held(tried: pd.DataFrame) -> list[Row]:
    """Assert that bounds contain what is attained, and are attained where they are exact; sums by measure and kind.

    One row a figure and pair of bounds: `measure`, `bound_kind`, the bounds `low` and `high`, and `least` and
    `greatest`, the extremes over all resolutions.
    """
    tried = tried[COLUMNS].reset_index(drop=True)
    slack = _ROUNDING * (1 + tried[["least", "greatest"]].abs().max(axis=1))
    is_left = ~((tried["low"] <= tried["least"] + slack) & (tried["greatest"] - slack <= tried["high"]))
    assert tried[is_left].empty, f"bounds are left:\n{tried[is_left]}"
    is_attained = (tried["least"] - tried["low"] <= slack) & (tried["high"] - tried["greatest"] <= slack)
    loose = tried[~is_attained & (tried["bound_kind"] == "exact")]
    assert loose.empty, f"exact bounds are not attained:\n{loose}"
    return [
        (measure, kind, len(rows), int(is_attained[rows.index].sum()), *map(float, _widths(rows)))
        for (measure, kind), rows in tried.groupby(["measure", "bound_kind"])
    ]


def _widths(rows: pd.DataFrame) -> tuple[float, float]:
    return (rows["high"] - rows["low"]).sum(), (rows["greatest"] - rows["least"]).sum()


def table(rows: Iterable[Row]) -> list[str]:
    """The lines of the table, one a measure and kind of bounds, of all rows of all tests."""
    sums: dict[tuple[str, str], np.ndarray] = defaultdict(lambda: np.zeros(4))
    for measure, kind, *numbers in rows:
        sums[measure, kind] += numbers
    lines = [f"{'measure':<44} {'bounds':<12} {'figures':>8} {'attained':>9} {'width / attained':>17}"]
    for (measure, kind), (figures, attained, width, reached) in sorted(sums.items()):
        wider = f"{width / reached:.3f}" if reached else "-"
        lines.append(f"{measure:<44} {kind:<12} {figures:>8.0f} {attained / figures:>9.0%} {wider:>17}")
    return lines


def print_table(reporter: pytest.TerminalReporter) -> None:
    """Print the table of what the tests of a session held, if any did."""
    rows = [
        row
        for reports in reporter.stats.values()
        for report in reports
        for name, value in getattr(report, "user_properties", ())
        if name == PROPERTY
        for row in value
    ]
    if rows:
        reporter.write_sep("-", "bounds, and what brute force attains")
        for line in table(rows):
            reporter.write_line(line)
