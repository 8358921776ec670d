"""Funnel plots: which places differ from a reference by more than their size explains."""

from __future__ import annotations

import math

import pandas as pd
import plotly.graph_objects as go

from reports import numbers
from reports.charts import style
from reports.charts.rows import hover, prepared, reach

# The funnel's limits, from the inner pair to the outer one, with the dash that tells them apart without colour.
PAIRS = (("lower_95", "upper_95", "dash"), ("lower_998", "upper_998", "solid"))
MOST_NAMED = 12


def funnel(
    table: pd.DataFrame, limits: pd.DataFrame, *, kind: str, axis: str, size_axis: str, reference: float
) -> go.Figure:
    """A point for each place by its size, within limits of 95 % and 99.8 % around the reference.

    `table`: `label`, `size`, `value`, `status` and `band` (`within`, `outside_95`, `outside_998`; null for a place that
    is not judged). `limits`: `size`, `lower_95`, `upper_95`, `lower_998`, `upper_998`, in the unit of `value`, in order
    of size, which is above 0 and drawn on a logarithmic scale. Places outside 99.8 % are filled diamonds with their
    names, those outside 95 % hollow diamonds, the others grey; an unreliable one is a cross. A hidden place has no
    point, since its place on the axis would tell its size. An upright line runs from a place's `bound_low` to its
    `bound_high`, where the table has them: where open flags could put it.
    """
    rows = prepared(table.assign(lower=None, upper=None), kind)
    rows = rows[rows["shown"]].reset_index(drop=True)
    chart = style.figure(height=380, margin={"l": 60, "r": 56, "t": 24, "b": 46})
    scaled = limits.assign(
        **{name: [numbers.scaled(value, kind) for value in limits[name]] for name in limits if name != "size"}
    )
    for lower, upper, dash in PAIRS:
        for name in (lower, upper):
            chart.add_scatter(
                x=scaled["size"], y=scaled[name], mode="lines", hoverinfo="skip",
                line={"color": style.REST, "width": 1.2, "dash": dash},
            )  # fmt: skip
    for label, name, above in (("95 %", "lower_95", False), ("99.8 %", "upper_998", True)):
        if len(scaled):
            chart.add_annotation(
                x=math.log10(scaled["size"].iloc[-1]), y=scaled[name].iloc[-1], text=label, showarrow=False,
                xanchor="left", yanchor="bottom" if above else "top", font={"color": style.SOFT_INK, "size": 11},
            )  # fmt: skip
    line = numbers.scaled(reference, kind)
    chart.add_hline(y=line, line={"color": style.SOFT_INK, "width": 1.2})
    for row in reach(rows).itertuples():
        chart.add_scatter(
            x=[row.size] * 2, y=[row.bound_low, row.bound_high], mode="lines+markers", hoverinfo="skip",
            line={"color": style.INK, "width": 1}, marker={"symbol": "line-ew-open", "size": 5, "color": style.INK},
        )  # fmt: skip
    outer, inner = rows["band"] == "outside_998", rows["band"] == "outside_95"
    chart.add_scatter(
        x=rows["size"], y=rows["value"], mode="markers",
        marker={
            "size": [11 if far else 9 if near else 7 for far, near in zip(outer, inner, strict=True)],
            "symbol": [
                "x-thin-open" if status == "unreliable" else "diamond" if far or near else "circle"
                for status, far, near in zip(rows["status"], outer, inner, strict=True)
            ],
            "color": [style.MATTERS if far else style.PAPER if near else style.REST_FILL
                      for far, near in zip(outer, inner, strict=True)],
            "line": {"width": 1.4, "color": [style.MATTERS if far or near else style.REST
                                             for far, near in zip(outer, inner, strict=True)]},
        },
        cliponaxis=False, **hover(rows),
    )  # fmt: skip
    for row in rows[outer].head(MOST_NAMED).itertuples():
        chart.add_annotation(
            x=math.log10(row.size), y=row.value, text=style.wrapped(row.label, width=24, lines=1), showarrow=False,
            xanchor="left", xshift=8, font={"color": style.MATTERS, "size": 11},
        )  # fmt: skip
    places = [rows[name] for name in ("value", "bound_low", "bound_high")]
    shown = pd.concat([*places, scaled["upper_998"].tail(1), scaled["lower_998"].tail(1), pd.Series([line])])
    chart.update_yaxes(range=_span(shown), title_text=style.plain(axis), ticksuffix="%" if kind == "share" else "")
    chart.update_xaxes(type="log", title_text=style.plain(size_axis), tickformat=",", dtick="D2")
    return chart


def _span(values: pd.Series) -> list[float]:
    """From the least to the greatest with some room; limits of tiny places run out of the picture."""
    known = values.dropna()
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    room = (high - low) * 0.15 or abs(high) * 0.1 or 1.0
    return [max(0.0, low - room), high + room]
