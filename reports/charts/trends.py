"""Trends: one measure over months or years, with its interval as a band."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from reports.charts import style
from reports.charts.rows import prepared


def trend(table: pd.DataFrame, *, kind: str, axis: str) -> go.Figure:
    """A line over time from zero, its interval a band.

    `table`: `period_start` (date), `label`, `value`, `lower`, `upper`, `status`, in order of time, a row a period. A
    provisional point is hollow and joined by a dashed line; a hidden or unknown one leaves a gap in the line with its
    mark on the axis.
    """
    rows = prepared(table, kind)
    chart = style.figure(height=250, margin={"l": 54, "r": 52, "t": 14, "b": 30})
    when = pd.to_datetime(rows["period_start"]).dt.strftime("%Y-%m-%d")
    provisional = rows["shown"] & (rows["status"] == "provisional")
    firm = rows["value"].where(~provisional)
    _band(chart, rows, when)
    hover = {
        "customdata": [[style.plain(row.label), row.hover] for row in rows.itertuples()],
        "hovertemplate": "%{customdata[0]}<br>%{customdata[1]}<extra></extra>",
    }
    chart.add_scatter(
        x=when, y=firm, mode="lines+markers", connectgaps=False,
        line={"color": style.MATTERS, "width": 2}, marker={"size": 4, "color": style.MATTERS}, **hover,
    )  # fmt: skip
    if provisional.any():
        _provisional(chart, rows, when, provisional, hover)
    missing = ~rows["shown"]
    if missing.any():
        chart.add_scatter(
            x=when[missing], y=[0] * int(missing.sum()), mode="markers", cliponaxis=False,
            marker={"symbol": "square-open", "size": 8, "color": style.REST, "line": {"width": 1.4}},
            customdata=[entry for entry, absent in zip(hover["customdata"], missing, strict=True) if absent],
            hovertemplate=hover["hovertemplate"],
        )  # fmt: skip
    _last_label(chart, rows, when)
    top = rows[["value", "upper"]].max(axis=1).max()
    chart.update_yaxes(range=[0, (top if top == top and top > 0 else 1) * 1.12], nticks=6, title_text=style.plain(axis))
    chart.update_yaxes(ticksuffix="%" if kind == "share" else "", separatethousands=True)
    chart.update_xaxes(type="date", range=_span(rows), showgrid=False, showline=True, tickangle=0, **_ticks(rows))
    return chart


def _band(chart: go.Figure, rows: pd.DataFrame, when: pd.Series) -> None:
    """The interval, a closed band for each run of points; a point that stands alone has a whisker."""
    has_interval = rows["shown"] & rows["lower"].notna() & rows["upper"].notna()
    for _, run in rows[has_interval].groupby((~has_interval).cumsum()[has_interval]):
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


def _provisional(chart: go.Figure, rows: pd.DataFrame, when: pd.Series, provisional: pd.Series, hover: dict) -> None:
    joined = provisional | provisional.shift(-1, fill_value=False)
    chart.add_scatter(
        x=when, y=rows["value"].where(joined), mode="lines", connectgaps=False, hoverinfo="skip",
        line={"color": style.MATTERS, "width": 1.5, "dash": "dot"},
    )  # fmt: skip
    chart.add_scatter(
        x=when, y=rows["value"].where(provisional), mode="markers", **hover,
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


def _span(rows: pd.DataFrame) -> list[str]:
    """From the first period to the last, with a little room."""
    days = pd.to_datetime(rows["period_start"])
    room = (days.max() - days.min()) * 0.03
    return [(days.min() - room).strftime("%Y-%m-%d"), (days.max() + room).strftime("%Y-%m-%d")]


def _ticks(rows: pd.DataFrame) -> dict:
    """Ticks at whole years, at most seven, or at fewer months where the line spans less than two years."""
    days = pd.to_datetime(rows["period_start"])
    months = (days.max().year - days.min().year) * 12 + days.max().month - days.min().month
    if months < 24:
        return {"dtick": "M6" if months > 10 else "M3" if months > 4 else "M1", "tickformat": "%b %Y"}
    every = -(-(months // 12 + 1) // 7)
    return {"tick0": f"{days.min().year}-01-01", "dtick": f"M{12 * every}", "tickformat": "%Y"}
