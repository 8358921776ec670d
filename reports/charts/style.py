"""What all charts share: colours, type, how data text is made harmless, how an interval and a mark look.

Plotly renders a small pseudo-HTML in every text (<b>, <a href>, <br>), so text from data passes through `plain`. A
chart carries in `layout.meta["narrow"]` the layout that replaces its own on a narrow screen.
"""

from __future__ import annotations

import html
import textwrap
from collections.abc import Sequence

import plotly.graph_objects as go

# Blue says what matters, greys the rest. All pass WCAG AA against white (text 4.5:1, marks 3:1), and differ in
# lightness, so that they hold in black and white.
MATTERS = "#1d5b8f"
SECOND = "#6f9fc6"
REST = "#73787d"
REST_FILL = "#8b9196"
INK = "#222629"
SOFT_INK = "#55595d"
INTERVAL = "#222629"
BAND = "rgba(29, 91, 143, 0.16)"
HIDDEN_FILL = "#d9dbdd"
GRID = "#e3e5e7"
PAPER = "#ffffff"
FONT = '"Helvetica Neue", Arial, "Liberation Sans", sans-serif'
FONT_SIZE = 12
SEQUENTIAL = ["#f3f7fa", "#cfdfec", "#9dbfd9", "#6497c1", "#316fa3", "#164a78", "#0b2d4e"]

# A narrow screen shows labels above bars, since beside them there is no room for both.
WRAP = 40
NARROW_WRAP = 52
LABEL_WIDTH = 262


def plain(text: object) -> str:
    """Text from data, shown by Plotly letter by letter: its pseudo-HTML and entities escaped."""
    return html.escape(str(text), quote=False)


def wrapped(text: object, width: int = WRAP, lines: int = 2) -> str:
    """Text from data as at most `lines` lines, made harmless."""
    pieces = textwrap.wrap(str(text), width=width, max_lines=lines, placeholder=" …") or [""]
    return "<br>".join(plain(piece) for piece in pieces)


def coded(label: object, code: object | None, width: int = WRAP, lines: int = 2) -> str:
    """A label of one or two lines with its code in grey after it, made harmless; the label gives way to the code."""
    if code is None or code != code or code == "":
        return wrapped(label, width, lines)
    room = width - len(str(code)) - 1
    if lines == 1:
        return f'{wrapped(label, room, 1)} <span style="color:{SOFT_INK}">{plain(code)}</span>'
    lines = textwrap.wrap(str(label), width=width) or [""]
    if len(lines) == 1 and len(lines[0]) > room:
        lines.append("")
    if len(lines) > 1:
        rest = " ".join(lines[1:])
        lines = [lines[0], (textwrap.wrap(rest, width=room, max_lines=1, placeholder=" …") or [""])[0]]
    text = "<br>".join(plain(line) for line in lines)
    return f'{text}{" " if lines[-1] else ""}<span style="color:{SOFT_INK}">{plain(code)}</span>'


def figure(*, height: int, margin: dict | None = None) -> go.Figure:
    """An empty figure in the house style."""
    chart = go.Figure()
    chart.update_layout(
        template=None,
        height=height,
        margin={"l": 8, "r": 16, "t": 8, "b": 40, "pad": 4} | (margin or {}),
        paper_bgcolor=PAPER,
        plot_bgcolor=PAPER,
        font={"family": FONT, "size": FONT_SIZE, "color": INK},
        hoverlabel={"bgcolor": PAPER, "bordercolor": REST, "font": {"family": FONT, "size": FONT_SIZE, "color": INK}},
        hovermode="closest",
        dragmode=False,
        showlegend=False,
        separators=".,",
        meta={"narrow": {}},
    )
    axis = {
        "gridcolor": GRID,
        "linecolor": REST,
        "zeroline": False,
        "fixedrange": True,
        "ticks": "",
        "tickfont": {"color": INK},
        "title": {"font": {"size": FONT_SIZE, "color": SOFT_INK}, "standoff": 8},
    }
    chart.update_xaxes(**axis)
    chart.update_yaxes(**axis)
    return chart


def label_rows(chart: go.Figure, labels: Sequence[tuple[object, object]], *, row_height: int, narrow_row_height: int):
    """Put a label and its code (or None) at each row 0, 1, ... from the top: beside it, or above on a narrow screen."""
    rows = len(labels)
    frame = chart.layout.margin.t + chart.layout.margin.b
    chart.update_layout(height=frame + rows * row_height, margin={"l": LABEL_WIDTH})
    axis = {"range": [rows - 0.5, -0.5], "tickmode": "array", "tickvals": list(range(rows)), "showgrid": False}
    chart.update_yaxes(ticktext=[coded(*label) for label in labels], **axis)
    above = [
        {
            "text": coded(*label, width=NARROW_WRAP, lines=1),
            "x": 0,
            "xref": "paper",
            "xanchor": "left",
            "y": row - 0.47,
            "yref": "y",
            "yanchor": "middle",
            "showarrow": False,
            "align": "left",
        }
        for row, label in enumerate(labels)
    ]
    chart.layout.meta = {
        "narrow": {
            "height": frame + rows * narrow_row_height,
            "margin": chart.layout.margin.to_plotly_json() | {"l": 8},
            "yaxis": chart.layout.yaxis.to_plotly_json() | {"showticklabels": False, "range": [rows - 0.5, -0.8]},
            "annotations": [note.to_plotly_json() for note in chart.layout.annotations] + above,
        }
    }
