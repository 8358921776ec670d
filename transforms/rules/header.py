"""What a rule file's header may say: the TOML in the comment that opens it, checked key by key."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

Severity = Literal["blocks", "warns", "informs"]
Value = bool | int | float | str | date | tuple[str, ...]

FAMILIES = {
    "code": "The code itself",
    "editor": "Medicare Code Editor and its like",
    "record": "Codes of one record together",
    "procedure": "Procedure and diagnosis",
    "setting": "Setting",
    "time": "Person and time",
    "death": "Cause of death",
    "claim": "Claims life cycle",
    "practice": "Coding practice",
    "field": "Fields of the record",
    "site": "The site's own",
}

# Each grain's relation in `checked`, the columns that name a record of it, and where its code system stands.
GRAINS = {
    "encounter": ("encounter", ("encounter_id",), "principal_system"),
    "diagnosis": ("diagnosis", ("encounter_id", "seq"), "system"),
    "procedure": ("procedure", ("encounter_id", "seq"), "system"),
    "stay": ("stay", ("stay_id",), "principal_system"),
    "death": ("death", ("death_id",), "system"),
    "death_condition": ("death_condition", ("death_id", "seq"), "system"),
    "person": ("person", ("patient_id",), None),
    "record": ("record", ("record_kind", "record_id"), None),
}

# The grain of rules about practice: what is true of many records together and of none of them.
GROUP = "group"
# The columns that name a group, by the level at which the records are put together.
LEVELS = {
    "collection": (),
    "area": ("area",),
    "facility": ("facility_id",),
    "department": ("facility_id", "department"),
    "coder": ("facility_id", "coder_id"),
}

_FILE = re.compile(r"\A\s*/\*(?P<header>.*?)\*/(?P<query>.*)\Z", re.DOTALL)


class RuleError(Exception):
    """A rule file that cannot be used; the message names the file and what to do."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Effect(_Strict):
    """One of the alternatives that hold if the rule is right: what the record may be instead.

    `targets` narrow what a code may be recoded to, and all of them hold at once:
    `children` the reportable codes below the header; `prefix` the reportable codes that begin with the code's longest
    valid beginning; `category`, `block`, `chapter` the codes of the same one; `sex`, `age` the codes that the recorded
    sex or age admits; `record` another code of the same record, in the place of this one; `equivalent` the codes of
    the system in force that the classification's own conversion names; `codes` those listed in `codes`, as prefixes;
    `suggestion` those that the flag's suggestion names, codes or ranges parted by spaces, each with all below it;
    `any` no target can be named, so the flag enters worst_low and worst_high but not bound_low and bound_high.
    `place` is the code that would change: the one flagged, the principal diagnosis, or the underlying cause.
    `fields` are the columns of core that a demographic or dates alternative would change.
    `of` says which records an add is about, discharges or deaths; without it a code of the record itself is absent.
    """

    kind: Literal["drop", "merge", "recode", "demographic", "outcome", "dates", "person", "add", "none"]
    place: Literal["flagged", "principal", "underlying"] | None = None
    targets: tuple[
        Literal[
            "children",
            "prefix",
            "category",
            "block",
            "chapter",
            "sex",
            "age",
            "record",
            "equivalent",
            "codes",
            "suggestion",
            "any",
        ],
        ...,
    ] = ()
    codes: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    of: Literal["discharge", "death"] | None = None
    least: int | None = Field(default=None, description="For add: the least number of records absent")
    greatest: int | None = Field(default=None, description="For add: the greatest number; none: cannot be told")

    @model_validator(mode="after")
    def _is_complete(self) -> Effect:
        if (self.kind == "recode") != bool(self.targets):
            raise ValueError("targets belong to a recode, and a recode needs at least one ('any' where none is known)")
        if "any" in self.targets and len(self.targets) > 1:
            raise ValueError("the target 'any' stands alone")
        if ("codes" in self.targets) != bool(self.codes):
            raise ValueError("the target 'codes' and the list codes belong together")
        if (self.kind in ("demographic", "dates")) != bool(self.fields):
            raise ValueError("fields belong to a demographic or dates effect, and it needs at least one")
        if self.place is not None and self.kind != "recode":
            raise ValueError("place belongs to a recode")
        if self.of is not None and self.kind != "add":
            raise ValueError("of belongs to an add")
        return self


