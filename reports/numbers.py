"""Write numbers as a bulletin does: thousands separated, as many decimals as the interval deserves, and marks.

The marks are those of the UK Government Analysis Function ("Symbols in tables: definitions and help", 2023), so that
zero, hidden, not known and not applicable never look alike.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

MINUS = "\N{MINUS SIGN}"
# Where a table has no such figure at all.
ABSENT = "\N{EN DASH}"
MOST_DECIMALS = 3
# Percentages and means keep one decimal whatever their interval, so that a column of them reads as one.
LEAST_DECIMALS = {"share": 1, "mean": 1}


@dataclass(frozen=True)
class Mark:
    """A symbol that stands where a number is missing, or beside one."""

    symbol: str
    name: str
    meaning: str


HIDDEN = Mark("[c]", "hidden", "confidential: rests on so few records that it is not shown; it is not zero")
NOT_KNOWN = Mark("[x]", "not known", "not available: the data do not say; it is not zero")
NOT_APPLICABLE = Mark("[z]", "not applicable", "the figure has no meaning here, e.g. a mean of no records")
PROVISIONAL = Mark("[p]", "provisional", "the period is covered in part only, or may still change")
UNRELIABLE = Mark("[u]", "unreliable", "rests on too few records to be relied on")
ZERO = Mark("0", "zero", "a true zero: records were looked at and none was found")

LEGEND = (ZERO, HIDDEN, NOT_KNOWN, NOT_APPLICABLE, PROVISIONAL, UNRELIABLE)

_INSTEAD = {
    "suppressed_primary": HIDDEN,
    "suppressed_secondary": HIDDEN,
    "not_applicable": NOT_APPLICABLE,
}
_BESIDE = {"provisional": PROVISIONAL, "unreliable": UNRELIABLE}


def is_missing(value: float | None) -> bool:
    """Whether a number is absent: None, NaN or pandas' NA."""
    if value is None:
        return True
    if isinstance(value, int | float):
        return math.isnan(value)
    # A command that names figures has plain numbers only, and does not wait until pandas is loaded.
    import pandas as pd

    return bool(pd.isna(value))


def mark_instead(status: str, value: float | None) -> Mark | None:
    """The mark that stands in place of a number, or None where the number is shown."""
    if status in _INSTEAD:
        return _INSTEAD[status]
    return NOT_KNOWN if is_missing(value) else None


def mark_beside(status: str) -> Mark | None:
    """The mark that stands beside a shown number, if any."""
    return _BESIDE.get(status)


def decimals(kind: str, lower: float | None = None, upper: float | None = None) -> int:
    """How many decimals a number of a kind deserves, in the unit in which it is written.

    The last digit written is the first that the interval leaves in doubt: an interval of plus or minus 0.15 gives one
    decimal. Without an interval, counts take none and other kinds one.
    """
    if kind == "count":
        return 0
    if is_missing(lower) or is_missing(upper) or upper <= lower:
        return 1
    half = (upper - lower) / 2
    least = LEAST_DECIMALS.get(kind, 0)
    return min(MOST_DECIMALS, max(least, -math.floor(math.log10(half))))


def scaled(value: float | None, kind: str) -> float | None:
    """A figure in the unit in which it is written: shares as percentages, all else as it is."""
    if is_missing(value):
        return None
    return float(value) * 100 if kind == "share" else float(value)


def number(value: float, places: int = 0) -> str:
    """A number with thousands separated and a true minus sign; a rounded nought carries no sign."""
    text = f"{value:,.{places}f}"
    if text.startswith("-"):
        text = text[1:]
        if any(digit in "123456789" for digit in text):
            text = MINUS + text
    return text


def quantity(value: float, kind: str, places: int) -> str:
    """A number already in its unit, with the percent sign that a share needs."""
    return number(value, places) + ("%" if kind == "share" else "")


def count(value: float | None) -> str:
    """A whole number, or the mark for not known."""
    return NOT_KNOWN.symbol if is_missing(value) else number(float(value))


def unquoted(text: str) -> str:
    """Prose from rules and profiles without the back quotes that mark code in their files."""
    return text.replace("`", "")


def small_count_hidden(value: float | None, minimum_count: int) -> bool:
    """Whether a count of records of persons is too small to show: 1 to the minimum less one."""
    return not is_missing(value) and 0 < abs(value) < minimum_count
