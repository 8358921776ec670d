"""Dots with intervals against a reference: how places or ages differ."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from reports.charts import style
from reports.charts.rows import hover, prepared, whiskers


def interval_dots(
    table: pd.DataFrame, *, kind: str, axis: str, reference: float | None = None, reference_label: str = "All"
) -> go.Figure:
    """A dot and its interval for each row, the first at the top, and a line at the figure for all.

    `table`: `label`, `value`, `lower`, `upper`, `status`. `reference` is in the unit of `value`. Dots whose interval
    holds the reference are grey, the others in colour; a provisional dot is hollow; a hidden one is its mark.
    """
    rows = prepared(table, kind)
    chart = style.figure(height=200, margin={"r": 84, "t": 24})
    line = None if reference is None else reference * (100 if kind == "share" else 1)
    place = list(range(len(rows)))
    apart = [line is not None and bool(row.lower > line or row.upper < line) for row in rows.itertuples()]
    tint = [style.MATTERS if strong or line is None else style.REST for strong in apart]
    provisional = rows["status"] == "provisional"
    chart.add_scatter(
        x=rows["value"],
        y=place,
        mode="markers",
        marker={
            "size": 10,
            "symbol": ["diamond" if strong else "circle" for strong in apart],
            "color": [style.PAPER if hollow else colour for hollow, colour in zip(provisional, tint, strict=True)],
            "line": {"color": tint, "width": 1.6},
        },
        error_x=whiskers(rows),
        **hover(rows),
    )
    ends = rows[["value", "upper"]].max(axis=1)
    low, high = _span(rows, line)
    chart.add_scatter(
        x=ends.fillna(low),
        y=place,
        mode="text",
        text=[f"&nbsp;&nbsp;{text}" for text in rows["written"]],
        textposition="middle right",
        textfont={"color": [style.INK if shown else style.SOFT_INK for shown in rows["shown"]]},
        cliponaxis=False,
        hoverinfo="skip",
    )
    if line is not None:
        chart.add_vline(x=line, line={"color": style.SOFT_INK, "width": 1.2, "dash": "dash"})
        chart.add_annotation(
            x=line, y=1, yref="paper", yanchor="bottom", showarrow=False, text=style.plain(reference_label),
            font={"color": style.SOFT_INK},
        )  # fmt: skip
    chart.update_xaxes(range=[low, high], title_text=style.plain(axis), nticks=7)
    labels = [(row.label, None) for row in rows.itertuples()]
    style.label_rows(chart, labels, row_height=30, narrow_row_height=50)
    return chart


def _span(rows: pd.DataFrame, line: float | None) -> tuple[float, float]:
    """The range of the axis: all intervals and the reference with some room. Dots, unlike bars, need no zero."""
    ends = [*rows[["value", "lower", "upper"]].to_numpy().ravel(), *([] if line is None else [line])]
    known = [float(end) for end in ends if end == end]
    if not known:
        return 0.0, 1.0
    room = (max(known) - min(known)) * 0.12 or max(known) * 0.1 or 1.0
    return max(0.0, min(known) - room) if min(known) >= 0 else min(known) - room, max(known) + room
