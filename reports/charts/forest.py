"""Forest plots: standardised ratios of many places on one scale, with what each weighs."""

from __future__ import annotations

import math

import pandas as pd
import plotly.graph_objects as go

from reports.charts import style
from reports.charts.rows import hover, prepared, whiskers

SMALLEST, LARGEST = 6.0, 18.0
FINE = (10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120, 130, 150, 170, 200, 250, 300, 400, 500, 1000)
MIDDLE = (1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500, 700, 1000, 2000, 3000, 5000)
COARSE = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)


def forest(table: pd.DataFrame, *, axis: str, reference: float = 100.0) -> go.Figure:
    """A square and its interval for each place on a logarithmic scale, the first at the top.

    `table`: `label`, `value`, `lower`, `upper` (ratios times 100), `weight` (expected events; null for none) and
    `status`. The side of a square grows with the root of its weight, so that its area shows how much it says. Ratios
    whose interval holds the reference are grey, the others in colour and filled; a ratio of 0 stands at the edge.
    """
    rows = prepared(table, "mean")
    least = _least(rows)
    drawn = rows.assign(**{name: rows[name].clip(lower=least) for name in ("value", "lower", "upper")})
    apart = [bool(row.lower > reference or row.upper < reference) for row in rows.itertuples()]
    tint = [style.MATTERS if strong else style.REST for strong in apart]
    chart = style.figure(height=200, margin={"r": 96, "t": 18})
    place = list(range(len(rows)))
    chart.add_scatter(
        x=drawn["value"], y=place, mode="markers", error_x=whiskers(drawn), **hover(rows),
        marker={
            "symbol": "square", "size": _sides(rows["weight"]), "line": {"color": tint, "width": 1.4},
            "color": [colour if strong else style.PAPER for strong, colour in zip(apart, tint, strict=True)],
        },
    )  # fmt: skip
    known = [float(end) for end in drawn[["lower", "upper", "value"]].to_numpy().ravel() if end == end] + [reference]
    low, high = min(known) / 1.15, max(known) * 1.15
    chart.add_scatter(
        x=[high] * len(rows), y=place, mode="text", text=[f"&nbsp;{text}" for text in rows["written"]],
        textposition="middle right", cliponaxis=False, hoverinfo="skip",
        textfont={"color": [style.INK if shown else style.SOFT_INK for shown in rows["shown"]]},
    )  # fmt: skip
    chart.add_vline(x=reference, line={"color": style.SOFT_INK, "width": 1.2, "dash": "dash"})
    marks = FINE if high / low < 3 else MIDDLE if high / low < 20 else COARSE
    ticks = [tick for tick in marks if low <= tick <= high]
    chart.update_xaxes(
        type="log", range=[math.log10(low), math.log10(high)], tickmode="array", tickvals=ticks,
        ticktext=[f"{tick:,}" for tick in ticks], title_text=style.plain(axis), tickangle=0,
    )  # fmt: skip
    style.label_rows(chart, [(row.label, None) for row in rows.itertuples()], row_height=30, narrow_row_height=50)
    return chart


def _least(rows: pd.DataFrame) -> float:
    """What stands for 0 on the logarithmic scale: half of the least number above it."""
    above = [value for value in rows[["value", "lower", "upper"]].to_numpy().ravel() if value > 0]
    return min(above, default=1.0) / 2


def _sides(weights: pd.Series) -> list[float]:
    largest = weights.max()
    if not largest > 0:
        return [SMALLEST + 3] * len(weights)
    return [SMALLEST + (LARGEST - SMALLEST) * math.sqrt(max(w, 0) / largest) if w == w else SMALLEST for w in weights]
