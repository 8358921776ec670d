"""What tidy tables of figures have in common: the unit of a kind, hover text, and which rows show a number."""

from __future__ import annotations

import pandas as pd

from reports import numbers
from reports.charts import style
from reports.charts.style import plain

# The numbers of a figure that charts draw.
NUMBERS = ["value", "lower", "upper", "bound_low", "bound_high"]


def prepared(table: pd.DataFrame, kind: str) -> pd.DataFrame:
    """A copy with its `NUMBERS` in the unit in which they are written, and `shown`, `written`, `hover`.

    In: `value`, `lower`, `upper`, bounds (null where absent) and `status`. Out: `shown` says whether there is a number;
    `written` is it, or its mark; `hover` is it with its interval and what its mark means.
    """
    out = table.reset_index(drop=True).copy()
    for column in NUMBERS:
        source = out[column] if column in out else pd.Series([None] * len(out))
        out[column] = [numbers.scaled(value, kind) for value in source]
        out[column] = out[column].astype("float64")
    marks = [numbers.mark_instead(status, value) for status, value in zip(out["status"], out["value"], strict=True)]
    out["shown"] = [mark is None for mark in marks]
    out.loc[~out["shown"], NUMBERS] = float("nan")
    out["written"] = [_written(row, mark, kind) for row, mark in zip(out.itertuples(), marks, strict=True)]
    out["hover"] = [_hover(row, mark, kind) for row, mark in zip(out.itertuples(), marks, strict=True)]
    return out


def whiskers(rows: pd.DataFrame) -> dict:
    """The intervals of prepared rows as Plotly's error bars along their axis; a row without limits has none."""
    return {
        "type": "data",
        "symmetric": False,
        "array": (rows["upper"] - rows["value"]).fillna(0),
        "arrayminus": (rows["value"] - rows["lower"]).fillna(0),
        "color": style.INTERVAL,
        "thickness": 1.2,
        "width": 3,
        "visible": bool(rows["lower"].notna().any()),
    }


def reach(rows: pd.DataFrame) -> pd.DataFrame:
    """Of prepared rows those that open flags could move, by more than what floating point leaves."""
    noise = 1e-9 * rows["value"].abs()
    return rows[(rows["bound_high"] - rows["bound_low"]) > noise]


def hover(rows: pd.DataFrame) -> dict:
    """What a pointer shows over prepared rows: their label, number and interval."""
    return {
        "customdata": [[plain(row.label), row.hover] for row in rows.itertuples()],
        "hovertemplate": "%{customdata[0]}<br>%{customdata[1]}<extra></extra>",
    }


def _written(row, mark: numbers.Mark | None, kind: str) -> str:
    if mark:
        return mark.symbol
    beside = numbers.mark_beside(row.status)
    text = numbers.quantity(row.value, kind, numbers.decimals(kind, row.lower, row.upper))
    return f"{text} {beside.symbol}" if beside else text


def _hover(row, mark: numbers.Mark | None, kind: str) -> str:
    if mark:
        return plain(f"{mark.symbol} {mark.name}")
    text = row.written
    if not (numbers.is_missing(row.lower) or numbers.is_missing(row.upper)):
        places = numbers.decimals(kind, row.lower, row.upper)
        low, high = (numbers.quantity(limit, kind, places) for limit in (row.lower, row.upper))
        text = f"{text} ({low} to {high})"
    beside = numbers.mark_beside(row.status)
    return plain(f"{text}, {beside.name}" if beside else text)
