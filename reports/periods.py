"""Name periods as people do, and choose the one that a report speaks of."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # Commands that name figures do not wait until it is loaded.
    import pandas as pd

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAY = dt.timedelta(days=1)
# A later period with less than this share of the fullest one is taken for the edge of the extract.
FAIR_SHARE = 0.5


def as_date(value: object) -> dt.date | None:
    """A date from what DuckDB or pandas gives; None for null."""
    # Neither NaT nor NaN is equal to itself.
    if value is None or value != value:
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


def labels(figures: pd.DataFrame) -> list[str]:
    """The name of the period of each figure."""
    return [label(start, end) for start, end in zip(figures["period_start"], figures["period_end"], strict=True)]


@dataclass(frozen=True)
class Period:
    """A period of figures; without days, that of records whose date is not known or is not the calendar's."""

    start: dt.date | None
    end: dt.date | None

    @property
    def name(self) -> str:
        """Its name, to stand in a title."""
        return label(self.start, self.end)

    @property
    def phrase(self) -> str:
        """Its name within a sentence, after what happened in it."""
        return "in records without a calendar date" if self.start is None else f"in {self.name}"

    @property
    def _midnight(self) -> dt.datetime:
        """The beginning of its first day, as frames have it."""
        return dt.datetime.combine(self.start, dt.time())

    def of(self, figures: pd.DataFrame) -> pd.DataFrame:
        """The figures of this period."""
        starts = figures["period_start"]
        return figures[starts.isna() if self.start is None else starts == self._midnight]

    def before(self, figures: pd.DataFrame) -> Period | None:
        """The latest period of the figures before this one."""
        if self.start is None:
            return None
        earlier = figures[figures["period_start"] < self._midnight]
        return None if earlier.empty else _period(earlier.sort_values("period_start").iloc[-1])


@dataclass(frozen=True)
class Focus:
    """The period that a report speaks of, and later ones that it passes over for holding few records."""

    period: Period
    passed_over: tuple[Period, ...] = ()


def focus(counts: pd.DataFrame) -> Focus | None:
    """The latest whole period that holds a fair share of the records; None where there is no period at all.

    `counts` has a count of records a period: `period_start`, `period_end`, `status`, `value`. A whole period counts
    before one that is provisional; a stray few records in a later year do not make it the one to speak of. Records
    without a date are spoken of only where there are no others, and a hidden period only where none is shown.
    """
    shown = counts[counts["value"].notna() & (counts["value"] > 0)]
    dated = shown[shown["period_start"].notna()].sort_values("period_start")
    whole = dated[dated["status"] == "value"]
    candidates = whole if len(whole) else dated
    if candidates.empty:
        return _focus_on_what_there_is(shown if len(shown) else counts)
    fair = candidates[candidates["value"] >= FAIR_SHARE * candidates["value"].max()]
    chosen = fair.iloc[-1]
    later = candidates[candidates["period_start"] > chosen["period_start"]]
    return Focus(_period(chosen), tuple(_period(row) for _, row in later.iterrows()))


def _focus_on_what_there_is(counts: pd.DataFrame) -> Focus | None:
    if counts.empty:
        return None
    return Focus(_period(counts.sort_values("period_start", na_position="first").iloc[-1]))


def _period(row: pd.Series) -> Period:
    return Period(as_date(row["period_start"]), as_date(row["period_end"]))
