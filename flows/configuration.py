"""Read `farr.toml`: every key checked, paths resolved, and errors that say which key of which file is wrong and why."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator, model_validator

from codesets.switches import Switches
from flows.configuration_file import DEFAULT_HOME, home_folder, parse, switches
from flows.configuration_messages import near, sentence
from flows.errors import ConfigurationError
from transforms.disclosure.suppression import MINIMUM_COUNT
from transforms.measures.methods.reliability import REGIMES
from transforms.measures.specification import DEFAULT_STANDARD
from transforms.measures.standards import interval_of
from transforms.rules.ruleset import Override
from transforms.source import Source, Update

LONGEST_PATH_SHOWN = 200

Period = Literal["year", "quarter", "month"]
Interval = Literal["nchs", "dobson", "fay_feuer", "tiwari", "normal"]

# Becomes part of identifiers, `name:native id`, and of folder names.
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
PathText = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f]+$", max_length=4096)]
FileList = Annotated[tuple[PathText, ...], Field(min_length=1)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    @field_validator("path", mode="before", check_fields=False)
    @classmethod
    def _one_path_is_a_list_of_one(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value


class SourceSection(_Section):
    """One `[[source]]`."""

    name: Name
    profile: Name
    path: FileList
    facility: str | None = None
    collection: Name = "main"
    person_scope: Name | None = None
    update: Update = "by_path"
    covers: tuple[date, date] | None = None

    @field_validator("covers")
    @classmethod
    def _in_order(cls, value: tuple[date, date] | None) -> tuple[date, date] | None:
        if value is not None and value[0] > value[1]:
            raise ValueError("expected the first complete day before the last")
        return value


class FilesSection(_Section):
    """`[population]` and `[births]`: files of one kind, by default in Farr's own layout."""

    path: FileList
    profile: Name = "farr"
    collection: Name = "main"


class ReferenceSection(_Section):
    """`[reference]`: sources of code sets that are switched off, and unverified ones that are switched on."""

    off: tuple[str, ...] = ()
    unverified: tuple[str, ...] = ()


class StandardSection(_Section):
    """`[standard]`: the standard population and the interval of directly standardised rates."""

    name: Name = DEFAULT_STANDARD
    interval: Interval | None = None

    @property
    def interval_in_use(self) -> str:
        return self.interval or interval_of(self.name)


class ReportSection(_Section):
    """`[report]`: the organisation's name on its face, the length of periods, and the month in which a year starts.

    The month is a number, or the year's first day: 10 or "10-01".
    """

    title: Annotated[str, StringConstraints(min_length=1)] = "Morbidity and mortality"
    period: Period = "year"
    year_start: Annotated[int, Field(ge=1, le=12)] = 1

    @field_validator("year_start", mode="before")
    @classmethod
    def _month_of_a_first_day(cls, value: Any) -> Any:
        if isinstance(value, str) and (day := re.fullmatch(r"(\d{2})-01", value)):
            return int(day[1])
        return value


class DisclosureSection(_Section):
    """`[disclosure]`: counts from 1 to below the minimum are not shown; 1 shows all."""

    minimum_count: Annotated[int, Field(ge=1, strict=True)] = MINIMUM_COUNT


class ReliabilitySection(_Section):
    """`[reliability]`: the regime that says which figures are too unreliable to show."""

    regime: Literal[REGIMES] = "wonder"


class ReviewsSection(_Section):
    """`[reviews]`: whether what reviewers corrected is put into the figures; else they stay as coded."""

    apply_corrections: Annotated[bool, Field(strict=True)] = False


class GrouperSection(_Section):
    """`[grouper]`: whether stays are grouped by MS-DRG, some 5,000 a second."""

    msdrg: Annotated[bool, Field(strict=True)] = False


class _File(_Section):
    """The whole of `farr.toml`."""

    home: PathText = DEFAULT_HOME
    source: tuple[SourceSection, ...]
    population: FilesSection | None = None
    births: FilesSection | None = None
    reference: ReferenceSection = ReferenceSection()
    standard: StandardSection = StandardSection()
    report: ReportSection = ReportSection()
    disclosure: DisclosureSection = DisclosureSection()
    reliability: ReliabilitySection = ReliabilitySection()
    reviews: ReviewsSection = ReviewsSection()
    grouper: GrouperSection = GrouperSection()
    rules: dict[str, Override] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _sources_are_there_and_differ(self) -> _File:
        if not self.source:
            raise ValueError("key source: expected at least one [[source]] with name, profile and path")
        names = [source.name for source in self.source]
        names += [kind for kind in ("population", "births") if getattr(self, kind)]
        if repeated := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f'key source: expected each source to have a name of its own, found "{repeated[0]}" twice')
        return self


