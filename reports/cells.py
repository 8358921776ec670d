"""Turn figures into cells of tables."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from reports import numbers
from reports.blocks import Amount, Cell, Column, Mark, Table
from reports.wording import measure


def figure_cell(row: Mapping) -> Cell:
    """The number of a figure, with its mark beside it or in its place."""
    kind = measure(row["measure"]).kind
    if mark := numbers.mark_instead(row["status"], row["value"]):
        return Mark(mark.symbol, mark.name)
    limits = [numbers.scaled(row[name], kind) for name in ("lower", "upper")]
    text = numbers.quantity(numbers.scaled(row["value"], kind), kind, numbers.decimals(kind, *limits))
    beside = numbers.mark_beside(row["status"])
    return Amount(text, Mark(beside.symbol, beside.name) if beside else None)


def interval_cell(row: Mapping) -> Cell:
    """The interval of a figure; a mark where the figure is hidden, empty where the measure has none."""
    kind = measure(row["measure"]).kind
    if mark := numbers.mark_instead(row["status"], row["value"]):
        return Mark(mark.symbol, mark.name)
    lower, upper = (numbers.scaled(row[name], kind) for name in ("lower", "upper"))
    if lower is None or upper is None:
        return "no interval"
    places = numbers.decimals(kind, lower, upper)
    return Amount(f"{numbers.quantity(lower, kind, places)} to {numbers.quantity(upper, kind, places)}")


def count_cell(value: float | None, *, is_hidden: bool = False) -> Cell:
    """A whole number, or the mark that stands in its place."""
    if is_hidden:
        return Mark(numbers.HIDDEN.symbol, numbers.HIDDEN.name)
    if numbers.is_missing(value):
        return Mark(numbers.NOT_KNOWN.symbol, numbers.NOT_KNOWN.name)
    return Amount(numbers.count(value), number=float(value))


def share_cell(value: float | None, *, is_hidden: bool = False) -> Cell:
    """A share of 0 to 1 as a percentage; small ones keep a digit that says something."""
    if is_hidden or numbers.is_missing(value):
        return count_cell(value, is_hidden=is_hidden)
    percent = float(value) * 100
    places = 2 if 0 < percent < 1 else 1
    return Amount(numbers.quantity(percent, "share", places), number=float(value), places=places, is_share=True)


def figure_table(rows: pd.DataFrame, title: str, heading: str) -> Table:
    """The figures of one measure, a row each: its `label`, the number and, where any row has one, the interval."""
    records = rows.to_dict("records")
    has_interval = bool(rows["lower"].notna().any())
    columns = [Column(heading), Column(title, is_number=True)]
    if has_interval:
        columns.append(Column("Interval", is_number=True))
    body = [[str(row["label"]), figure_cell(row), *([interval_cell(row)] if has_interval else [])] for row in records]
    return Table(title=title, columns=columns, rows=body)
