"""The vocabulary with which a profile says where a field's value comes from."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

Precision = Literal["day", "month", "year"]

ISO = "iso"


class Strict(BaseModel):
    """A part of a profile: unknown keys are errors, and a loaded profile never changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class DateFormat(Strict):
    """A way of writing a date, in strptime's letters, or `iso` for an ISO date with or without a time."""

    format: str
    precision: Precision | None = Field(default=None, description="Where it is coarser than what is written")

    @property
    def known_to(self) -> Precision:
        if self.precision:
            return self.precision
        if self.format == ISO or "%d" in self.format or "%j" in self.format:
            return "day"
        return "month" if "%m" in self.format or "%b" in self.format else "year"


def _as_format(given: Any) -> Any:
    return {"format": given} if isinstance(given, str) else given


Format = Annotated[DateFormat, BeforeValidator(_as_format)]


class Case(Strict):
    """A value that holds where every named column has one of its values.

    Its own `value` may be a bare text, which then is the value itself. In `when`, a value that ends in `*` stands for
    all that begin so; '' and an empty list stand for a column without a value.
    """

    when: dict[str, tuple[str, ...]]
    value: Value

    @field_validator("value", mode="before")
    @classmethod
    def _bare_text_is_constant(cls, given: Any) -> Any:
        return {"constant": given} if isinstance(given, str) else given


_MAPS = Path(__file__).with_name("maps")


def _named_maps(given: Any) -> Any:
    """A bare text names one of the maps that Farr ships, a list several, which are laid together."""
    names = [given] if isinstance(given, str) else given
    if not isinstance(names, list | tuple):
        return given
    merged: dict[str, str] = {}
    for name in names:
        file = _MAPS / f"{name}.toml"
        if not (isinstance(name, str) and name.isidentifier() and file.is_file()):
            known = ", ".join(sorted(path.stem for path in _MAPS.glob("*.toml")))
            raise ValueError(f"expected pairs of values, or the name of a map: {known}")
        merged |= tomllib.loads(file.read_text(encoding="utf-8"))
    return merged


class Value(Strict):
    """Where a field comes from and how it is read, applied in this order.

    `constant`, or the first `cases` that holds, or `column`, or the first of `columns` that has a value (with `join`,
    all of them joined by that text). Then `null`, `strip`, `before`, `substring`, `pattern`, `integer`, `prefix`,
    `suffix`, `map`.
    `default` is what stands where the result is null, `absent` where the file has none of the columns.
    """

    constant: str | None = None
    cases: tuple[Case, ...] = ()
    column: str | None = None
    columns: tuple[str, ...] = ()
    join: str | None = Field(default=None, description="Text that joins `columns`")
    null: tuple[str, ...] = Field(default=(), description="Values that mean null, besides the profile's own")
    strip: str | None = Field(default=None, description="Characters cut off at both ends")
    before: str | None = Field(default=None, description="Keep what stands before this text")
    substring: tuple[int, int] | None = Field(default=None, description="First position, from 1 or from -1; length")
    pattern: str | None = Field(default=None, description="Regular expression; its first group is the value")
    integer: bool = Field(default=False, description="A number written 1.0 or 01 is read as 1")
    prefix: str | None = Field(default=None, description="Text put before the value, e.g. a year before a month")
    suffix: str | None = Field(default=None, description="Text put behind the value")
    map: Annotated[dict[str, str] | None, BeforeValidator(_named_maps)] = Field(
        default=None, description="Source's value = ours, '' means unknown; or the name of a map that Farr ships"
    )
    otherwise: str | None = Field(default=None, description="What the values that `map` does not list become")
    keep: bool = Field(default=False, description="What `map` does not list stays as it is")
    default: str | None = None
    absent: str | None = None
    format: tuple[Format, ...] = Field(default=(), description="Ways this date is written; else the profile's")

    @model_validator(mode="after")
    def _one_origin(self) -> Value:
        origins = [self.constant is not None, bool(self.cases), self.column is not None, bool(self.columns)]
        if sum(origins) != 1:
            raise ValueError("expected exactly one of constant, cases, column, columns")
        if (self.otherwise is not None or self.keep) and self.map is None:
            raise ValueError("otherwise and keep have no meaning without map")
        if self.otherwise is not None and self.keep:
            raise ValueError("expected either otherwise or keep")
        if self.join is not None and not self.columns:
            raise ValueError("join has no meaning without columns")
        return self

    def named_columns(self) -> tuple[str, ...]:
        """Every column that the value reads, conditions included."""
        names = [self.column] if self.column is not None else list(self.columns)
        for case in self.cases:
            names += [*case.when, *case.value.named_columns()]
        return tuple(names)

    def outcomes(self) -> tuple[str, ...]:
        """Every value that the profile itself writes: constants, map targets, defaults."""
        found = [self.constant, self.otherwise, self.default, self.absent, *(self.map or {}).values()]
        for case in self.cases:
            found += case.value.outcomes()
        return tuple(value for value in found if value)


def as_value(given: Any) -> Any:
    """A bare text is a column; a bare list is the first of several columns that has a value."""
    if isinstance(given, str):
        return {"column": given}
    if isinstance(given, list | tuple) and all(isinstance(name, str) for name in given):
        return {"columns": list(given)}
    return given


Origin = Annotated[Value, BeforeValidator(as_value)]
