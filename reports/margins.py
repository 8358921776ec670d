"""Pick from a collection's released figures the margin that a chart or table shows."""

from __future__ import annotations

import pandas as pd

DIMENSIONS = ("facility_id", "area", "sex", "age_band", "stratum")
ALL = "all"
# Rows of a grouping that are no cause: they are told apart from causes and never ranked among them.
NOT_CAUSES = ("all", "unmapped", "other_system", "unknown")


def margin(figures: pd.DataFrame, table_id: str, measure: str, *dimensions: str) -> pd.DataFrame:
    """Figures of a table and measure that are split by just these dimensions, over all periods and causes."""
    of_table = figures[(figures["table_id"] == table_id) & (figures["measure"] == measure)]
    chosen = pd.Series(True, index=of_table.index)
    for name in DIMENSIONS:
        split = of_table[name].notna()
        chosen &= split if name in dimensions else ~split
    return of_table[chosen]


def age_order(band: str) -> tuple[int, str]:
    """Sort key of an age band: by its first age; `unknown` last."""
    digits = band.split("-")[0].rstrip("+")
    return (int(digits), band) if digits.isdigit() else (10_000, band)


def by_age(figures: pd.DataFrame) -> pd.DataFrame:
    """Rows in order of age."""
    order = figures["age_band"].map(age_order)
    return figures.assign(_order=order).sort_values("_order", kind="stable").drop(columns="_order")
