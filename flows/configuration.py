"""Read `farr.toml`: every key checked, paths resolved, and errors that say which key of which file is wrong and why."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator, model_validator

from transforms.source import Source, Update

DEFAULT_FILE = "farr.toml"

# US cell-size policy for Medicare and Medicaid data: counts of 1 to 10 are not shown.
DEFAULT_MINIMUM_COUNT = 11

# Standards whose publishers state the interval to use with them; any other takes the gamma interval of Fay and Feuer.
STATED_INTERVALS: Mapping[str, str] = {
    "us2000_nchs_11": "nchs",
    "us2000_seer_18": "nchs",
    "us2000_seer_19": "nchs",
    "esp2013_21": "dobson",
}
DEFAULT_INTERVAL = "fay_feuer"

Period = Literal["year", "quarter", "month"]
Interval = Literal["nchs", "dobson", "fay_feuer", "tiwari", "normal"]
Regime = Literal["wonder", "nchs_rates", "nchs_proportions", "ons"]

# Becomes part of identifiers, `name:native id`, and of folder names.
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
FileList = Annotated[tuple[str, ...], Field(min_length=1)]


class ConfigurationError(Exception):
    """The configuration cannot be used; the message names the file, the key and what was expected."""


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
    """`[population]`, `[births]` and `[reference]`: files of one kind, by default in Farr's own layout."""

    path: FileList
    profile: Name = "farr"
    collection: Name = "main"


class StandardSection(_Section):
    """`[standard]`: the standard population and the interval of directly standardised rates."""

    name: Name = "us2000_nchs_11"
    interval: Interval | None = None

    @property
    def interval_in_use(self) -> str:
        return self.interval or STATED_INTERVALS.get(self.name, DEFAULT_INTERVAL)


class ReportSection(_Section):
    """`[report]`: the length of periods and the day on which a reporting year starts, as month and day."""

    period: Period = "year"
    year_start: Annotated[str, StringConstraints(pattern=r"^\d{2}-\d{2}$")] = "01-01"

    @field_validator("year_start")
    @classmethod
    def _a_first_of_month(cls, value: str) -> str:
        month, day = value.split("-")
        if not 1 <= int(month) <= 12 or day != "01":
            raise ValueError('expected the first day of a month as "MM-01", e.g. "10-01"')
        return value

    @property
    def first_month(self) -> int:
        return int(self.year_start[:2])


class DisclosureSection(_Section):
    """`[disclosure]`: counts from 1 to below the minimum are not shown; 1 shows all."""

    minimum_count: Annotated[int, Field(ge=1, strict=True)] = DEFAULT_MINIMUM_COUNT


class ReliabilitySection(_Section):
    """`[reliability]`: the regime that says which figures are too unreliable to show."""

    regime: Regime | None = None


class RuleSection(_Section):
    """`[rules.<id>]`: a site's own threshold and parameters for a rule, or the rule switched off, and why."""

    threshold: Annotated[float, Field(ge=0, le=1)] | None = None
    off: bool = False
    parameters: dict[str, str | int | float | bool | list[str]] = Field(default_factory=dict)
    note: str | None = None


class _File(_Section):
    """The whole of `farr.toml`."""

    home: str = "farr-home"
    source: Annotated[tuple[SourceSection, ...], Field(min_length=1)]
    population: FilesSection | None = None
    births: FilesSection | None = None
    reference: FilesSection | None = None
    standard: StandardSection = StandardSection()
    report: ReportSection = ReportSection()
    disclosure: DisclosureSection = DisclosureSection()
    reliability: ReliabilitySection = ReliabilitySection()
    rules: dict[str, RuleSection] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _names_differ(self) -> _File:
        names = [source.name for source in self.source]
        names += [kind for kind in ("population", "births", "reference") if getattr(self, kind)]
        if repeated := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f'key source: expected each source to have a name of its own, found "{repeated[0]}" twice')
        return self


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """A checked configuration. `sources` are the `[[source]]`s in their order; the others are sources of one kind."""

    file: Path
    home: Path
    sources: tuple[Source, ...]
    population: Source | None
    births: Source | None
    reference: Source | None
    standard: StandardSection
    report: ReportSection
    disclosure: DisclosureSection
    reliability: ReliabilitySection
    rules: Mapping[str, RuleSection]

    @property
    def all_sources(self) -> tuple[Source, ...]:
        """Every source whose files are taken in: encounters and deaths, then population and births."""
        return (*self.sources, *(source for source in (self.population, self.births) if source))

    @property
    def digest(self) -> str:
        """SHA-256 of everything that can change a figure: not of paths, nor of the home."""
        sources = [
            [s.name, s.profile, s.facility, s.collection, s.scope, s.update, s.covers and [str(d) for d in s.covers]]
            for s in (*self.all_sources, *filter(None, [self.reference]))
        ]
        sections = [
            section.model_dump(mode="json")
            for section in (self.standard, self.report, self.disclosure, self.reliability)
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
    contents = _parse(file)
    try:
        parsed = _File.model_validate(contents)
    except ValidationError as error:
        lines = [_sentence(problem, contents) for problem in error.errors(include_url=False)]
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
            ("reference", parsed.reference),
        )
    }
    if problems:
        raise ConfigurationError("\n".join(f"{file.name}: {problem}" for problem in problems))
    return Configuration(
        file=file,
        home=file.parent / Path(parsed.home).expanduser(),
        sources=sources,
        **others,
        standard=parsed.standard,
        report=parsed.report,
        disclosure=parsed.disclosure,
        reliability=parsed.reliability,
        rules=parsed.rules,
    )


