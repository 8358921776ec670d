"""Survival curves of life tables: how many of a hundred born would live to each age."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from reports.charts import style

# Lines that differ without colour, in the order of the groups.
_LINES = ((style.MATTERS, "solid"), (style.REST, "dash"), (style.SECOND, "dot"), (style.INK, "dashdot"))


def survival_curves(table: pd.DataFrame) -> go.Figure:
    """A falling line for each group, from 100 at birth.

    `table`: `group`, `age` (exact age in years), `survivors` (of 100,000 born; null where withheld), in order of age.
    Each line is named at its end in its own colour and dash, so that no legend is needed.
    """
    chart = style.figure(height=320, margin={"l": 54, "r": 96, "t": 14, "b": 44})
    for place, (name, rows) in enumerate(table.groupby("group", sort=False)):
        colour, dash = _LINES[place % len(_LINES)]
        living = rows["survivors"] / 1000
        chart.add_scatter(
            x=rows["age"], y=living, mode="lines", line={"color": colour, "width": 2, "dash": dash}, connectgaps=False,
            customdata=[[style.plain(name)]] * len(rows),
            hovertemplate="%{customdata[0]}: %{y:.1f} of 100 live to %{x}<extra></extra>",
        )  # fmt: skip
        known = living.dropna()
        if len(known):
            # Where the lines are furthest apart, at three quarters of the ages, they are easiest to tell.
            at = known.index[len(known) * 3 // 4]
            chart.add_annotation(
                x=rows.at[at, "age"], y=living[at], text=style.plain(name), xanchor="left", yanchor="bottom", xshift=6,
                yshift=14 - 28 * (place % 2), showarrow=False, font={"color": colour},
            )  # fmt: skip
    chart.update_yaxes(range=[0, 103], title_text="Of 100 born, living", nticks=6)
    chart.update_xaxes(title_text="Age in years", dtick=10, rangemode="tozero")
    return chart
