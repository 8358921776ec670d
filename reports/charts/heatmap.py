"""The heat map of cause by age: what each age dies of, or is in hospital for."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from reports import numbers
from reports.charts import style


def heat_map(table: pd.DataFrame, *, legend: str) -> go.Figure:
    """A cell for each cause and age band, side by side for each panel, darker for a larger share.

    `table`: `panel`, `label`, `code`, `age_band`, `value` (a share, 0 to 1, null where absent), `status`; causes and
    age bands in the order of their first row. A hidden cell is grey with `c`, one that is not applicable or not known
    is blank with `z` or `x`, and a true zero is the palest colour with `0`.
    """
    panels = list(dict.fromkeys(table["panel"]))
    causes = list(dict.fromkeys(zip(table["code"], table["label"], strict=True)))
    bands = list(dict.fromkeys(table["age_band"]))
    place = {cause: row for row, cause in enumerate(causes)}
    chart = style.figure(height=112 + 29 * len(causes), margin={"l": LABELS, "r": 8, "t": 26, "b": 86})
    width = 1 / max(1, len(panels))
    top = (table["value"].max() or 0) * 100 if table["value"].notna().any() else 1.0
    for index, panel in enumerate(panels):
        name = "" if index == 0 else str(index + 1)
        cells = table[table["panel"] == panel]
        _panel(chart, cells, place, causes, bands, name, top, legend if index == 0 else None)
        domain = [
            index * width + (0.012 if index else 0),
            (index + 1) * width - (0.012 if index + 1 < len(panels) else 0),
        ]
        common = {"fixedrange": True, "showgrid": False, "zeroline": False, "ticks": ""}
        chart.update_layout(
            {
                f"xaxis{name}": common | {
                    "domain": domain, "anchor": f"y{name}", "tickvals": list(range(len(bands))), "tickangle": -90,
                    "ticktext": [style.plain(band) for band in bands], "tickfont": {"size": 10},
                    "range": [-0.5, len(bands) - 0.5], "title": {"text": "Age in years", "standoff": 4,
                                                                  "font": {"color": style.SOFT_INK, "size": 11}},
                },
                f"yaxis{name}": common | {
                    "anchor": f"x{name}", "tickvals": list(range(len(causes))), "showticklabels": index == 0,
                    "ticktext": [style.coded(label, code, 38) for code, label in causes],
                    "tickfont": {"size": 10.5}, "range": [len(causes) - 0.5, -0.5],
                },
            }
        )  # fmt: skip
        chart.add_annotation(
            x=sum(domain) / 2, xref="paper", y=1, yref="paper", yanchor="bottom", showarrow=False,
            text=f"<b>{style.plain(panel)}</b>",
        )  # fmt: skip
    return chart


LABELS = 268
_LETTER = {numbers.HIDDEN: "c", numbers.NOT_KNOWN: "x", numbers.NOT_APPLICABLE: "z"}


def _panel(chart, cells, place, causes, bands, name, top, legend) -> None:
    values = [[None] * len(bands) for _ in causes]
    hidden = [[None] * len(bands) for _ in causes]
    letters = [[""] * len(bands) for _ in causes]
    hover = [[""] * len(bands) for _ in causes]
    for row in cells.itertuples():
        line, column = place[(row.code, row.label)], bands.index(row.age_band)
        mark = numbers.mark_instead(row.status, row.value)
        if mark is None:
            values[line][column] = row.value * 100
            letters[line][column] = "0" if row.value == 0 else ""
            text = numbers.quantity(row.value * 100, "share", 1)
        else:
            hidden[line][column] = 1 if mark is numbers.HIDDEN else 0
            letters[line][column] = _LETTER[mark]
            text = mark.name
        hover[line][column] = f"{style.plain(row.label)}<br>{style.plain(row.age_band)}: {text}"
    axes = {"xaxis": f"x{name}", "yaxis": f"y{name}", "xgap": 1, "ygap": 1, "hoverinfo": "text", "text": hover}
    chart.add_heatmap(
        z=hidden, zmin=0, zmax=1, colorscale=[[0, style.PAPER], [1, style.HIDDEN_FILL]], showscale=False, **axes
    )
    chart.add_heatmap(
        z=values, zmin=0, zmax=top, colorscale=style.SEQUENTIAL, showscale=legend is not None,
        colorbar={
            "orientation": "h", "thickness": 8, "len": 0.4, "x": 1, "xanchor": "right", "y": 0, "yanchor": "bottom",
            "yref": "container", "ypad": 0, "ticksuffix": "%", "nticks": 5, "outlinewidth": 0,
            "title": {"text": style.plain(legend or ""), "side": "top", "font": {"size": 11}},
        },
        **axes,
    )  # fmt: skip
    marks = [
        (column, line, letters[line][column])
        for line in range(len(causes)) for column in range(len(bands)) if letters[line][column]
    ]  # fmt: skip
    if marks:
        x, y, text = zip(*marks, strict=True)
        chart.add_scatter(
            x=x, y=y, mode="text", text=text, textfont={"size": 9, "color": style.SOFT_INK}, hoverinfo="skip",
            xaxis=f"x{name}", yaxis=f"y{name}",
        )  # fmt: skip
