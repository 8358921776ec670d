"""What open flags could do to one figure, in words and as a strip: the figure, its interval and its bounds on one line.

The columns come through disclosure control: bounds between which few records lie are absent though `bound_kind` says
that there are some.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from reports import numbers
from reports.blocks import Strip
from reports.estimate import Estimate
from reports.wording import word

# How the bounds of a figure stand: not worked out, hidden for resting on few records, at the figure, or around it.
Standing = Literal["not_assessed", "hidden", "fixed", "movable"]

_NO_NAMED = "no open flag with a named target can move it"

# Room at each end of a strip, in hundredths of its length.
_ROOM = 3.0


@dataclass(frozen=True)
class Risk:
    """A figure with its bounds, in the unit in which it is written; None where a column is absent."""

    estimate: Estimate
    bound_low: float | None
    bound_high: float | None
    worst_low: float | None
    worst_high: float | None
    bound_kind: str | None
    verdict: str | None
    tolerance: float | None
    flips: str | None
    absent: str | None = None

    @classmethod
    def from_row(cls, row: Mapping) -> Risk:
        """From a row of the released figures."""
        estimate = Estimate.from_row(row)
        kind = estimate.measure.kind
        columns = ("bound_low", "bound_high", "worst_low", "worst_high", "tolerance")
        words = {name: None if numbers.is_missing(row[name]) else str(row[name]) for name in ("bound_kind", "verdict")}
        words |= {name: None if numbers.is_missing(row.get(name)) else str(row[name]) for name in ("flips", "absent")}
        scaled = {name: numbers.scaled(row[name], kind) for name in columns}
        return cls(estimate=estimate, **scaled, **words)

    @property
    def standing(self) -> Standing:
        """How its bounds stand."""
        if self.bound_kind is None:
            return "not_assessed"
        if self.bound_low is None or self.bound_high is None:
            return "hidden"
        return "fixed" if self.bound_low == self.bound_high else "movable"

    @property
    def distance(self) -> float | None:
        """How far open flags with named targets could move it; None where that is not shown."""
        if not self.estimate.is_shown or self.standing in ("not_assessed", "hidden"):
            return None
        return max(self.estimate.value - self.bound_low, self.bound_high - self.estimate.value, 0.0)

    @property
    def half_widths(self) -> float | None:
        """The same in half-widths of its interval; without an interval, in tolerances."""
        half = (self.estimate.upper - self.estimate.lower) / 2 if self.estimate.has_interval else self.tolerance
        if self.distance is None or not half or half <= 0:
            return None
        return self.distance / half

    @property
    def written_verdict(self) -> str:
        """Its verdict as people read it; empty without one."""
        return "" if self.verdict is None else word("verdicts", self.verdict)

    def written_bounds(self) -> str:
        """`3,872 to 3,886`; empty where there are none to show."""
        return self._between(self.bound_low, self.bound_high)

    def _between(self, low: float | None, high: float | None) -> str:
        if low is None or high is None:
            return ""
        kind, least = self.estimate.measure.kind, self.estimate.places
        # As many decimals as the figure has, and up to two more where the bounds would read as one number.
        for places in range(least, least + 3):
            ends = [numbers.quantity(end, kind, places) for end in (low, high)]
            if ends[0] != ends[1] or low == high:
                break
        return " to ".join(ends)

    def clause(self) -> str:
        """What open flags could do to it, as a clause about `it`, without a full stop."""
        standing = self.standing
        if standing == "not_assessed":
            return "what open flags could do to it is not assessed"
        if standing == "hidden":
            return "how far open flags could move it rests on too few records to be shown"
        worst = self._between(self.worst_low, self.worst_high)
        if standing == "fixed":
            still = self.worst_low == self.worst_high
            if not worst:
                return _NO_NAMED
            return "no open flag can move it" if still else f"{_NO_NAMED}; with those that name none it is {worst}"
        within = self.written_bounds()
        lies = "is certain to lie" if self.bound_kind == "outer" else "lies"
        text = f"it {lies} between {within.replace(' to ', ' and ')} whatever the open flags turn out to be"
        if worst and worst != within:
            text += f", those without a named target apart ({worst} with them)"
        if self.bound_kind == "conditional":
            text += ", what is fitted to the data staying as it is"
        return text

    def sentence(self) -> str:
        """The clause as a sentence, with the verdict and what would turn round."""
        clause = self.clause()
        text = f"{clause[:1].upper()}{clause[1:]}"
        if self.written_verdict:
            text += f": {self.written_verdict.lower()}"
        could = f" Could change: {self.flips}." if self.flips else ""
        lacks = f" {self.absent[:1].upper()}{self.absent[1:]}." if self.absent else ""
        return f"{text}.{could}{lacks}"

    def strip(self) -> Strip | None:
        """Its interval and bounds drawn to one scale; None where there is nothing to draw beside the number."""
        estimate = self.estimate
        interval = (estimate.lower, estimate.upper) if estimate.has_interval else (None, None)
        bounds = (self.bound_low, self.bound_high) if self.standing in ("fixed", "movable") else (None, None)
        worst = (self.worst_low, self.worst_high) if bounds[0] is not None else (None, None)
        ends = [end for end in (*interval, *bounds, *worst) if end is not None]
        if not estimate.is_shown or bounds[0] is None:
            return None
        low, high = min(*ends, estimate.value), max(*ends, estimate.value)
        if low == high:
            return None

        def place(number: float | None) -> float | None:
            return None if number is None else round(_ROOM + (number - low) / (high - low) * (100 - 2 * _ROOM), 2)

        said = [f"{estimate.interval_name()} {estimate.written_interval()}"] if estimate.has_interval else []
        said.append(f"with open flags {self.written_bounds()}")
        return Strip(
            value=place(estimate.value),
            interval=(place(interval[0]), place(interval[1])) if interval[0] is not None else None,
            bounds=(place(bounds[0]), place(bounds[1])),
            worst=(place(worst[0]), place(worst[1])) if worst[0] is not None else None,
            text=self.written_bounds(),
            summary=f"{estimate.written()}: {'; '.join(said)}.",
        )


def could_change_places(rows: pd.DataFrame) -> str:
    """Which neighbours of a ranking open flags could put in another order, as the end of a note; empty where none.

    `rows` in the order of the ranking, with `label` and the columns of figures.
    """
    if not (rows["bound_high"] > rows["bound_low"]).any():
        return ""
    drawn = " A thin line below a bar is where open flags with named targets could put it."
    each = rows.to_dict("records")
    # What is hidden, or not assessed, is taken to stand still.
    low = [row["value"] if numbers.is_missing(row["bound_low"]) else row["bound_low"] for row in each]
    high = [row["value"] if numbers.is_missing(row["bound_high"]) else row["bound_high"] for row in each]
    pairs = [
        f"{each[place]['label']} and {each[place + 1]['label']}"
        for place in range(len(each) - 1)
        if high[place + 1] > low[place] and each[place]["value"] > each[place + 1]["value"]
    ]
    return f"{drawn} They could change the order of {'; '.join(pairs)}." if pairs else f"{drawn} The order stands."


def turned_round(rows: pd.DataFrame) -> str:
    """What open flags could turn round in a chart of places, as the end of a note; empty where nothing is drawn.

    `rows` with `label` and the columns of figures.
    """
    if not (rows["bound_high"] > rows["bound_low"]).any():
        return ""
    turned = zip(rows["label"], rows["flips"], strict=True)
    found = [f"{label}: {flips}" for label, flips in turned if not numbers.is_missing(flips)]
    drawn = " An upright line is where open flags with named targets could put a place."
    return f"{drawn} They could change {'; '.join(found)}." if found else f"{drawn} They turn no conclusion round."
