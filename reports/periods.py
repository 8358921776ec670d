"""Name periods as people do, and choose the one that a report speaks of."""

from __future__ import annotations

import datetime as dt

import pandas as pd

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAY = dt.timedelta(days=1)


def as_date(value: object) -> dt.date | None:
    """A date from what DuckDB or pandas gives; None for null."""
    if value is None or value is pd.NaT or value != value:
        return None
    return value.date() if isinstance(value, dt.datetime) else value


def day(value: object) -> str:
    """A day in words, e.g. 31 Mar 2024."""
    date = as_date(value)
    return "not known" if date is None else f"{date.day} {MONTHS[date.month - 1]} {date.year}"


def label(start: object, end: object) -> str:
    """The name of a period that includes both days: 2023, 2023/24, 2023 Q2, Mar 2023, or its two days."""
    first, last = as_date(start), as_date(end)
    if first is None or last is None:
        return "Date not known"
    following = last + DAY
    months = (following.year - first.year) * 12 + following.month - first.month
    if first.day == 1 and following.day == 1:
        if months == 12:
            return str(first.year) if first.month == 1 else f"{first.year}/{last.year % 100:02d}"
        if months == 3 and first.month in (1, 4, 7, 10):
            return f"{first.year} Q{first.month // 3 + 1}"
        if months == 1:
            return f"{MONTHS[first.month - 1]} {first.year}"
    return f"{day(first)} to {day(last)}"


def latest_complete(figures: pd.DataFrame) -> tuple[object, object] | None:
    """Start and end of the latest period with a figure of full standing, else of the latest with any shown figure.

    `figures` has `period_start`, `period_end`, `status` and `value`; None where no period shows anything.
    """
    dated = figures[figures["period_start"].notna() & figures["value"].notna()]
    for candidates in (dated[dated["status"] == "value"], dated):
        if len(candidates):
            last = candidates.sort_values("period_start").iloc[-1]
            return last["period_start"], last["period_end"]
    return None


def previous(figures: pd.DataFrame, start: object) -> tuple[object, object] | None:
    """Start and end of the latest period in `figures` before `start`, or None."""
    earlier = figures[figures["period_start"].notna() & (figures["period_start"] < start)]
    if earlier.empty:
        return None
    last = earlier.sort_values("period_start").iloc[-1]
    return last["period_start"], last["period_end"]