def _parse(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise ConfigurationError(
            f"{file}: no such file. Expected a configuration; name one with --config, or write {DEFAULT_FILE} "
            "with at least one [[source]]."
        ) from None
    except IsADirectoryError:
        raise ConfigurationError(f"{file}: is a folder; expected a configuration file in TOML") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{file.name}: is not UTF-8; save it as UTF-8 text") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{file.name}: is not valid TOML: {error}") from None
    except OSError as error:
        raise ConfigurationError(f"{file}: cannot be read: {error.strerror}") from None


def _files(file: Path, patterns: Iterable[str], section: str, problems: list[str]) -> tuple[Path, ...]:
    """Resolve paths and globs, in the order given and by name within a glob; each file once."""
    found: dict[Path, None] = {}
    for pattern in patterns:
        place = file.parent / Path(pattern).expanduser()
        if place.exists() or place.is_symlink():
            found[place] = None
        elif any(sign in pattern for sign in "*?["):
            matches = _matches(file.parent, pattern)
            if not matches:
                problems.append(
                    f'{section}, key path: no file matches "{pattern}"; expected at least one '
                    "(paths are relative to the configuration file)"
                )
            found.update(dict.fromkeys(matches))
        else:
            near = _near(place.name, (other.name for other in place.parent.glob("*")))
            problems.append(
                f'{section}, key path: there is no file "{pattern}"{near}; expected an existing file or a glob '
                "(paths are relative to the configuration file)"
            )
    return tuple(found)


def _matches(folder: Path, pattern: str) -> list[Path]:
    expanded = Path(pattern).expanduser()
    if expanded.is_absolute():
        folder = Path(expanded.anchor)
        expanded = expanded.relative_to(folder)
    return sorted(match for match in folder.glob(str(expanded)) if match.is_file())


def _sentence(problem: Mapping[str, Any], contents: Mapping[str, Any]) -> str:
    """Turn one of pydantic's errors into a sentence that names the key and what was expected."""
    where, key = _place(problem["loc"], contents)
    prefix = f"{where}, key {key}" if where else f"key {key}"
    match problem["type"]:
        case "extra_forbidden":
            return f"{prefix}: unknown{_near(key, _keys_beside(problem['loc']))}"
        case "missing" if key == "source":
            return "expected at least one [[source]] with name, profile and path"
        case "missing":
            return f"{prefix}: missing; expected {_EXPECTED.get(key, 'a value')}"
        case "value_error" if not problem["loc"]:
            return str(problem["ctx"]["error"])
        case "value_error":
            return f"{prefix}: {problem['ctx']['error']}, found {_shown(problem['input'])}"
        case _:
            expected = _EXPECTED.get(key) or problem["msg"].removeprefix("Input should be ")
            return f"{prefix}: expected {expected}, found {_shown(problem['input'])}"


_EXPECTED = {
    "home": "the path of a folder",
    "source": "[[source]] tables, each with name, profile and path",
    "name": "a name of letters, digits, dots, dashes and underscores",
    "profile": "the name of a source profile, e.g. farr",
    "path": "a file, a glob or a list of them",
    "facility": "the facility's identifier as text",
    "collection": "a name of letters, digits, dots, dashes and underscores",
    "person_scope": "a name of letters, digits, dots, dashes and underscores",
    "update": '"by_path", "snapshot" or "by_record"',
    "covers": "two dates, first and last complete day, e.g. [2024-01-01, 2024-12-31]",
    "interval": '"nchs", "dobson", "fay_feuer", "tiwari" or "normal"',
    "period": '"year", "quarter" or "month"',
    "year_start": 'the first day of a month as "MM-01", e.g. "10-01"',
    "minimum_count": "a whole number of 1 or more",
    "regime": '"wonder", "nchs_rates", "nchs_proportions" or "ons"',
    "threshold": "a share from 0 to 1",
    "off": "true or false",
    "parameters": "a table of parameters",
    "note": "a sentence",
}


def _place(location: tuple[Any, ...], contents: Mapping[str, Any]) -> tuple[str, str]:
    """The section, as it is written in the file, and the key that an error is about."""
    match location:
        case ("source", int(index), key, *_):
            name = _name_of(contents, index)
            return (f'[[source]] "{name}"' if name else f"[[source]] {index + 1}"), str(key)
        case ("rules", rule_id, key, *_):
            return f"[rules.{rule_id}]", str(key)
        case (
            ("population" | "births" | "reference" | "standard" | "report" | "disclosure" | "reliability") as s,
            k,
            *_,
        ):
            return f"[{s}]", str(k)
        case (key, *_):
            return "", str(key)
        case _:
            return "", ""


def _name_of(contents: Mapping[str, Any], index: int) -> str | None:
    entry = contents["source"][index]
    name = entry.get("name") if isinstance(entry, dict) else None
    return name if isinstance(name, str) else None


def _keys_beside(location: tuple[Any, ...]) -> Iterable[str]:
    """The keys that could have stood where an unknown one was found."""
    match location:
        case ("source", int(), _):
            return SourceSection.model_fields
        case ("rules", _, _):
            return RuleSection.model_fields
        case (str(section), _):
            annotation = {
                "standard": StandardSection,
                "report": ReportSection,
                "disclosure": DisclosureSection,
                "reliability": ReliabilitySection,
            }.get(section, FilesSection)
            return annotation.model_fields
        case _:
            return _File.model_fields


def _near(word: str, words: Iterable[str]) -> str:
    close = get_close_matches(word, list(words), n=1, cutoff=0.6)
    return f'; did you mean "{close[0]}"?' if close else ""


def _shown(value: Any) -> str:
    return json.dumps(value, default=str)
