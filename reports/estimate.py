"""A released figure as people read it: written with its interval, compared with another, said in a sentence."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from reports import numbers, periods
from reports.wording import Measure, measure


@dataclass(frozen=True)
class Estimate:
    """One released figure. Numbers are in the unit in which they are written (shares in per cent), None when absent."""

    measure: Measure
    period: periods.Period
    value: float | None
    lower: float | None
    upper: float | None
    status: str
    reason: str | None
    confidence: float | None

    @classmethod
    def from_row(cls, row: Mapping) -> Estimate:
        """From a row of the released figures."""
        words = measure(row["measure"])
        reason = row["reason"]
        return cls(
            measure=words,
            period=periods.Period(periods.as_date(row["period_start"]), periods.as_date(row["period_end"])),
            value=numbers.scaled(row["value"], words.kind),
            lower=numbers.scaled(row["lower"], words.kind),
            upper=numbers.scaled(row["upper"], words.kind),
            status=row["status"],
            reason=None if numbers.is_missing(reason) else str(reason),
            confidence=None if numbers.is_missing(row["confidence"]) else float(row["confidence"]),
        )

    @property
    def places(self) -> int:
        """Decimals that its interval deserves."""
        return numbers.decimals(self.measure.kind, self.lower, self.upper)

    @property
    def is_shown(self) -> bool:
        """Whether there is a number to show."""
        return numbers.mark_instead(self.status, self.value) is None

    @property
    def has_interval(self) -> bool:
        """Whether there is an interval to show."""
        return self.is_shown and self.lower is not None and self.upper is not None

    def written(self) -> str:
        """The number alone, or the mark in its place."""
        if mark := numbers.mark_instead(self.status, self.value):
            return mark.symbol
        return numbers.quantity(self.value, self.measure.kind, self.places)

    def written_interval(self) -> str:
        """`4.2% to 4.7%`; empty where there is no interval."""
        if not self.has_interval:
            return ""
        kind = self.measure.kind
        low, high = (numbers.quantity(limit, kind, self.places) for limit in (self.lower, self.upper))
        return f"{low} to {high}"

    def spoken(self) -> str:
        """The number with its unit, as it is read aloud."""
        kind, unit = self.measure.kind, self.measure.unit
        if kind == "share":
            return self.written()
        return f"{self.written()} {unit}".strip()

    def interval_name(self) -> str:
        """`95% interval`."""
        return f"{round((self.confidence or 0.95) * 100):d}% interval"


@dataclass(frozen=True)
class Difference:
    """Now less then, with its interval where both have one. In the unit of the figures."""

    value: float
    lower: float | None
    upper: float | None

    @property
    def is_beyond_chance(self) -> bool | None:
        """Whether the interval excludes zero; None where there is no interval."""
        if self.lower is None or self.upper is None:
            return None
        return self.lower > 0 or self.upper < 0


def difference(now: Estimate, then: Estimate) -> Difference | None:
    """Now less then, its limits recovered from the two intervals; None where either number is not shown.

    Square-and-add: Zou GY, Donner A. Construction of confidence limits about effect measures: a general approach.
    Statistics in Medicine 2008;27:1693-1702. For two Wilson intervals it is method 10 of Newcombe (Statistics in
    Medicine 1998;17:873-890). It takes the two periods as independent.
    """
    if not (now.is_shown and then.is_shown):
        return None
    gap = now.value - then.value
    if not (now.has_interval and then.has_interval):
        return Difference(gap, None, None)
    below = math.hypot(now.value - now.lower, then.upper - then.value)
    above = math.hypot(now.upper - now.value, then.value - then.lower)
    return Difference(gap, gap - below, gap + above)


def sentence(now: Estimate, then: Estimate | None, title: str | None = None) -> str:
    """The figure, its interval, what it was, and whether the difference means anything: a sentence to read aloud."""
    title = title or now.measure.title
    if not now.is_shown:
        mark = numbers.mark_instead(now.status, now.value)
        return f"{title} {now.period.phrase}: {mark.name}" + (f" ({now.reason})." if now.reason else ".")
    interval = f" ({now.interval_name()} {now.written_interval()})" if now.has_interval else ""
    if now.measure.kind == "count":
        opening = f"There were {now.written()} {_plain(title, now.measure.unit)}{interval} {now.period.phrase}"
    else:
        opening = f"{title} was {now.spoken()}{interval} {now.period.phrase}"
    if then is None:
        if now.period.start is None:
            return f"{opening}."
        return f"{opening}; there is no earlier period to compare it with."
    if not then.is_shown:
        mark = numbers.mark_instead(then.status, then.value)
        return f"{opening}; the figure for {then.period.name} is {mark.name}, so the two cannot be compared."
    if "provisional" in (now.status, then.status) and now.measure.kind == "count":
        which = (now if now.status == "provisional" else then).period.name
        return f"{opening}; {which} is covered in part only, so the two periods are not compared."
    return f"{opening}, {_change(now, then)}."


def _plain(title: str, unit: str) -> str:
    """The title within a sentence, where it says more than the unit does."""
    return title[:1].lower() + title[1:] if unit in title.lower() else unit


def _change(now: Estimate, then: Estimate) -> str:
    gap = difference(now, then)
    kind = now.measure.kind
    places = numbers.decimals(kind, gap.lower, gap.upper)
    before = f"the {then.written()} of {then.period.name}"
    is_same = numbers.number(gap.value, places) == numbers.number(0, places)
    if is_same:
        size = f"the same as {before} to the digits shown"
    elif kind == "count" and then.value:
        percent = numbers.number(abs(gap.value) / then.value * 100, 1)
        size = f"{percent}% {'more' if gap.value > 0 else 'fewer'} than {before}"
    else:
        unit = {"share": " percentage points", "mean": f" {now.measure.unit}".rstrip()}.get(kind, "")
        size = f"{numbers.number(abs(gap.value), places)}{unit} {'above' if gap.value > 0 else 'below'} {before}"
    if gap.is_beyond_chance is None:
        return f"{size}; every record is counted, so chance in sampling plays no part"
    if gap.is_beyond_chance:
        return f"{size}, which is more than chance alone would explain"
    return size if is_same else f"{size}, which is no more than chance alone would explain"
