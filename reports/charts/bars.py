"""Ranked bars: the leading causes, each with its interval."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from reports.charts import style
from reports.charts.rows import hover, prepared, reach, whiskers

# How far below the middle of a bar the line of its bounds lies, in bars.
BELOW = 0.42


def ranked_bars(table: pd.DataFrame, *, kind: str, axis: str, highlight: int = 0) -> go.Figure:
    """Horizontal bars in the order of the table, the first at the top.

    `table`: `label`, `code` (null for none), `value`, `lower`, `upper`, `status`; one row a bar. The first
    `highlight` bars are in colour, the rest in grey; 0 colours all. A provisional bar is hollow; a hidden one is its
    mark and no bar. A bar below zero runs to the left. A thin line below a bar runs from its `bound_low` to its
    `bound_high`, where the table has them: where open flags could put it.
    """
    rows = prepared(table, kind)
    chart = style.figure(height=200, margin={"r": 84})
    place = list(range(len(rows)))
    emphasised = [highlight == 0 or row < highlight for row in place]
    tint = [style.MATTERS if strong else style.REST_FILL for strong in emphasised]
    provisional = rows["status"] == "provisional"
    chart.add_bar(
        x=rows["value"],
        y=place,
        orientation="h",
        width=0.62,
        marker={
            "color": [style.PAPER if hollow else colour for hollow, colour in zip(provisional, tint, strict=True)],
            "line": {"color": tint, "width": 1},
        },
        error_x=whiskers(rows),
        **hover(rows),
    )
    movable = reach(rows)
    for row in movable.itertuples():
        chart.add_scatter(
            x=[row.bound_low, row.bound_high], y=[row.Index + BELOW] * 2, mode="lines+markers", hoverinfo="skip",
            line={"color": style.INK, "width": 1}, marker={"symbol": "line-ns-open", "size": 6, "color": style.INK},
        )  # fmt: skip
    below = rows["value"] < 0
    least, greatest = rows[["value", "lower"]].min(axis=1), rows[["value", "upper", "bound_high"]].max(axis=1)
    ends = greatest.where(~below, least).fillna(0)
    chart.add_scatter(
        x=ends,
        y=place,
        mode="text",
        text=[f"{text}&nbsp;" if left else f"&nbsp;{text}" for text, left in zip(rows["written"], below, strict=True)],
        textposition=[f"middle {'left' if left else 'right'}" for left in below],
        textfont={"color": [style.INK if shown else style.SOFT_INK for shown in rows["shown"]]},
        cliponaxis=False,
        hoverinfo="skip",
    )
    chart.update_xaxes(range=_span(ends), title_text=style.plain(axis), nticks=7, tickformat=",")
    if below.any():
        chart.add_vline(x=0, line={"color": style.REST, "width": 1})
    labels = [(row.label, getattr(row, "code", None)) for row in rows.itertuples()]
    style.label_rows(chart, labels, row_height=30, narrow_row_height=52)
    return chart


def _span(ends: pd.Series) -> list[float]:
    """From zero to the longest bar; where bars run to the left, with room for their numbers."""
    low, high = (min(0.0, float(ends.min())), max(0.0, float(ends.max()))) if len(ends) else (0.0, 0.0)
    if low == 0 and high == 0:
        return [0.0, 1.0]
    return [low - (high - low) * 0.14 if low < 0 else 0.0, high * 1.04]
