"""Slope charts: how the order of causes changes between periods."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from reports.charts import style


def rank_slopes(table: pd.DataFrame, periods: Sequence[str], *, most: int = 10) -> go.Figure:
    """A line for each cause from its rank in one period to that in the next, the first rank at the top.

    `table`: `label`, `code` (null for none), `period` (one of `periods`, which are in order of time) and `rank` (null
    where hidden or beyond those ranked). Causes that are within the first `most` in any period are drawn; one that
    rises is a solid line in colour, one that falls a dashed one, the others grey. A cause without a rank in a period
    leaves a gap there. Causes that share a rank stand below one another, on the places that the ranks after it skip.
    """
    ranks = table.pivot_table(index=["label", "code"], columns="period", values="rank", dropna=False, observed=True)
    ranks = ranks.reindex(columns=list(periods))
    ranks = ranks[(ranks <= most).any(axis=1)]
    ranks = ranks.sort_values(list(reversed(periods)), kind="stable")
    heights = ranks.apply(lambda column: column + column.groupby(column).cumcount())
    lowest = float(heights.max().max()) if len(ranks) else 1.0
    chart = style.figure(
        height=int(70 + 26 * lowest), margin={"l": style.LABEL_WIDTH, "r": style.LABEL_WIDTH, "t": 26, "b": 8}
    )
    place = list(range(len(periods)))
    for (label, code), row in ranks.iterrows():
        known, height = row.dropna(), heights.loc[(label, code)]
        move = known.iloc[0] - known.iloc[-1] if len(known) > 1 else 0.0
        tint = style.MATTERS if move else style.REST_FILL
        chart.add_scatter(
            x=place, y=height.to_list(), mode="lines+markers+text" if len(periods) <= 12 else "lines+markers",
            line={"color": tint, "width": 2 if move else 1.4, "dash": "dot" if move < 0 else "solid"},
            marker={"size": 18, "color": style.PAPER, "line": {"color": tint, "width": 1.4}},
            text=["" if rank != rank else f"{rank:g}" for rank in row], textfont={"size": 11, "color": style.INK},
            customdata=row.to_list(), connectgaps=False,
            hovertemplate=f"{style.wrapped(label, lines=1)}, rank %{{customdata}}<extra></extra>",
        )  # fmt: skip
        for end, anchor, shift in ((0, "right", -14), (len(periods) - 1, "left", 14)):
            if row.iloc[end] == row.iloc[end]:
                chart.add_annotation(
                    x=end, y=height.iloc[end], text=style.coded(label, code, width=38, lines=1), showarrow=False,
                    xanchor=anchor, xshift=shift, font={"color": tint if move else style.SOFT_INK},
                )  # fmt: skip
    chart.update_yaxes(range=[lowest + 0.6, 0.4], showgrid=False, showticklabels=False, showline=False)
    chart.update_xaxes(
        tickmode="array", tickvals=place, ticktext=[style.plain(period) for period in periods], side="top",
        range=[-0.08, max(len(periods) - 1, 1) + 0.08], showgrid=True, showline=False,
    )  # fmt: skip
    narrow = [note.to_plotly_json() for note in chart.layout.annotations if note.xanchor == "right"]
    for note in narrow:
        # Below its marker a label lies over the lines, which would strike it through.
        note |= {"xanchor": "left", "xshift": 14, "yshift": -15, "bgcolor": "rgba(255, 255, 255, 0.85)"}
    chart.layout.meta = {
        "narrow": {
            "margin": chart.layout.margin.to_plotly_json() | {"l": 24, "r": 24},
            "height": int(70 + 36 * lowest),
            "annotations": narrow,
        }
    }
    return chart
