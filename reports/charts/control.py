"""Control charts: which periods show more than the usual play of chance."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from reports import numbers
from reports.charts import style
from reports.charts.rows import hover, prepared
from reports.charts.trends import mark_breaks, time_span, time_ticks


def control_chart(
    table: pd.DataFrame, *, kind: str, axis: str, breaks: Sequence[tuple[dt.date, str]] = ()
) -> go.Figure:
    """A point a period with its centre line and control limits, and a mark for each signal.

    `table`: `period_start` (date), `label`, `value`, `status`, `centre`, `lower_limit`, `upper_limit`, `phase` (a new
    number where the centre line begins anew) and `signal` (the rule that speaks, in words; null for none), in order of
    time, a row a period. Signals are filled diamonds, other points small circles; a hidden point leaves a gap.
    """
    rows = prepared(table.assign(lower=None, upper=None), kind)
    for name in ("centre", "lower_limit", "upper_limit"):
        rows[name] = [numbers.scaled(value, kind) for value in table[name]]
    rows["hover"] = [
        f"{row.hover}; {style.plain(row.signal)}" if isinstance(row.signal, str) else row.hover
        for row in rows.itertuples()
    ]
    chart = style.figure(height=270, margin={"l": 54, "r": 60, "t": 16, "b": 30})
    when = pd.to_datetime(rows["period_start"]).dt.strftime("%Y-%m-%d")
    for phase in sorted(set(rows["phase"])):
        own = rows["phase"] == phase
        for name, dash in (("upper_limit", "dash"), ("lower_limit", "dash"), ("centre", "solid")):
            chart.add_scatter(
                x=when[own], y=rows.loc[own, name], mode="lines", hoverinfo="skip",
                line={"color": style.REST, "width": 1.2, "dash": dash, "shape": "hvh"},
            )  # fmt: skip
        chart.add_scatter(
            x=when, y=rows["value"].where(own), mode="lines", connectgaps=False, hoverinfo="skip",
            line={"color": style.SECOND, "width": 1.4},
        )  # fmt: skip
    speaks = rows["signal"].map(lambda signal: isinstance(signal, str)).tolist()
    chart.add_scatter(
        x=when, y=rows["value"], mode="markers", **hover(rows),
        marker={
            "size": [10 if loud else 5 for loud in speaks],
            "symbol": ["diamond" if loud else "circle" for loud in speaks],
            "color": [style.MATTERS if loud else style.SECOND for loud in speaks],
        },
    )  # fmt: skip
    mark_breaks(chart, breaks)
    _label_lines(chart, rows, when)
    known = rows[["value", "upper_limit", "lower_limit"]].stack()
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    room = (high - low) * 0.12 or abs(high) * 0.1 or 1.0
    chart.update_yaxes(range=[max(0.0, low - room) if low >= 0 else low - room, high + room], nticks=6)
    chart.update_yaxes(title_text=style.plain(axis), ticksuffix="%" if kind == "share" else "", separatethousands=True)
    chart.update_xaxes(type="date", range=time_span(rows), showgrid=False, showline=True, tickangle=0)
    chart.update_xaxes(**time_ticks(rows))
    return chart


def _label_lines(chart: go.Figure, rows: pd.DataFrame, when: pd.Series) -> None:
    """What the lines are, at their ends."""
    for name, text in (("upper_limit", "upper"), ("centre", "centre"), ("lower_limit", "lower")):
        known = rows[name].dropna()
        if len(known):
            chart.add_annotation(
                x=when[known.index[-1]], y=known.iloc[-1], text=text, xanchor="left", xshift=6, showarrow=False,
                font={"color": style.SOFT_INK, "size": 11},
            )  # fmt: skip
