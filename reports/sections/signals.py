"""Signals in monthly series: control charts of a collection as a whole, and the places whose months stand out."""

from __future__ import annotations

import pandas as pd

from reports import periods
from reports.blocks import Block, Chart, Column, Table
from reports.cells import figure_cell
from reports.charts import control_chart
from reports.margins import margin
from reports.sections.hospital import facility
from reports.wording import measure

TABLE = "control_charts"
LAST = "_centre_line"
# What months say little without: fewer than these have no control limits, and are a line at most.
FEWEST_MONTHS = 12
FEWEST_SHOWN = 0.6
LATEST = 15


def controlled(figures: pd.DataFrame, name: str) -> pd.DataFrame:
    """The months of a measure with their centre line and limits, as `control_chart` takes them; empty without limits.

    Beside the columns of the figures: `label`, `centre`, `lower_limit`, `upper_limit`, `phase`, `signal`.
    """
    months = margin(figures, TABLE, name)
    lines = margin(figures, TABLE, f"{name}{LAST}")
    rows = _with_limits(months, lines)
    shown = rows["value"].notna() & rows["upper_limit"].notna()
    says = shown.sum() >= max(FEWEST_MONTHS, FEWEST_SHOWN * len(rows)) and (rows["value"] > 0).any()
    return rows if says else rows.head(0)


def control(figures: pd.DataFrame, name: str, source: str) -> Chart | None:
    """The control chart of a measure of the collection as a whole; None where most months are hidden or too few."""
    rows = controlled(figures, name)
    if rows.empty:
        return None
    words = measure(name)
    loud = rows[rows["signal"].notna()]
    found = f"{len(loud)} of {len(rows)} months give a signal" if len(loud) else f"no signal in {len(rows)} months"
    return Chart(
        title=f"{words.title} by month: {found}",
        figure=control_chart(rows, kind=words.kind, axis=words.axis),
        summary=f"Control chart of {words.title.lower()} over {len(rows)} months with its centre line and limits of"
        f" three standard deviations; {found}{': ' + ', '.join(loud['label']) if 0 < len(loud) <= LATEST else ''}.",
        source=source,
        table=_table(rows, words.title),
        note="A signal (diamond) is a month outside the limits, or in a run or slope that chance seldom makes. It asks"
        f" for a look; it is no verdict.{_unsure(rows)}",
        is_half=True,
    )


def signals_of_places(figures: pd.DataFrame, names: tuple[str, ...]) -> list[Block]:
    """The months of facilities that give a signal, the latest first; empty where there are none."""
    parts = [
        _with_limits(
            margin(figures, TABLE, name, "facility_id"), margin(figures, TABLE, f"{name}{LAST}", "facility_id")
        )
        for name in names
    ]
    rows = pd.concat(parts)
    rows = rows[rows["signal"].notna() & rows["value"].notna()]
    if rows.empty:
        return []
    rows = rows.sort_values(["period_start", "facility_id", "measure"], ascending=[False, True, True], kind="stable")
    body = [
        [row["label"], facility(row["facility_id"]), measure(row["measure"]).title, figure_cell(row),
         figure_cell({**row, "value": row["centre"], "lower": None, "upper": None}), row["signal"]]
        for row in rows.to_dict("records")
    ]  # fmt: skip
    columns = [
        Column("Month"), Column("Facility"), Column("Measure"), Column("Figure", is_number=True),
        Column("Centre line", is_number=True), Column("Signal", is_prose=True),
    ]  # fmt: skip
    more = f" The latest {LATEST} are here; all {len(body)} are in tables.xlsx." if len(body) > LATEST else ""
    return [
        Table(
            title="Months of facilities that give a signal",
            columns=columns,
            rows=body[:LATEST],
            rows_of_workbook=body[LATEST:],
            note=f"Against the centre line and limits of each facility's own months.{more}",
        )
    ]


def _unsure(rows: pd.DataFrame) -> str:
    """In which months open flags could make or unmake a signal, as the end of a note; empty where in none."""
    unsure = list(rows["label"][rows["flips"].notna()])
    if not unsure:
        return ""
    months = f"{len(unsure)} of {len(rows)} months{': ' + ', '.join(unsure) if len(unsure) <= LATEST else ''}"
    return f" Open flags with named targets could make or unmake a signal in {months}."


def _with_limits(months: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    """Months joined with their centre lines, in order of time; a hidden month has no signal."""
    keys = ["facility_id", "period_start"]
    limits = lines[[*keys, "value", "lower", "upper", "signal", "flips"]].rename(
        columns={"value": "centre", "lower": "lower_limit", "upper": "upper_limit"}
    )
    rows = months.drop(columns=["signal", "flips"]).merge(limits, on=keys, how="inner").sort_values(keys, kind="stable")
    rows = rows.assign(label=periods.labels(rows), phase=0)
    return rows.assign(signal=rows["signal"].where(rows["value"].notna()))


def _table(rows: pd.DataFrame, title: str) -> Table:
    body = [
        [row["label"], figure_cell({**row, "lower": None, "upper": None}),
         *[figure_cell({**row, "value": row[end], "lower": None, "upper": None}) if row["value"] == row["value"] else ""
           for end in ("lower_limit", "centre", "upper_limit")],
         row["signal"] if isinstance(row["signal"], str) else ""]
        for row in rows.to_dict("records")
    ]  # fmt: skip
    columns = [Column("Month"), Column(title, is_number=True)]
    columns += [Column(name, is_number=True) for name in ("Lower limit", "Centre line", "Upper limit")]
    return Table(title=title, columns=[*columns, Column("Signal")], rows=body)
