"""The heat map of cause by age: what each age dies of, or is in hospital for."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from reports import numbers
from reports.charts import style

LABELS = 268
ROW = 27
TOP, BOTTOM = 26, 92
BETWEEN = 0.012
_LETTER = {numbers.HIDDEN: "c", numbers.NOT_KNOWN: "x", numbers.NOT_APPLICABLE: "z"}


def heat_map(table: pd.DataFrame, *, legend: str) -> go.Figure:
    """A cell for each cause and age band, side by side for each panel, darker for a larger share.

    `table`: `panel`, `label`, `code`, `age_band`, `value` (a share, 0 to 1, null where absent), `status`; causes and
    age bands in the order of their first row. A hidden cell is grey with `c`, one that is not applicable or not known
    is blank with `z` or `x`, and a true zero is the palest colour with `0`. With one panel each cell has its per cent.
    """
    panels = list(dict.fromkeys(table["panel"]))
    causes = list(dict.fromkeys(zip(table["code"], table["label"], strict=True)))
    bands = list(dict.fromkeys(table["age_band"]))
    above = TOP if len(panels) > 1 else 8
    chart = style.figure(
        height=above + BOTTOM + ROW * len(causes), margin={"l": LABELS, "r": 8, "t": above, "b": BOTTOM}
    )
    shares = table["value"].astype("float64") * 100
    top = shares.max() if shares.notna().any() and shares.max() > 0 else 1.0
    for index, panel in enumerate(panels):
        name = "" if index == 0 else str(index + 1)
        cells = _cells(table[table["panel"] == panel], causes, bands)
        _draw(chart, cells, name, top, has_scale=index == 0, has_numbers=len(panels) == 1)
        domain = _domain(index, len(panels))
        _axes(chart, name, domain, causes, bands, has_labels=index == 0)
        if len(panels) > 1:
            chart.add_annotation(
                x=sum(domain) / 2, xref="paper", y=1, yref="paper", yanchor="bottom", showarrow=False,
                text=f"<b>{style.plain(panel)}</b>",
            )  # fmt: skip
    chart.add_annotation(
        x=1, xref="paper", xanchor="right", xshift=-196, y=0, yref="paper", yanchor="middle", yshift=-74,
        showarrow=False, text=style.plain(legend), font={"size": 11, "color": style.SOFT_INK},
    )  # fmt: skip
    return chart


def _cells(cells: pd.DataFrame, causes: list[tuple], bands: list[str]) -> pd.DataFrame:
    """One row a cell with its place, its per cent or its letter, and what it says under the pointer."""
    place = {cause: row for row, cause in enumerate(causes)}
    column = {band: index for index, band in enumerate(bands)}
    rows = []
    for cell in cells.itertuples():
        mark = numbers.mark_instead(cell.status, cell.value)
        share = None if mark else float(cell.value) * 100
        said = mark.name if mark else numbers.quantity(share, "share", 1)
        hover = f"{style.plain(cell.label)}<br>{style.plain(cell.age_band)}: {said}"
        letter = _LETTER[mark] if mark else ""
        rows.append((place[cell.code, cell.label], column[cell.age_band], share, mark is numbers.HIDDEN, letter, hover))
    return pd.DataFrame(rows, columns=["row", "column", "share", "is_hidden", "letter", "hover"])


def _draw(chart: go.Figure, cells: pd.DataFrame, name: str, top: float, *, has_scale: bool, has_numbers: bool) -> None:
    height, width = int(cells["row"].max()) + 1, int(cells["column"].max()) + 1

    def grid(values: pd.Series, empty: object) -> list[list]:
        lines = [[empty] * width for _ in range(height)]
        for row, column, value in zip(cells["row"], cells["column"], values, strict=True):
            lines[row][column] = value
        return lines

    axes = {"xaxis": f"x{name}", "yaxis": f"y{name}", "xgap": 1, "ygap": 1, "hoverinfo": "text"}
    axes["text"] = grid(cells["hover"], "")
    absent = cells["share"].isna()
    chart.add_heatmap(
        z=grid(cells["is_hidden"].astype(int).astype(object).where(absent, None), None), zmin=0, zmax=1,
        colorscale=[[0, style.PAPER], [1, style.HIDDEN_FILL]], showscale=False, **axes,
    )  # fmt: skip
    chart.add_heatmap(
        z=grid(cells["share"].astype(object).where(~absent, None), None), zmin=0, zmax=top,
        colorscale=style.SEQUENTIAL, showscale=has_scale,
        colorbar={
            "orientation": "h", "thickness": 8, "lenmode": "pixels", "len": 190, "x": 1, "xanchor": "right", "y": 0,
            "yref": "container", "yanchor": "bottom", "ypad": 2, "ticksuffix": "%", "nticks": 5, "outlinewidth": 0,
            "tickfont": {"size": 11},
        },
        **axes,
    )  # fmt: skip
    written = cells["letter"].where(absent, cells["share"].map(lambda share: _percent(share, has_numbers)))
    said = cells[written != ""]
    dark = (said["share"] > top * 0.5).tolist()
    chart.add_scatter(
        x=said["column"], y=said["row"], mode="text", text=list(written[said.index]), hoverinfo="skip",
        textfont={"size": 10, "color": [style.PAPER if is_dark else style.INK for is_dark in dark]},
        xaxis=f"x{name}", yaxis=f"y{name}",
    )  # fmt: skip


def _percent(share: float | None, has_numbers: bool) -> str:
    if numbers.is_missing(share):
        return ""
    if share == 0:
        return "0"
    if not has_numbers:
        return ""
    return "<1" if share < 0.5 else numbers.number(share)


def _domain(index: int, panels: int) -> list[float]:
    width = 1 / panels
    return [
        index * width + (BETWEEN if index else 0),
        (index + 1) * width - (BETWEEN if index + 1 < panels else 0),
    ]


def _axes(
    chart: go.Figure, name: str, domain: list[float], causes: list, bands: list[str], *, has_labels: bool
) -> None:
    common = {"fixedrange": True, "showgrid": False, "zeroline": False, "ticks": "", "linecolor": style.REST}
    title = {"text": "Age in years", "standoff": 4, "font": {"color": style.SOFT_INK, "size": 11}}
    across = {
        "domain": domain, "anchor": f"y{name}", "tickvals": list(range(len(bands))), "tickangle": -90, "title": title,
        "ticktext": [style.plain(band) for band in bands], "tickfont": {"size": 10}, "range": [-0.5, len(bands) - 0.5],
    }  # fmt: skip
    down = {
        "anchor": f"x{name}", "tickvals": list(range(len(causes))), "showticklabels": has_labels,
        "ticktext": [style.coded(label, code, 42) for code, label in causes], "tickfont": {"size": 10},
        "range": [len(causes) - 0.5, -0.5],
    }  # fmt: skip
    chart.update_layout({f"xaxis{name}": common | across, f"yaxis{name}": common | down})
