"""Trends: one measure over months or years, with its interval as a band."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from reports.charts import style
from reports.charts.rows import hover, prepared


def trend(table: pd.DataFrame, *, kind: str, axis: str, breaks: Sequence[tuple[dt.date, str]] = ()) -> go.Figure:
    """A line over time from zero, its interval a band; numbers below zero stand beneath a line at zero.

    `table`: `period_start` (date), `label`, `value`, `lower`, `upper`, `status`, in order of time, a row a period. A
    provisional point is hollow and joined by a dashed line, an unreliable one a cross; a hidden or unknown one leaves
    a gap in the line with its mark on the axis. `breaks` are days on which what is counted changed, each with its
    reason in a few words: the line is not drawn across them.
    """
    rows = prepared(table, kind)
    chart = style.figure(height=250, margin={"l": 54, "r": 52, "t": 14, "b": 30})
    when = pd.to_datetime(rows["period_start"]).dt.strftime("%Y-%m-%d")
    provisional = rows["shown"] & (rows["status"] == "provisional")
    firm = rows["value"].where(~provisional)
    phase = phases(rows["period_start"], breaks)
    _band(chart, rows, when, phase)
    said = hover(rows)
    doubtful = (rows["status"] == "unreliable").tolist()
    points = {
        "color": style.MATTERS,
        "size": [7 if doubt else 4 for doubt in doubtful],
        "symbol": ["x-thin-open" if doubt else "circle" for doubt in doubtful],
    }
    for one in sorted(set(phase)):
        chart.add_scatter(
            x=when, y=firm.where(phase == one), mode="lines+markers", connectgaps=False,
            line={"color": style.MATTERS, "width": 2}, marker=points, **said,
        )  # fmt: skip
    mark_breaks(chart, breaks)
    if provisional.any():
        _provisional(chart, rows, when, provisional, said)
    missing = ~rows["shown"]
    if missing.any():
        chart.add_scatter(
            x=when[missing], y=[0] * int(missing.sum()), mode="markers", cliponaxis=False,
            marker={"symbol": "square-open", "size": 8, "color": style.REST, "line": {"width": 1.4}},
            customdata=[entry for entry, absent in zip(said["customdata"], missing, strict=True) if absent],
            hovertemplate=said["hovertemplate"],
        )  # fmt: skip
    _last_label(chart, rows, when)
    chart.update_yaxes(range=_span(rows), nticks=6, title_text=style.plain(axis))
    if (rows[["value", "lower"]].min(axis=1) < 0).any():
        chart.add_hline(y=0, line={"color": style.SOFT_INK, "width": 1})
    chart.update_yaxes(ticksuffix="%" if kind == "share" else "", separatethousands=True)
    chart.update_xaxes(
        type="date", range=time_span(rows), showgrid=False, showline=True, tickangle=0, **time_ticks(rows)
    )
    return chart


def _span(rows: pd.DataFrame) -> list[float]:
    """From zero, or from the lowest limit below it, to the highest, with a little room."""
    top, bottom = rows[["value", "upper"]].max(axis=1).max(), rows[["value", "lower"]].min(axis=1).min()
    high = float(top) if top == top and top > 0 else 0.0 if bottom < 0 else 1.0
    return [float(bottom) * 1.12 if bottom < 0 else 0.0, high * 1.12]


def phases(days: pd.Series, breaks: Sequence[tuple[dt.date, str]]) -> pd.Series:
    """The number of breaks on or before the first day of each period."""
    when = pd.to_datetime(days)
    return sum((when >= pd.Timestamp(day) for day, _ in breaks), start=pd.Series(0, index=days.index)).astype(int)


def mark_breaks(chart: go.Figure, breaks: Sequence[tuple[dt.date, str]]) -> None:
    """A dotted line at each break, with its reason at the top."""
    for place, (day, reason) in enumerate(sorted(breaks)):
        chart.add_vline(x=str(day), line={"color": style.SOFT_INK, "width": 1, "dash": "dot"})
        chart.add_annotation(
            x=str(day), y=1, yref="paper", yanchor="top", yshift=-14 * (place % 3), xanchor="left", xshift=3,
            showarrow=False, text=style.wrapped(reason, width=28, lines=1), font={"color": style.SOFT_INK, "size": 11},
        )  # fmt: skip


def _band(chart: go.Figure, rows: pd.DataFrame, when: pd.Series, phase: pd.Series) -> None:
    """The interval, a closed band for each run of points of a phase; a point that stands alone has a whisker."""
    has_interval = rows["shown"] & rows["lower"].notna() & rows["upper"].notna()
    for _, run in rows[has_interval].groupby([(~has_interval).cumsum()[has_interval], phase[has_interval]]):
        days = list(when[run.index])
        if len(run) == 1:
            chart.add_scatter(
                x=days * 2, y=[run["lower"].iloc[0], run["upper"].iloc[0]], mode="lines", hoverinfo="skip",
                line={"width": 1.2, "color": style.INTERVAL},
            )  # fmt: skip
        else:
            chart.add_scatter(
                x=days + days[::-1], y=[*run["upper"], *run["lower"][::-1]], mode="lines", fill="toself",
                fillcolor=style.BAND, line={"width": 0}, hoverinfo="skip",
            )  # fmt: skip


def _provisional(chart: go.Figure, rows: pd.DataFrame, when: pd.Series, provisional: pd.Series, said: dict) -> None:
    joined = provisional | provisional.shift(-1, fill_value=False)
    chart.add_scatter(
        x=when, y=rows["value"].where(joined), mode="lines", connectgaps=False, hoverinfo="skip",
        line={"color": style.MATTERS, "width": 1.5, "dash": "dot"},
    )  # fmt: skip
    chart.add_scatter(
        x=when, y=rows["value"].where(provisional), mode="markers", **said,
        marker={"size": 7, "color": style.PAPER, "line": {"color": style.MATTERS, "width": 1.5}},
    )  # fmt: skip


def _last_label(chart: go.Figure, rows: pd.DataFrame, when: pd.Series) -> None:
    """The last number stands beside its point."""
    shown = rows.index[rows["shown"]]
    if len(shown):
        last = shown[-1]
        chart.add_annotation(
            x=when[last], y=rows.at[last, "value"], text=style.plain(rows.at[last, "written"]),
            xanchor="left", xshift=6, showarrow=False, font={"color": style.MATTERS},
        )  # fmt: skip


def time_span(rows: pd.DataFrame) -> list[str]:
    """From the first period to the last, with a little room."""
    days = pd.to_datetime(rows["period_start"])
    room = (days.max() - days.min()) * 0.03
    return [(days.min() - room).strftime("%Y-%m-%d"), (days.max() + room).strftime("%Y-%m-%d")]


def time_ticks(rows: pd.DataFrame) -> dict:
    """Ticks at whole years, at most seven, or at fewer months where the line spans less than two years."""
    days = pd.to_datetime(rows["period_start"])
    months = (days.max().year - days.min().year) * 12 + days.max().month - days.min().month
    if months < 24:
        return {"dtick": "M6" if months > 10 else "M3" if months > 4 else "M1", "tickformat": "%b %Y"}
    every = -(-(months // 12 + 1) // 7)
    return {"tick0": f"{days.min().year}-01-01", "dtick": f"M{12 * every}", "tickformat": "%Y"}
