"""What a measure is: its numerator, its denominator, its multiplier, and where it may be asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from transforms.measures.dimensions import FURTHER
from transforms.measures.methods import INTERVALS

Domain = Literal["discharge", "death"]
Kind = Literal["count", "patients", "mean", "score", "proportion", "share_of_all", "rate", "composed"]
Reliability = Literal["count", "rate", "standardised_rate", "proportion", "ratio"]
Where = Literal["any", "with_age", "without_age"]
Causes = Literal["any", "with_cause", "without_cause"]


class HasDimensions(Protocol):
    """A margin: the dimensions it is broken down by."""

    @property
    def by(self) -> tuple[str, ...]: ...


ADDITIVE = ("period", "facility_id", "area", "sex", "age_band", "cause")


@dataclass(frozen=True, kw_only=True)
class Definition:
    """One measure.

    `numerator` and `denominator` are columns of `stats.cell`; `records` and `denominator_records` the unweighted
    records behind them. `squared` is the column that holds the variance of the numerator (of the denominator, for
    proportions and means) under independent sampling: Kish's effective size is the square of the sum over it.
    `left_out` is the column of the records that have what the measure needs; those without it are left out and
    counted. `squares` is the column of the squared values of a mean; a `score` is a mean that may be below 0.
    `stratum` is the name and the value of what each of its figures is limited to, e.g. the window of an outcome.
    `margin` says whether the measure stands in margins by age, in those without, or in both, `causes` the same
    of margins by cause. `is_expected` says that the denominator is a number of events expected, not a count.

    `any_listed` says that a record counts once in each group of all its codes, not of its main one only. `births` are
    the columns of core.birth that sum to the denominator, `fetal` the one that adds to the numerator, and
    `counts_deaths` whether deaths do. `looks_back` says that only records count whose patient has none like it in the
    table's days before, `whole_years` that it stands for years that the sources cover whole, and `below_limit` that
    only those below the table's age limit count.

    A `composed` measure is worked out from several cells by a function of `transforms.measures.families`: `within`
    names the dimensions that it needs within each of its figures, `also` further columns of `stats.cell`,
    `per_population` whether it divides by the population of each cell, `per_standard` whether it is weighted with a
    standard population, `reliability` which test of the reliability
    regime applies, `intervals` which methods of limits a table may choose, `has_records` whether its numerator is a sum
    over records (a fitted line has none).
    """

    name: str
    domain: Domain
    kind: Kind
    numerator: str
    records: str
    squared: str
    denominator: str | None = None
    denominator_records: str | None = None
    known: str | None = None
    squares: str | None = None
    stratum: tuple[str, str] | None = None
    multiplier: float = 1.0
    interval: str | None = None
    margin: Where = "any"
    causes: Causes = "any"
    missing: str = ""
    within: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    per_population: bool = False
    per_standard: bool = False
    is_expected: bool = False
    any_listed: bool = False
    births: tuple[str, ...] = ()
    fetal: str | None = None
    counts_deaths: bool = True
    looks_back: bool = False
    whole_years: bool = False
    below_limit: bool = False
    reliability: Reliability | None = None
    intervals: tuple[str, ...] = ()
    has_records: bool = True

    @property
    def allowed_intervals(self) -> tuple[str, ...]:
        """The methods of limits that a table may choose for it."""
        return self.intervals or INTERVALS[self.kind]

    @property
    def additive_over(self) -> str | None:
        """Dimensions over which the figure adds up, as `stats.figure` writes them; None where it does not."""
        if self.kind != "count":
            return None
        return ",".join(name for name in ADDITIVE if name != "cause" or not self.any_listed)

    @property
    def columns(self) -> frozenset[str]:
        """The columns of `stats.cell` that it needs."""
        named = {self.numerator, self.records, self.squared, self.denominator, self.denominator_records, self.known}
        named.add(self.squares)
        return frozenset({*named, *self.also} - {None})

    @property
    def of_patients(self) -> bool:
        """Whether it counts persons, whom the weights of a survey's records say nothing of."""
        return self.numerator == "patients" or self.looks_back

    @property
    def is_rate(self) -> bool:
        """Whether it divides by a population."""
        return self.kind == "rate" or self.per_population

    @property
    def per_births(self) -> bool:
        """Whether it divides by births."""
        return bool(self.births)

    def stands_in(self, margin: HasDimensions) -> bool:
        """Whether the measure is given in a margin."""
        by_age = "age_band" in margin.by
        by_cause = "cause" in margin.by
        if any(name in FURTHER for name in margin.by) and (self.kind == "composed" or self.stratum):
            return False
        fits_age = self.margin == "any" or (self.margin == "with_age") == by_age
        return fits_age and (self.causes == "any" or (self.causes == "with_cause") == by_cause)


# What every rate by population has in common.
RATE = {
    "numerator": "weight",
    "records": "records",
    "squared": "weight_squared",
    "kind": "rate",
    "reliability": "rate",
}
