"""The profile language: one TOML file that maps a layout to the contract.

`Profile` is the whole file; each table of it is a class below. `docs/profiles.md` explains them with an example.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from transforms.profiles.checks import check_profile
from transforms.profiles.layout import FileLayout
from transforms.profiles.values import ISO, DateFormat, Format, Origin, Strict


def _as_list(given: Any) -> Any:
    return [given] if isinstance(given, str | dict) else given


Key = Annotated[tuple[Origin, ...], BeforeValidator(_as_list)]


class Anchor(Strict):
    """An age that was true in a year: the age at an event is it plus the difference of years."""

    age: Origin
    year: Origin


class Age(Strict):
    """How the age at admission or death is written; without it, it follows from the birth date.

    One of: `years` (with `years_max` where a range is given, and `days` below one year); `number` with `unit`, whose
    values map to minutes, hours, days, weeks, months, years, centuries (years over 100) or '' for unknown; `band`,
    whose values `bands` lists as [first, last], [first] where it is open-ended, or [] where it is unknown; `anchor`.
    """

    years: Origin | None = None
    years_max: Origin | None = None
    days: Origin | None = None
    number: Origin | None = None
    unit: Origin | None = None
    band: Origin | None = None
    bands: dict[str, tuple[int, ...]] = Field(default_factory=dict)
    anchor: Anchor | None = None

    @model_validator(mode="after")
    def _complete(self) -> Age:
        ways = [self.years is not None, self.number is not None, self.band is not None, self.anchor is not None]
        if sum(ways) != 1:
            raise ValueError("expected exactly one of years, number, band, anchor")
        if (self.number is None) != (self.unit is None):
            raise ValueError("number and unit belong together")
        if (self.band is None) != (not self.bands):
            raise ValueError("band and bands belong together")
        if any(len(ages) > 2 for ages in self.bands.values()):
            raise ValueError("bands: expected [first, last], [first] or []")
        return self


class Join(Strict):
    """Another file whose row is added to each row: its columns are written `role.column`.

    Of several rows with the same key one is taken: the `first` or `last` by `order`, then by file and row.
    """

    file: str
    on: dict[str, str] = Field(description="Column of the record's file = column of this one")
    pick: Literal["first", "last"] = "first"
    order: tuple[str, ...] = ()


class Person(Strict):
    """The file that describes persons, one or several rows a person.

    Of several rows the sexes and birth dates must agree (else they are unknown), the earliest death date counts, and
    the area is the last one given.
    """

    file: str
    key: Key
    sex: Origin | None = None
    birth_date: Origin | None = None
    death_date: Origin | None = None
    area: Origin | None = None
    vital_status_complete: bool = Field(
        default=False, description="True where a person without a death date is known to have been alive throughout"
    )


class EncounterFields(Strict):
    """Fields of an encounter; every one may be left out."""

    patient_id: Origin | None = None
    facility_id: Origin | None = None
    facility_type: Origin | None = None
    encounter_class: Origin | None = None
    admission_date: Origin | None = None
    discharge_date: Origin | None = None
    admission_type: Origin | None = None
    admission_source: Origin | None = None
    birth_date: Origin | None = None
    death_date: Origin | None = None
    sex: Origin | None = None
    area: Origin | None = None
    discharge_disposition: Origin | None = None
    died: Origin | None = None
    birth_weight: Origin | None = None
    department: Origin | None = None
    payer: Origin | None = None
    coder_id: Origin | None = None
    weight: Origin | None = None
    weight_kind: Origin | None = None
    date_precision: Origin | None = None
    claim_number: Origin | None = None
    bill_type: Origin | None = None
    condition_codes: Origin | None = None
    claim_status: Origin | None = None


class Bills(Strict):
    """How versions of a bill relate; `frequency` is the last digit of the type of bill.

    7 replaces the whole claim, 8 cancels the version it names, 2, 3 and 4 are interim bills of one stay. `reference`
    is the bill that a 7 or an 8 names, by its native identifier; without it the bills with the same `claim` (default:
    the claim number) are versions of one claim, and an 8 names the version before it.
    """

    frequency: Origin
    reference: Origin | None = None
    claim: Key = ()


class Stay(Strict):
    """How encounters fold into a stay; without it every inpatient encounter is one.

    Encounters with the same `key` are one stay (episodes of a spell). Or: an encounter that `continues` (a
    continuation or interim bill), or that follows one whose patient was still there, belongs to the one before it of
    the same `within`, where the gap is at most `gap_days`.
    """

    key: Key = ()
    number: Origin | None = Field(default=None, description="Order of the episode within its stay")
    continues: Origin | None = Field(default=None, description="Has a value where the record continues another")
    within: Key = Field(default=(), description="Default: patient and facility")
    gap_days: int = 1
    principal: Literal["first", "last"] = Field(default="last", description="Which encounter's principal diagnosis")


class EncounterSection(Strict):
    """Which file holds encounters, what makes a row one, and its fields."""

    file: str
    key: Key
    fold: bool = Field(default=False, description="Rows with the same key are lines or segments of one encounter")
    order: tuple[str, ...] = Field(default=(), description="Columns that order the lines of an encounter")
    dates: Literal["span", "first"] = Field(default="span", description="Its days: all lines' or the first line's")
    only: dict[str, tuple[str, ...]] = Field(default_factory=dict, description="Rows that are such records at all")
    ignore: tuple[str, ...] = Field(default=(), description="Columns that may differ between exact duplicates")
    version: Origin | None = Field(default=None, description="Greatest is latest, where the source updates by_record")
    join: tuple[Join, ...] = ()
    fields: EncounterFields
    age: Age | None = None
    bills: Bills | None = None


class CodeSection(Strict):
    """A set of codes: columns of the record's own file, or the rows of a file of their own.

    `columns` are names, or one pattern such as `dx{n}` or `DIAG_{n:02}` whose number gives the position. The first
    column is the principal code unless `role` says otherwise. In a file of their own (`file`), `record` is the key of
    the record, and `code`, `seq` and `role` are columns. `separator` splits a value that lists several codes.
    """

    file: str | None = None
    record: Key = ()
    columns: tuple[str, ...] = ()
    code: Origin | None = None
    seq: Origin | None = None
    role: Origin | None = None
    system: Origin
    poa: str | None = Field(default=None, description="Pattern of the present-on-admission columns")
    poa_column: Origin | None = None
    date: str | None = Field(default=None, description="Pattern of the date columns of procedures")
    date_column: Origin | None = None
    line: Origin | None = Field(default=None, description="Line of a certificate; default: the column's position")
    lines: tuple[int, ...] = Field(default=(), description="Line of a certificate that each of `columns` is")
    modifiers: tuple[str, ...] = ()
    units: Origin | None = None
    diagnosis_pointers: Origin | None = None
    null: tuple[str, ...] = ()
    strip: str | None = None
    before: str | None = None
    separator: str | None = None

    @model_validator(mode="after")
    def _wide_or_long(self) -> CodeSection:
        if (self.code is None) == (not self.columns):
            raise ValueError("expected either columns (wide) or code (one code a row)")
        if self.file and not self.record:
            raise ValueError("a file of its own needs record: the columns that name the record")
        if self.lines and len(self.lines) != len(self.columns):
            raise ValueError("lines: expected one line for each of columns")
        return self


class DeathFields(Strict):
    """Fields of a death; every one may be left out."""

    patient_id: Origin | None = None
    death_date: Origin | None = None
    registration_date: Origin | None = None
    birth_date: Origin | None = None
    sex: Origin | None = None
    area: Origin | None = None
    facility_id: Origin | None = None
    place_of_death: Origin | None = None
    manner: Origin | None = None
    pregnancy_status: Origin | None = None
    underlying_cause: Origin | None = None
    system: Origin | None = None
    weight: Origin | None = None
    weight_kind: Origin | None = None
    date_precision: Origin | None = None


class DeathSection(Strict):
    """Which file holds deaths, what makes a row one, and its fields. `key = []`: rows have no identifier (counts)."""

    file: str
    key: Key
    only: dict[str, tuple[str, ...]] = Field(default_factory=dict, description="Rows that are such records at all")
    ignore: tuple[str, ...] = ()
    version: Origin | None = None
    join: tuple[Join, ...] = ()
    fields: DeathFields
    age: Age | None = None


class BirthSection(Strict):
    """Which file holds counts of births."""

    file: str
    collection: Origin | None = None
    period: Origin
    area: Origin | None = None
    sex: Origin | None = None
    live_births: Origin | None = None
    fetal_deaths_20w: Origin | None = None
    fetal_deaths_22w: Origin | None = None
    fetal_deaths_28w: Origin | None = None


class PopulationSection(Strict):
    """Which file holds persons by year, area, sex and age: `age_start` and `age_end`, or `band` with its `bands`."""

    file: str
    collection: Origin | None = None
    facility_id: Origin | None = None
    period: Origin
    area: Origin | None = None
    sex: Origin | None = None
    age_start: Origin | None = None
    age_end: Origin | None = None
    band: Origin | None = None
    bands: dict[str, tuple[int, ...]] = Field(default_factory=dict)
    persons: Origin

    @model_validator(mode="after")
    def _ages(self) -> PopulationSection:
        if (self.age_start is None) == (self.band is None):
            raise ValueError("expected either age_start (and age_end) or band with bands")
        return self


class Codes(Strict):
    """What is true of all codes of the source."""

    categories_only: bool = Field(default=False, description="Codes are categories of three characters, valid as such")
    edition: str | None = Field(default=None, description="National edition of the classification, in words")


class Profile(Strict):
    """One layout. `name` is the name of its file."""

    name: str = ""
    title: str
    description: str = ""
    dates: tuple[Format, ...] = (DateFormat(format=ISO),)
    date_precision: Literal["day", "month", "year", "shifted"] | None = None
    null: tuple[str, ...] = Field(default=(), description="Values that mean null in every column")
    codes: Codes = Codes()
    files: dict[str, FileLayout]
    person: Person | None = None
    encounter: EncounterSection | None = None
    diagnosis: tuple[CodeSection, ...] = ()
    procedure: tuple[CodeSection, ...] = ()
    stay: Stay = Stay()
    death: DeathSection | None = None
    death_condition: tuple[CodeSection, ...] = ()
    birth: BirthSection | None = None
    population: PopulationSection | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Profile:
        check_profile(self)
        return self
