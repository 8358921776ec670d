"""Specifications of tables, one TOML file each, and the settings of a run that bear on figures."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from transforms.measures.definitions import DEFINITIONS, Definition, Domain
from transforms.measures.dimensions import OF_DEATHS
from transforms.measures.methods.reliability import REGIMES

Dimension = Literal[
    "facility_id",
    "area",
    "sex",
    "age_band",
    "cause",
    "department",
    "admission_type",
    "comorbidity_class",
    "place_of_death",
    "drg",
    "base_drg",
]
Period = Literal["year", "quarter", "month"]
# Columns of stats.contribution that a table may filter by.
Filterable = Literal[
    "collection",
    "facility_id",
    "area",
    "sex",
    "system",
    "code_status",
    "weight_kind",
    "admission_type",
    "comorbidity_class",
    "present_on_admission",
]

MONTHS: dict[str, int] = {"year": 12, "quarter": 3, "month": 1}


# NCHS publishes its rates, and CDC WONDER all that may be compared with them, on this standard; its eleven groups are
# few enough for most data to fill.
DEFAULT_STANDARD = "us2000_nchs_11"


class SpecificationError(ValueError):
    """A table's specification cannot be used; the message names the file, the key and what was expected."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the configuration decides about figures.

    `period` is that of tables which leave it to the configuration; `year_start` the month (1 to 12) in which the
    reporting year begins; `reliability` the regime that marks or withholds figures on too little
    (`methods.reliability`); `standard` the standard population of tables that name none, `standard_interval` the limits
    of directly standardised rates, None for those that go with the standard; `msdrg` whether stays are grouped by
    MS-DRG, some 5,000 a second.
    """

    period: Period = "year"
    year_start: int = 1
    confidence: float = 0.95
    reliability: str = "wonder"
    standard: str = DEFAULT_STANDARD
    standard_interval: str | None = None
    msdrg: bool = False

    def __post_init__(self) -> None:
        if self.period not in MONTHS:
            raise SpecificationError(f"[report] period: expected one of {', '.join(MONTHS)}")
        if not 1 <= self.year_start <= 12:
            raise SpecificationError("[report] year_start: expected a month from 1 to 12")
        if not 0 < self.confidence < 1:
            raise SpecificationError("confidence: expected a number between 0 and 1, e.g. 0.95")
        if self.reliability not in REGIMES:
            raise SpecificationError(f"[reliability] regime: expected one of {', '.join(REGIMES)}")


class Band(BaseModel):
    """An age band: its label and its first and last completed year (None: open)."""

    model_config = ConfigDict(frozen=True)

    label: str
    start: int
    end: int | None

    @classmethod
    def parse(cls, label: str) -> Band:
        """Read a label as it is printed: `0`, `1-4` or `85+`."""
        if label.endswith("+"):
            return cls(label=label, start=int(label[:-1]), end=None)
        first, _, last = label.partition("-")
        return cls(label=label, start=int(first), end=int(last or first))


@cache
def band_sets() -> dict[str, tuple[Band, ...]]:
    """The named sets of age bands, in reading order, from `age_bands.toml`."""
    path = Path(__file__).with_name("age_bands.toml")
    named = tomllib.loads(path.read_text(encoding="utf-8"))
    return {name: tuple(Band.parse(label) for label in labels) for name, labels in named.items()}


class Margin(BaseModel):
    """One margin of a table: the dimensions it is broken down by, besides the period.

    `complete` writes a row, with a true zero, for each combination of the values that the collection has in the
    periods it covers; without it, combinations without records have no row.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    by: tuple[Dimension, ...] = ()
    complete: bool = False


class ReferenceRate(BaseModel):
    """The events among the persons of some ages: a row of a reference that a table is held against."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sex: Literal["F", "M"] | None = None
    age_start: int = Field(ge=0)
    age_end: int | None = None
    cause: str | None = None
    events: float = Field(ge=0)
    persons: float = Field(ge=0)


class Reference(BaseModel):
    """What ratios are held against, if not the collection's own total of the same period.

    Either `year`, a year of the collection's own, frozen for all periods, or `rates` with their `name`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    year: int | None = None
    name: str = Field(default="reference", pattern=r"^[a-z0-9_]+$")
    rates: tuple[ReferenceRate, ...] = ()

    @model_validator(mode="after")
    def _one_of_both(self) -> Reference:
        if (self.year is None) == (not self.rates):
            raise ValueError("a reference has either a year or rates")
        return self


