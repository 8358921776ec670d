"""What cells sum: the columns of `stats.cell`, and how each is summed from the records `placed as p`.

Every column exists twice, since records that stand for themselves are counted in integers, which is several times as
fast as sums of decimal weights. Both ways give the same numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

# A survey's record is one record however much it stands for; a frequency row is as many as its weight.
_RECORDS = "(case p.weight_kind when 'sampling' then 1 else p.weight end)"
# DuckDB keeps products of narrow decimals narrow, and they overflow: the wide type holds any weight times squared days.
_WEIGHT = "p.weight::decimal(28, 6)"
_SQUARED = f"(case p.weight_kind when 'sampling' then {_WEIGHT} * {_WEIGHT} else {_WEIGHT} end)::decimal(38, 6)"


@dataclass(frozen=True, kw_only=True)
class Counted:
    """Records that `holds` is true for (None: all of them), as columns of `stats.cell`.

    `weight` sums their weights, `records` counts them unweighted, `squared` sums their squared weights (a frequency
    row counting its weight): Kish's effective size is weight² over it. A column that is None is not kept.
    """

    group: str
    holds: str | None = None
    weight: str | None = None
    records: str | None = None
    squared: str | None = None

    def one_each(self) -> dict[str, str]:
        count = f"count(*) filter ({self.holds})" if self.holds else "count(*)"
        return {name: count for name in (self.records, self.weight, self.squared) if name}

    def weighted(self) -> dict[str, str]:
        def total(expression: str) -> str:
            return f"coalesce(sum({expression}) filter ({self.holds}), 0)" if self.holds else f"sum({expression})"

        expressions = ((self.records, _RECORDS), (self.weight, "p.weight"), (self.squared, _SQUARED))
        return {name: total(expression) for name, expression in expressions if name}

    def contributions(self) -> dict[str, str]:
        if not self.weight:
            return {}
        return {self.weight: f"case when {self.holds} then p.weight end" if self.holds else "p.weight"}


@dataclass(frozen=True, kw_only=True)
class Added:
    """A whole number that every record carries (`value`, null where unknown), summed over records.

    `total` is the weighted sum, `squares` the weighted sum of squares, `variance` the sum of the squared weighted
    numbers, a frequency row counting its weight.
    """

    group: str
    value: str
    total: str
    squares: str
    variance: str

    def one_each(self) -> dict[str, str]:
        square = f"sum({self.value} * {self.value})"
        return {self.total: f"sum({self.value})", self.squares: square, self.variance: square}

    def weighted(self) -> dict[str, str]:
        value = f"{self.value}::decimal(9, 0)"
        return {
            self.total: f"sum({_WEIGHT} * {value})",
            self.squares: f"sum({_WEIGHT} * {value} * {value})",
            self.variance: f"sum({_SQUARED} * {value} * {value})",
        }

    def contributions(self) -> dict[str, str]:
        return {self.total: f"{_WEIGHT} * {self.value}"}


ALWAYS = "always"

SUMS: tuple[Counted | Added, ...] = (
    Counted(group=ALWAYS, records="records", weight="weight", squared="weight_squared"),
    Counted(group="identified", holds="p.patient_id is not null", records="identified_records"),
    Added(
        group="length",
        value="p.bed_days",
        total="bed_days",
        squares="bed_days_squared",
        variance="bed_days_variance",
    ),
    Counted(
        group="length",
        holds="p.bed_days is not null",
        weight="stays_with_length",
        records="length_records",
        squared="length_squared",
    ),
    Counted(group="outcome", holds="p.died", weight="died", records="died_records", squared="died_squared"),
    Counted(
        group="outcome",
        holds="p.died is not null",
        weight="outcome_known",
        records="outcome_records",
        squared="outcome_squared",
    ),
)

_SAMPLING = "sampling_records"


def _joined(parts: Iterable[dict[str, str]]) -> dict[str, str]:
    return {name: expression for part in parts for name, expression in part.items()}


ONE_EACH: dict[str, str] = {_SAMPLING: "0::bigint", **_joined(one.one_each() for one in SUMS)}
WEIGHTED: dict[str, str] = {
    _SAMPLING: "count_if(p.weight_kind = 'sampling')",
    **_joined(one.weighted() for one in SUMS),
}

# A record's contribution to a column of stats.cell; null where the column leaves the record out. A patient's first
# record contributes 1 to `patients`, the others 0.
CONTRIBUTION: dict[str, str] = {
    **_joined(one.contributions() for one in SUMS),
    "patients": """case when p.patient_id is not null then (row_number() over (
        partition by p.patient_id order by p.event_date nulls last, p.record_id) = 1)::integer end""",
}


def columns_for(used: Iterable[str]) -> tuple[str, ...]:
    """The additive columns of `stats.cell` that must be summed for the columns `used`: whole groups of them."""
    wanted = set(used)
    groups = {one.group for one in SUMS if wanted & set(one.one_each())} | {ALWAYS}
    needed = {_SAMPLING, *(name for one in SUMS if one.group in groups for name in one.one_each())}
    return tuple(name for name in ONE_EACH if name in needed)
