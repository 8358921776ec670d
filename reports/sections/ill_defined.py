"""Ill-defined causes of death: what the leading causes would be if such deaths were of others, side by side."""

from __future__ import annotations

import pandas as pd

from reports import numbers
from reports.blocks import Amount, Block, Cell, Column, Mark, Table, Text
from reports.margins import margin
from reports.periods import Focus
from reports.released import Warehouse

TABLES = ("deaths_by_113_causes", "deaths_by_chapter")
MOST_CAUSES = 15

_REDISTRIBUTED = """
select figure_id, deaths, ill_defined, ill_records, records, all_ill_defined, all_ill_records, spread, least, greatest
from influence.redistributed
where table_id = ?
"""


def redistributed(
    warehouse: Warehouse, figures: pd.DataFrame, focus: Focus | None, ranked: frozenset[str]
) -> list[Block]:
    """Deaths by cause in a period with ill-defined causes left alone, spread in proportion, and at their worst.

    `ranked` are the causes that are ranked, where the table has such; subtotals and remainders are left out then. A
    row is shown only where no two of its columns differ by few records. Empty without deaths by cause.
    """
    if focus is None:
        return []
    for table_id in TABLES:
        rows = focus.period.of(margin(figures, table_id, "deaths"))
        rows = rows.merge(warehouse.table(_REDISTRIBUTED, [table_id]), on="figure_id", suffixes=("", "_all"))
        if len(rows):
            return _blocks(warehouse, rows, ranked, focus.period.name)
    return []


def _blocks(warehouse: Warehouse, rows: pd.DataFrame, ranked: frozenset[str], period: str) -> list[Block]:
    version = rows.groupby("scheme_version")["deaths"].sum().sort_values(kind="stable").index[-1]
    rows = rows[rows["scheme_version"] == version]
    ill, records = float(rows["all_ill_defined"].iloc[0]), int(rows["all_ill_records"].iloc[0])
    if records == 0:
        return [Text(f"No death of {period} has an ill-defined underlying cause that an open flag names.")]
    if warehouse.hides(records):
        return [Text(f"Few deaths of {period} have an ill-defined underlying cause: fewer than may be shown.")]
    rows = rows[rows["cause"].isin(ranked)] if rows["cause"].isin(ranked).any() else rows
    shown = rows[rows["value"].notna() & (rows["value"] > 0)]
    shown = shown.sort_values(["value", "cause"], ascending=[False, True]).head(MOST_CAUSES)
    if shown.empty:
        return []
    return [
        Table(
            title=f"What if ill-defined causes of death were something else, {period}?",
            columns=[
                Column("Code", is_code=True), Column("Cause of death"), Column("Left alone, as coded", is_number=True),
                Column("Of these ill-defined", is_number=True), Column("Spread in proportion", is_number=True),
                Column("At their worst", is_number=True),
            ],
            rows=[_row(warehouse, row) for row in shown.to_dict("records")],
            note=f"The published figures are those as coded. The underlying cause of {numbers.number(ill)} deaths says"
            " too little: it is ill-defined, cannot be underlying, or names a mechanism only. Spread: each over the"
            " causes of the well-defined deaths of its age and sex, in proportion. At their worst: none of them, or all"
            " of them, were of this cause.",
        )
    ]  # fmt: skip


def _row(warehouse: Warehouse, row: dict) -> list[Cell]:
    of_cause, of_others = row["ill_records"], row["all_ill_records"] - row["ill_records"]
    few = any(warehouse.hides(count) for count in (of_cause, of_others, row["records_all"] - of_cause))
    hidden = Mark(numbers.HIDDEN.symbol, numbers.HIDDEN.name)
    worst = f"{numbers.number(row['least'])} to {numbers.number(row['greatest'])}"
    return [
        str(row["cause"]), str(row["cause_title"]), _count(row["value"]),
        hidden if few else _count(row["ill_defined"]), hidden if few else _count(row["spread"]),
        hidden if few else Amount(worst),
    ]  # fmt: skip


def _count(value: float) -> Amount:
    return Amount(numbers.number(value), number=float(value))
