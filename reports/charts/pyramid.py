"""The age-sex pyramid."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from reports import numbers
from reports.charts import style
from reports.charts.rows import prepared

SIDES = (("M", "Male", -1, style.SECOND), ("F", "Female", 1, style.MATTERS))


def age_sex_pyramid(table: pd.DataFrame, *, axis: str) -> go.Figure:
    """Counts by age band, males to the left, females to the right, the youngest at the bottom.

    `table`: `age_band` in order of age, `sex` (F or M), `value`, `status`; one row a bar. A hidden or unknown bar is
    its mark beside the middle line, and a true zero is 0.
    """
    bands = list(dict.fromkeys(table["age_band"]))
    rows = prepared(table.assign(lower=None, upper=None), "count")
    top = rows["value"].max()
    top = float(top) if top == top and top > 0 else 1.0
    chart = style.figure(height=80 + 19 * len(bands), margin={"l": 56, "r": 14, "t": 26})
    for sex, title, sign, colour in SIDES:
        side = rows[rows["sex"] == sex]
        place = [bands.index(band) for band in side["age_band"]]
        hollow = side["status"] == "provisional"
        chart.add_bar(
            x=side["value"] * sign, y=place, orientation="h", width=0.84,
            marker={"color": [style.PAPER if empty else colour for empty in hollow],
                    "line": {"color": colour, "width": 1}},
            customdata=[[style.plain(f"{title}, {row.age_band}"), row.hover] for row in side.itertuples()],
            hovertemplate="%{customdata[0]}<br>%{customdata[1]}<extra></extra>",
        )  # fmt: skip
        absent = side[~side["shown"] | (side["value"] == 0)]
        chart.add_scatter(
            x=[sign * top * 0.012] * len(absent), y=[bands.index(band) for band in absent["age_band"]],
            mode="text", text=list(absent["written"]), textfont={"size": 10, "color": style.SOFT_INK},
            textposition="middle right" if sign > 0 else "middle left", hoverinfo="skip",
        )  # fmt: skip
        chart.add_annotation(
            x=sign * top * 0.5, y=1, yref="paper", yanchor="bottom", showarrow=False, text=f"<b>{title}</b>",
            font={"color": style.INK},
        )  # fmt: skip
    step = _step(top)
    ticks = [step * index for index in range(-int(top // step), int(top // step) + 1)]
    chart.add_vline(x=0, line={"color": style.PAPER, "width": 1})
    chart.update_layout(barmode="overlay")
    chart.update_xaxes(
        range=[-top * 1.06, top * 1.06], tickvals=ticks, ticktext=[numbers.number(abs(tick)) for tick in ticks],
        title_text=style.plain(axis),
    )  # fmt: skip
    chart.update_yaxes(
        range=[-0.6, len(bands) - 0.4], tickvals=list(range(len(bands))),
        ticktext=[style.plain(band) for band in bands], showgrid=False, title_text="Age in years",
    )  # fmt: skip
    return chart


def _step(top: float) -> float:
    """A round step that gives two to five ticks a side."""
    size = 1.0
    while True:
        for factor in (1, 2, 5):
            if top / (size * factor) <= 4:
                return size * factor
        size *= 10