_KEYS: Mapping[str, Iterable[str]] = {
    "": _File.model_fields,
    "source": SourceSection.model_fields,
    "population": FilesSection.model_fields,
    "births": FilesSection.model_fields,
    "reference": ReferenceSection.model_fields,
    "standard": StandardSection.model_fields,
    "report": ReportSection.model_fields,
    "disclosure": DisclosureSection.model_fields,
    "reliability": ReliabilitySection.model_fields,
    "reviews": ReviewsSection.model_fields,
    "grouper": GrouperSection.model_fields,
    "rules": Override.model_fields,
}


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """A checked configuration. `sources` are the `[[source]]`s in their order; the others are sources of one kind."""

    file: Path
    home: Path
    sources: tuple[Source, ...]
    population: Source | None
    births: Source | None
    switches: Switches
    standard: StandardSection
    report: ReportSection
    disclosure: DisclosureSection
    reliability: ReliabilitySection
    reviews: ReviewsSection
    grouper: GrouperSection
    rules: Mapping[str, Override]

    @property
    def all_sources(self) -> tuple[Source, ...]:
        """Every source whose files are taken in: encounters and deaths, then population and births."""
        return (*self.sources, *(source for source in (self.population, self.births) if source))

    @property
    def digest(self) -> str:
        """SHA-256 of what can change a figure: not of paths or the home, nor of the code sets, which have their own."""
        sources = [
            [s.name, s.profile, s.facility, s.collection, s.scope, s.update, s.covers and [str(d) for d in s.covers]]
            for s in self.all_sources
        ]
        sections = [
            section.model_dump(mode="json")
            for section in (self.standard, self.report, self.disclosure, self.reliability, self.reviews, self.grouper)
        ]
        rules = {rule_id: section.model_dump(mode="json") for rule_id, section in self.rules.items()}
        text = json.dumps([sources, sections, rules], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def load(file: Path) -> Configuration:
    """Read and check a configuration.

    Raises:
        ConfigurationError: with one line for each thing that is wrong.
    """
    file = file.absolute()
    contents = parse(file)
    try:
        parsed = _File.model_validate(contents)
    except ValidationError as error:
        lines = [sentence(problem, contents, _KEYS) for problem in error.errors(include_url=False)]
        raise ConfigurationError("\n".join(f"{file.name}: {line}" for line in lines)) from None
    problems: list[str] = []
    sources = tuple(
        Source(
            name=section.name,
            profile=section.profile,
            paths=_files(file, section.path, f'[[source]] "{section.name}"', problems),
            facility=section.facility,
            collection=section.collection,
            person_scope=section.person_scope or "",
            update=section.update,
            covers=section.covers,
        )
        for section in parsed.source
    )
    others = {
        kind: None
        if section is None
        else Source(
            name=kind,
            profile=section.profile,
            paths=_files(file, section.path, f"[{kind}]", problems),
            collection=section.collection,
        )
        for kind, section in (
            ("population", parsed.population),
            ("births", parsed.births),
        )
    }
    if problems:
        raise ConfigurationError("\n".join(f"{file.name}: {problem}" for problem in problems))
    return Configuration(
        file=file,
        home=home_folder(file, parsed.home),
        sources=sources,
        **others,
        switches=switches(file, parsed.reference.model_dump()),
        standard=parsed.standard,
        report=parsed.report,
        disclosure=parsed.disclosure,
        reliability=parsed.reliability,
        reviews=parsed.reviews,
        grouper=parsed.grouper,
        rules=parsed.rules,
    )


def _files(file: Path, patterns: Iterable[str], section: str, problems: list[str]) -> tuple[Path, ...]:
    """Resolve paths and globs, in the order given and by name within a glob; each file once."""
    found: dict[Path, None] = {}
    for pattern in patterns:
        try:
            place = file.parent / Path(pattern).expanduser()
            is_there = place.exists() or place.is_symlink()
            matches = [] if is_there else _matches(file.parent, pattern)
        except (OSError, RuntimeError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            problems.append(
                f"{section}, key path: expected a file or a glob, found a path that cannot be used: {reason}"
            )
            continue
        if place.is_dir():
            problems.append(
                f'{section}, key path: "{_shortened(pattern)}" is a folder; expected a file or a glob, e.g. '
                f'"{_shortened(pattern.rstrip("/"))}/*.csv"'
            )
        elif is_there:
            found[place] = None
        elif any(sign in pattern for sign in "*?["):
            if not matches:
                problems.append(
                    f'{section}, key path: no file matches "{_shortened(pattern)}"; expected at least one '
                    "(paths are relative to the configuration file)"
                )
            found.update(dict.fromkeys(matches))
        else:
            hint = near(place.name, (other.name for other in place.parent.glob("*")))
            problems.append(
                f'{section}, key path: there is no file "{_shortened(pattern)}"{hint}; expected an existing file '
                "or a glob (paths are relative to the configuration file)"
            )
    return tuple(found)


def _shortened(pattern: str) -> str:
    """A path as it was written, its middle left out where it is too long to read."""
    half = LONGEST_PATH_SHOWN // 2
    return pattern if len(pattern) <= LONGEST_PATH_SHOWN else f"{pattern[:half]} … {pattern[-half:]}"


def _matches(folder: Path, pattern: str) -> list[Path]:
    expanded = Path(pattern).expanduser()
    if expanded.is_absolute():
        folder = Path(expanded.anchor)
        expanded = expanded.relative_to(folder)
    return sorted(match for match in folder.glob(str(expanded)) if match.is_file())
