"""What all workbooks have in common: text that no spreadsheet runs, and no clock."""

from __future__ import annotations

import datetime as dt

# The file carries no clock: equal figures give equal bytes.
CREATED = dt.datetime(2000, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)
# Of a column, in characters.
WIDEST = 60

_LONGEST_TEXT = 32_767
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def inert(text: str) -> str:
    """Text that no spreadsheet takes for a formula, within the length that a cell holds."""
    if text.startswith(_FORMULA_STARTS):
        text = "'" + text
    return text[:_LONGEST_TEXT]