class Tolerance(BaseModel):
    """How far open flags may move a table's figures before they are not robust.

    One of: `absolute` in the figures' unit, `relative` as a share of the value, `half_widths` of the figure's own
    interval. A figure without an interval takes the relative one, `RELATIVE_TOLERANCE` where none is given.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    absolute: float | None = Field(default=None, gt=0)
    relative: float | None = Field(default=None, gt=0)
    half_widths: float | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _one_of_them(self) -> Tolerance:
        if sum(given is not None for given in (self.absolute, self.relative, self.half_widths)) != 1:
            raise ValueError("a tolerance is one of absolute, relative and half_widths")
        return self


# Of figures without an interval, e.g. counts of discharges: own choice.
RELATIVE_TOLERANCE = 0.01


class Comparability(BaseModel):
    """How many deaths a later classification gives a cause for each that an earlier one gives it, with its error."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    earlier_version: str
    earlier_cause: str
    version: str
    cause: str
    ratio: float = Field(gt=0)
    standard_error: float = Field(ge=0)
    source: str


class TableSpecification(BaseModel):
    """One table: which measures, by which margins, with which words around them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    table_id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    order: int = Field(description="Place among the tables of a report")
    title: str
    question: str
    measures: tuple[str, ...] = Field(min_length=1)
    period: Period | Literal["setting"] = "setting"
    date_of: Literal["death", "registration"] = Field(default="death", description="Which date of a death counts")
    scheme: str | None = None
    age_bands: tuple[str, ...] = ("infant_five_year",)
    margins: tuple[Margin, ...] = Field(min_length=1)
    filters: dict[Filterable, tuple[str, ...]] = {}
    multiplier: dict[str, float] = {}
    interval: dict[str, str] = {}
    standard: str | None = Field(default=None, description="Standard population; None: the configuration's")
    confidence: float | None = Field(default=None, gt=0, lt=1, description="Of the limits; None: 95 %")
    baseline_years: int = Field(default=5, ge=3, description="Years before a period that make its baseline")
    most_joinpoints: int | None = Field(default=None, ge=0, le=5, description="None: by the number of years")
    reference: Reference | None = Field(default=None, description="Of ratios; None: the collection's own total")
    breaks: tuple[date, ...] = Field(default=(), description="First days of new phases of control charts")
    comparability: tuple[Comparability, ...] = Field(default=(), description="Ratios at a change of classification")
    ages: tuple[int, ...] = Field(default=(0, 65), description="Ages at which life expectancy is given")
    age_limit: int = Field(default=75, ge=1, le=150, description="Age before which years of life are lost")
    look_back_days: int = Field(default=365, ge=1, description="Days before a record without one like it: a first one")
    in_parts: bool = Field(default=False, description="Count records in parts, as the scheme's groups share them")
    below_age: int | None = Field(default=None, ge=1, description="Only those known to be younger; None: all")
    footnotes: tuple[str, ...] = ()
    headline: tuple[str, ...] = Field(default=(), description="Measures that are headlines in the first margin")
    tolerance: Tolerance = Tolerance(half_widths=1.0)

    @field_validator("measures")
    @classmethod
    def _known_measures(cls, measures: tuple[str, ...]) -> tuple[str, ...]:
        for name in measures:
            if name not in DEFINITIONS:
                raise ValueError(f"no measure {name!r}; the measures are {', '.join(DEFINITIONS)}")
        if len({DEFINITIONS[name].domain for name in measures}) > 1:
            raise ValueError("a table counts discharges or deaths, not both")
        for of_its_own, words in (
            ("is_rate", "rates by population"),
            ("per_births", "rates by births"),
            ("any_listed", "measures of all listed codes"),
        ):
            if len({getattr(DEFINITIONS[name], of_its_own) for name in measures}) > 1:
                raise ValueError(f"{words} stand in a table of their own")
        return measures

    @field_validator("age_bands")
    @classmethod
    def _known_bands(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            if name not in band_sets():
                raise ValueError(f"no set of age bands {name!r}; the sets are {', '.join(band_sets())}")
        return names

    @model_validator(mode="after")
    def _consistent(self) -> TableSpecification:
        with_cause = any("cause" in margin.by for margin in self.margins) or any(
            "cause" in definition.within for definition in self.definitions
        )
        if with_cause != (self.scheme is not None):
            raise ValueError("a table by cause, or with a measure that needs causes, has a scheme; others have none")
        if any(definition.whole_years for definition in self.definitions) and self.period != "year":
            raise ValueError("treated_prevalence_rate is by year: the population of a part of a year is person-years")
        if self.looks_back and self.look_back_days < MONTHS.get(self.period, 12) * 30:
            raise ValueError("look_back_days: shorter than a period, so that a patient would count twice in it")
        if self.in_parts and not set(self.measures) <= {"deaths", "directly_standardised_rate"}:
            raise ValueError("in_parts: only deaths, and their standardised rates, are counted in parts")
        of_all_ages = self.is_rate and set(self.measures) != {"directly_standardised_rate"}
        if self.below_age is not None and (of_all_ages or self.per_births):
            raise ValueError(
                "below_age: only directly_standardised_rate leaves older people out of its population; "
                "break other rates down by age_band instead"
            )
        by_registration = self.date_of == "registration"
        if by_registration and (self.domain != "death" or self.is_rate or self.per_births):
            raise ValueError("only counts and shares of deaths can be by date_of = registration: rates are by death")
        if self.domain != "death" and any(set(margin.by) & set(OF_DEATHS) for margin in self.margins):
            raise ValueError(f"only tables of deaths are by {', '.join(OF_DEATHS)}")
        if self.is_rate and any(set(margin.by) >= {"facility_id", "area"} for margin in self.margins):
            raise ValueError("a rate is by residence area or by a facility's catchment, not by both")
        if "proportionate_mortality" in self.measures and any("cause" not in margin.by for margin in self.margins):
            raise ValueError("proportionate_mortality needs every margin of its table to be by cause")
        if ("comparable_deaths" in self.measures) > bool(self.comparability):
            raise ValueError("comparable_deaths needs the table's own [[comparability]] ratios")
        earlier = [(one.earlier_version, one.earlier_cause) for one in self.comparability]
        if len(set(earlier)) < len(earlier):
            raise ValueError("comparability: a cause of the earlier classification has two ratios")
        places = {"facility_id", "area"}
        has_own_reference = "standardised_mortality_ratio" in self.measures and not self.reference
        if has_own_reference and not all(places & set(margin.by) for margin in self.margins):
            raise ValueError("standardised_mortality_ratio needs margins by area or facility_id, or a reference")
        for measure, wanted, others in (
            ("life_expectancy_difference_between_sexes", set(), {"sex"}),
            ("life_expectancy_difference_between_areas", {"area"}, set()),
        ):
            if measure in self.measures and not all(
                wanted <= set(margin.by) and not others & set(margin.by) for margin in self.margins
            ):
                raise ValueError(f"{measure} needs margins {'without sex' if others else 'by area'}")
        for definition in self.definitions:
            if not any(definition.stands_in(margin) for margin in self.margins):
                raise ValueError(f"{definition.name} stands in none of the table's margins")
        for key, names in (("multiplier", self.multiplier), ("interval", self.interval), ("headline", self.headline)):
            if unknown := set(names) - set(self.measures):
                raise ValueError(f"{key}: the table has no measure {', '.join(sorted(unknown))}")
        for measure, method in self.interval.items():
            if method not in DEFINITIONS[measure].allowed_intervals:
                allowed = ", ".join(DEFINITIONS[measure].allowed_intervals)
                raise ValueError(f"interval: {measure} takes one of {allowed}")
        return self

    @property
    def definitions(self) -> tuple[Definition, ...]:
        return tuple(DEFINITIONS[name] for name in self.measures)

    @property
    def domain(self) -> Domain:
        return self.definitions[0].domain

    @property
    def is_rate(self) -> bool:
        """Whether the table divides by a population."""
        return self.definitions[0].is_rate

    @property
    def per_births(self) -> bool:
        """Whether the table divides by births."""
        return self.definitions[0].per_births

    @property
    def any_listed(self) -> bool:
        """Whether a record counts once in each group of all its codes."""
        return self.definitions[0].any_listed

    @property
    def looks_back(self) -> bool:
        """Whether a measure counts only records whose patient has none like it in the days before."""
        return any(definition.looks_back for definition in self.definitions)

    @property
    def is_standardised(self) -> bool:
        """Whether the table weighs its rates with a standard population."""
        return any(definition.per_standard for definition in self.definitions)

    def resolved(self, settings: Settings) -> TableSpecification:
        """The table with the configuration's period in place of `setting`."""
        return self.model_copy(update={"period": settings.period}) if self.period == "setting" else self


def load_specifications(folder: Path, site: Path | None = None) -> list[TableSpecification]:
    """Read every `*.toml` of a folder, in the order the tables state; the file's name is the table's id.

    `site` is a folder of further tables, which need not exist; one named as a table of `folder` takes its place.
    """
    tables = {path.stem: _load(path) for path in sorted(folder.glob("*.toml"))}
    if not tables:
        raise SpecificationError(f"{folder}: no table specification (*.toml) here")
    if site:
        tables |= {path.stem: _load(path) for path in sorted(site.glob("*.toml"))}
    return sorted(tables.values(), key=lambda table: (table.order, table.table_id))


def _load(path: Path) -> TableSpecification:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        return TableSpecification.model_validate({"table_id": path.stem, **content})
    except tomllib.TOMLDecodeError as error:
        raise SpecificationError(f"{path}: not valid TOML: {error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(str(part) for part in first["loc"]) or "table"
        raise SpecificationError(f"{path}: {key}: {first['msg']}") from error