class Comparison(_Strict):
    """How the groups of a rule are compared.

    `against` is what a group is held against: `peers` the other groups of its level in the collection, over all
    periods; `history` its own earlier periods (not for departments and coders, whose months are thin); `given` the
    column `expected` of the query. `distribution` is that of `observed`: `binomial`
    records of which something holds, `normal` a sum whose mean counts, `poisson` a number of events. With peers and
    history, groups are compared within each `stratum` of the query, so that case mix is not taken for practice.
    `direction` says which deviations matter; `levels` at which the records are put together.
    """

    against: Annotated[tuple[Literal["peers", "history", "given"], ...], Field(min_length=1)]
    distribution: Literal["binomial", "normal", "poisson"]
    direction: Literal["above", "below", "either"]
    levels: Annotated[tuple[Literal["collection", "area", "facility", "department", "coder"], ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _is_possible(self) -> Comparison:
        if "given" in self.against and len(self.against) > 1:
            raise ValueError("what is held against a given expectation is held against nothing else")
        if "given" in self.against and self.distribution == "normal":
            raise ValueError("a mean is compared with peers or history; nothing given says how it varies")
        return self


class Parameter(_Strict):
    """A value that a site may set for itself; the query reads it as `$name`."""

    default: Value
    about: Annotated[str, Field(min_length=1)]


class Example(_Strict):
    """Rows of the checked relations, and the records that fire on them: a test and a help page in one.

    `given` holds one ASCII table a relation: a line of column names, then a line a row, cells parted by `|`, an empty
    cell being null. `fires` is such a table of output columns; empty where nothing fires.
    """

    title: Annotated[str, Field(min_length=1)]
    given: dict[str, str]
    fires: str
    parameters: dict[str, Value] = {}


class Header(_Strict):
    """The header of a rule file.

    `settled_by_person`: once a reviewer has confirmed a finding of such a rule as correct, none of these rules speaks
    of that person's other records. `lists` are the code lists that the query reads by name. `needs` are relations of
    what a site may bring in, without which the rule does not apply. `message` may name the columns of the query in
    MESSAGE_COLUMNS in braces.
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    title: Annotated[str, Field(min_length=1)]
    family: str
    severity: Severity
    severity_because: Annotated[str, Field(min_length=1)]
    grain: Literal[
        "encounter", "diagnosis", "procedure", "stay", "death", "death_condition", "person", "record", "group"
    ]
    systems: tuple[Annotated[str, Field(pattern=r"^[a-z0-9_]+$")], ...] = ()
    settled_by_person: bool = False
    lists: tuple[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], ...] = ()
    needs: tuple[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    applies_to: str = "true"
    threshold: Annotated[float, Field(gt=0, lt=1)] | None = None
    message: Annotated[str, Field(min_length=1)]
    why: Annotated[str, Field(min_length=1)]
    source: Annotated[str, Field(min_length=1)]
    fix: Annotated[str, Field(min_length=1)]
    effect: Annotated[tuple[Effect, ...], Field(min_length=1)]
    parameters: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], Parameter] = {}
    example: tuple[Example, ...] = ()
    comparison: Comparison | None = None

    @model_validator(mode="after")
    def _is_complete(self) -> Header:
        if self.family not in FAMILIES:
            raise ValueError(f"family must be one of {', '.join(FAMILIES)}")
        if (self.severity == "blocks") != (self.threshold is not None):
            raise ValueError("a blocking rule, and no other, has a threshold")
        if (self.grain == GROUP) != (self.comparison is not None):
            raise ValueError("a rule about groups, and no other, has a [comparison]")
        if self.grain == GROUP:
            self._check_group()
        elif self.systems and GRAINS[self.grain][2] is None:
            raise ValueError(f"systems cannot be given for the grain {self.grain}, which has no code")
        if any(effect.kind == "none" for effect in self.effect) and len(self.effect) > 1:
            raise ValueError("the effect 'none' stands alone")
        if not any(rows(example.fires) for example in self.example):
            raise ValueError("there must be an example that fires")
        if all(rows(example.fires) for example in self.example):
            raise ValueError("there must be an example that does not fire")
        return self

    def _check_group(self) -> None:
        if self.severity == "blocks" or self.systems or self.applies_to != "true" or self.valid_from or self.valid_to:
            raise ValueError("a rule about groups never blocks, and its query alone says which records it looks at")
        if any(effect.kind not in ("none", "add") for effect in self.effect):
            raise ValueError("the effect of a rule about groups is none or add, since no single record is wrong")
        if any(effect.kind == "add" and effect.of is None for effect in self.effect):
            raise ValueError("an add of a rule about groups says of what: discharge or death")
        if not {"q", "least_records"} <= set(self.parameters):
            raise ValueError("a rule about groups has the parameters q and least_records")
        if not {"least_ratio", "least_difference"} & set(self.parameters):
            raise ValueError("a rule about groups says what is worth saying: least_ratio or least_difference")


def read(path: Path, text: str) -> tuple[Header, str]:
    """Take the text of a rule file apart into header and query; RuleError where the file or header is not in order."""
    parts = _FILE.match(text)
    if parts is None:
        raise RuleError(f"{path.name}: a rule file begins with a /* comment */ that holds its header; add one")
    try:
        header = Header.model_validate(tomllib.loads(parts["header"]))
    except tomllib.TOMLDecodeError as problem:
        raise RuleError(f"{path.name}: the header is not TOML: {problem}") from None
    except ValidationError as problem:
        raise RuleError(f"{path.name}: {_explain(problem)}") from None
    if header.id != path.stem:
        raise RuleError(f"{path.name}: the id in the header must be the file's name without .sql")
    return header, parts["query"].strip().rstrip(";")


def rows(table: str) -> list[dict[str, str | None]]:
    """Read a small ASCII table: the first line names the columns; an empty cell is null, a blank line is skipped."""
    lines = [[cell.strip() or None for cell in line.split("|")] for line in table.splitlines() if line.strip()]
    if not lines:
        return []
    names = [name or "" for name in lines[0]]
    for number, line in enumerate(lines[1:], start=1):
        if len(line) != len(names):
            raise ValueError(f"row {number} of an example has {len(line)} cells under {len(names)} column names")
    return [dict(zip(names, line, strict=True)) for line in lines[1:]]


def _explain(problem: ValidationError) -> str:
    """Say each fault as `key: what is wrong`."""
    faults = []
    for fault in problem.errors(include_url=False, include_input=False):
        key = ".".join(str(part) for part in fault["loc"]) or "header"
        if fault["type"] == "extra_forbidden":
            faults.append(f"{key}: unknown key; the keys are {', '.join(Header.model_fields)}")
        else:
            faults.append(f"{key}: {fault['msg'].removeprefix('Value error, ')}")
    return "; ".join(faults)
