"""Load rule files: ours and a site's own, each proven in form before any data is seen."""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path

import duckdb
from pydantic import BaseModel, ConfigDict, Field

from transforms.rules.checked import relations
from transforms.rules.code_lists import CodeList, check_named, load_code_lists
from transforms.rules.group_query import GROUP_KEYS, group_columns
from transforms.rules.guard import check_query, columns_of, lists_of
from transforms.rules.header import FAMILIES, GRAINS, GROUP, Example, Header, RuleError, Severity, Value, read, rows
from transforms.rules.rule_tables import RuleTable, load_rule_tables

SHIPPED = Path(__file__).parent

# Columns of a query that a message may name in braces: none of them can identify a person or hold what was typed.
MESSAGE_COLUMNS = frozenset({"code_status", "role", "field", "problem", "limited_to"})
# Parameters of a rule about groups by which its groups are judged, apart from its query.
COMPARED_BY = ("q", "least_records", "least_ratio", "least_difference", "least_periods")
# What an example may say of a group that fires.
_GROUP_COLUMNS = {"level", "reference", "observed", "expected", "records", "add_least", "add_greatest", *GROUP_KEYS}
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class Override(BaseModel):
    """What a site sets otherwise for one rule, `[rules.<id>]` of its configuration; the note says why."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    off: bool = False
    threshold: float | None = Field(default=None, gt=0, lt=1)
    severity: Severity | None = None
    parameters: dict[str, Value] = {}
    note: str = Field(min_length=1)


@dataclass(frozen=True)
class Rule:
    """One rule file: its header, its query, and the query's output columns in order."""

    path: Path
    header: Header
    query: str
    columns: tuple[str, ...]
    counted_by: frozenset[str]
    """Columns of the grain's relation that `applies_to` reads."""

    @property
    def id(self) -> str:
        return self.header.id

    @property
    def is_site(self) -> bool:
        """Whether the rule is a site's, not one of ours."""
        return SHIPPED not in self.path.parents

    @property
    def is_about_groups(self) -> bool:
        """Whether it finds groups of records, and no single record."""
        return self.header.grain == GROUP

    @property
    def relation(self) -> str:
        """The relation of `checked` that holds every record of the rule's grain."""
        return GRAINS[self.header.grain][0]

    @property
    def keys(self) -> tuple[str, ...]:
        """The output columns that name a record of the rule's grain."""
        return GRAINS[self.header.grain][1]

    @property
    def record_column(self) -> str:
        """The output column that names the record."""
        return self.keys[-1] if self.header.grain == "record" else self.keys[0]

    @property
    def parameters(self) -> dict[str, Value]:
        return {name: parameter.default for name, parameter in self.header.parameters.items()}

    @property
    def evidence(self) -> tuple[str, ...]:
        """The output columns on whose values a flag rests."""
        return tuple(c for c in self.columns if c not in {*self.keys, "seq", "related_id", "domain", "suggestion"})

    def settings(self, override: Override | None) -> Settings:
        """The rule as a site has set it; RuleError where an override does not fit it."""
        header, override = self.header, override or Override(note="-")
        severity = override.severity or header.severity
        threshold = override.threshold if override.threshold is not None else header.threshold
        if severity == "blocks" and threshold is None:
            raise RuleError(f'rules.{self.id}: severity = "blocks" needs a threshold beside it')
        if override.threshold is not None and severity != "blocks":
            raise RuleError(f"rules.{self.id}: a threshold means something for a blocking rule only; remove it")
        given = {name: self._fitting(name, value) for name, value in override.parameters.items()}
        changes = ["off"] if override.off else []
        if severity != header.severity:
            changes.append(f"severity {header.severity} → {severity}")
        if severity == "blocks" and threshold != header.threshold:
            changes.append(f"threshold {header.threshold} → {threshold}")
        changes += [f"{name} {self.parameters[name]} → {value}" for name, value in sorted(given.items())]
        return Settings(
            is_off=override.off,
            severity=severity,
            threshold=threshold if severity == "blocks" else None,
            parameters={**self.parameters, **given},
            changes=", ".join(changes) or None,
            note=override.note if changes else None,
        )

    def _fitting(self, name: str, value: Value) -> Value:
        if name not in self.parameters:
            known = ", ".join(self.parameters) or "none"
            raise RuleError(f"rules.{self.id}.parameters.{name}: the rule has no such parameter; it has {known}")
        default = self.parameters[name]
        if isinstance(default, float) and type(value) is int:
            return float(value)
        if type(value) is not type(default):
            raise RuleError(
                f"rules.{self.id}.parameters.{name}: expected {type(default).__name__}, found {type(value).__name__}"
            )
        return value


@dataclass(frozen=True)
class Settings:
    """A rule as a site runs it; `changes` says in words what it set otherwise, `note` why; both null where nothing."""

    is_off: bool
    severity: Severity
    threshold: float | None
    parameters: Mapping[str, Value]
    changes: str | None
    note: str | None


@dataclass(frozen=True)
class RuleSet:
    """Rules in the order of their families and ids, the code lists that they name, and the tables that they read."""

    rules: tuple[Rule, ...]
    lists: Mapping[str, CodeList] = field(default_factory=dict)
    tables: Mapping[str, RuleTable] = field(default_factory=dict)
    by_id: Mapping[str, Rule] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_id", {rule.id: rule for rule in self.rules})

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.rules)

    def __len__(self) -> int:
        return len(self.rules)

    def __getitem__(self, rule_id: str) -> Rule:
        if rule_id not in self.by_id:
            near = difflib.get_close_matches(rule_id, self.by_id, n=3)
            hint = f"did you mean {' or '.join(near)}?" if near else "`farr rules list` names them all"
            raise RuleError(f"there is no rule {rule_id!r}; {hint}")
        return self.by_id[rule_id]

    @cached_property
    def hash(self) -> str:
        """SHA-256 over the bytes of rule files, the lists they name and the tables: part of a release's identity."""
        digest = hashlib.sha256()
        for rule in sorted(self.rules, key=lambda rule: rule.id):
            digest.update(rule.id.encode() + b"\0" + hashlib.sha256(rule.path.read_bytes()).digest())
        for name in sorted({name for rule in self.rules for name in rule.header.lists}):
            digest.update(b"lists/" + name.encode() + b"\0" + bytes.fromhex(self.lists[name].hash))
        for name, table in sorted(self.tables.items()):
            digest.update(b"tables/" + name.encode() + b"\0" + bytes.fromhex(table.hash))
        return digest.hexdigest()

    def settings(self, overrides: Mapping[str, Override]) -> dict[str, Settings]:
        """Every rule as the site runs it, by id; RuleError where an override fits no rule."""
        chosen = {self[rule_id].id: override for rule_id, override in overrides.items()}
        return {rule.id: self._with_lists(rule, rule.settings(chosen.get(rule.id))) for rule in self.rules}

    def lists_of(self, rules: Iterable[Rule]) -> tuple[CodeList, ...]:
        """The lists that the given rules name, each once, by name."""
        return tuple(self.lists[name] for name in sorted({name for rule in rules for name in rule.header.lists}))

    def lists_of_diagnoses(self, rules: Iterable[Rule]) -> frozenset[str]:
        """Names of the lists that the given rules hold against diagnoses."""
        return frozenset(
            name for rule in rules if "checked.listed_diagnosis" in rule.query for name in rule.header.lists
        )

    def _with_lists(self, rule: Rule, settings: Settings) -> Settings:
        """The settings, saying where a list or table that the rule reads is the site's own."""
        own = [f"list {name} is the site's own" for name in rule.header.lists if self.lists[name].is_site]
        own += [
            f"table {name} is the site's own"
            for name, table in sorted(self.tables.items())
            if table.is_site and f"checked.{name}" in rule.query
        ]
        if not own or rule.is_site:
            return settings
        return replace(settings, changes=", ".join(filter(None, [settings.changes, *own])))


def load_rules(folders: Sequence[Path] = ()) -> RuleSet:
    """Load the shipped rules and those of the site's folders (`*.sql` in each folder itself, lists in its `lists/`,
    tables in its `tables/`).

    RuleError names the file and what is wrong: a header with unknown or missing keys, an id twice, no example that
    fires or none that does not, a query that is more than one SELECT over `checked` or reads a column that does not
    exist, a code list that does not exist or is not in order. Whether the examples behave is for `test_rules`.
    """
    ours = [path for family in FAMILIES for path in sorted((SHIPPED / family).glob("*.sql"))]
    theirs = [path for folder in folders for path in sorted(folder.glob("*.sql"))]
    lists = load_code_lists(folders)
    loaded: dict[str, Rule] = {}
    for path in [*ours, *theirs]:
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            raise RuleError(f"{path.name}: is not UTF-8: save it as UTF-8 text") from None
        rule = _load(path, text)
        if path in ours and rule.header.family != path.parent.name:
            raise RuleError(f"{path.name}: its family is {rule.header.family}, its folder {path.parent.name}")
        if rule.id in loaded:
            raise RuleError(f"{path}: the id {rule.id} is already that of {loaded[rule.id].path}; choose another")
        check_named(path.name, rule.header.lists, lists)
        loaded[rule.id] = rule
    order = list(FAMILIES)
    ordered = sorted(loaded.values(), key=lambda rule: (order.index(rule.header.family), rule.id))
    return RuleSet(tuple(ordered), lists, load_rule_tables(folders))


@lru_cache(maxsize=1024)
def _load(path: Path, text: str) -> Rule:
    """A rule, proven in form once for each text of its file."""
    con, name = _bench(), path.name
    header, query = read(path, text)
    check_query(name, query, relations())
    if undeclared := sorted(lists_of(name, query) ^ set(header.lists)):
        raise RuleError(f"{name}: the header's lists and those that the query reads differ in {', '.join(undeclared)}")
    if unknown := sorted(set(header.needs) - set(relations())):
        raise RuleError(f"{name}: it needs {', '.join(unknown)}, which is no relation of checked")
    parameters = {key: parameter.default for key, parameter in header.parameters.items()}
    if header.comparison is not None:
        kept = {key: value for key, value in parameters.items() if key not in COMPARED_BY}
        columns = _bound(con, name, query, kept)
        group_columns(name, header.comparison, columns)
        rule = Rule(path=path, header=header, query=query, columns=columns, counted_by=frozenset())
        for example in header.example:
            _check_example(rule, example, _GROUP_COLUMNS)
        return rule
    columns = _bound(con, name, query, parameters)
    relation, keys, _ = GRAINS[header.grain]
    required = [*keys, *(["system"] if header.systems else [])]
    required += ["code_date"] if header.valid_from or header.valid_to else []
    if absent := [column for column in required if column not in columns]:
        raise RuleError(f"{name}: the query must also give {', '.join(absent)}")
    if unsafe := set(_PLACEHOLDER.findall(header.message)) - MESSAGE_COLUMNS:
        raise RuleError(
            f"{name}: the message may not show {', '.join(sorted(unsafe))}, only {', '.join(sorted(MESSAGE_COLUMNS))}"
        )
    if absent := sorted(set(_PLACEHOLDER.findall(header.message)) - set(columns)):
        raise RuleError(f"{name}: the message shows {', '.join(absent)}, which the query does not give")
    counted_by = columns_of(name, header.applies_to)
    _bound(con, name, f"select 1 from checked.{relation} where ({header.applies_to}\n)", {})
    rule = Rule(path=path, header=header, query=query, columns=columns, counted_by=counted_by)
    known = {rule.record_column, "message"} | ({"seq", "code", "related_id", "domain", "suggestion"} & set(columns))
    for example in header.example:
        _check_example(rule, example, known)
    return rule


def _check_example(rule: Rule, example: Example, known: set[str]) -> None:
    """Every table, column and parameter of an example exists; `known` are the columns that what fires may give."""
    name, title = rule.path.name, example.title
    try:
        tables = {relation: rows(table) for relation, table in example.given.items()}
        fired = rows(example.fires)
    except ValueError as problem:
        raise RuleError(f"{name}: the example {title!r}: {problem}") from None
    if unknown := sorted(set(example.parameters) - set(rule.parameters)):
        raise RuleError(f"{name}: the example {title!r} sets {', '.join(unknown)}, which is no parameter of the rule")
    for relation, records in tables.items():
        if relation not in relations():
            raise RuleError(f"{name}: the example {title!r} gives checked.{relation}, which does not exist")
        if absent := sorted({column for record in records for column in record} - set(relations()[relation])):
            raise RuleError(f"{name}: the example {title!r}: checked.{relation} has no column {', '.join(absent)}")
    if absent := sorted({column for record in fired for column in record} - known):
        raise RuleError(
            f"{name}: the example {title!r}: fires may give {', '.join(sorted(known))}, not {', '.join(absent)}"
        )


def _bound(con: duckdb.DuckDBPyConnection, name: str, query: str, parameters: Mapping[str, Value]) -> tuple[str, ...]:
    """Names of the output columns of a query, bound against empty relations."""
    try:
        result = con.execute(f"select * from (\n{query}\n) limit 0", bindable(parameters))
    except duckdb.Error as problem:
        raise RuleError(f"{name}: {problem}") from None
    columns = tuple(column[0] for column in result.description)
    if len(set(columns)) < len(columns):
        raise RuleError(f"{name}: the query gives two columns of one name")
    return columns


def bindable(parameters: Mapping[str, Value]) -> dict[str, object]:
    """Parameter values as DuckDB binds them: lists are lists."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in parameters.items()}


@lru_cache(maxsize=1)
def _bench() -> duckdb.DuckDBPyConnection:
    """The empty relations against which rules are bound."""
    return empty_checked()


def empty_checked() -> duckdb.DuckDBPyConnection:
    """A connection whose `checked` holds every relation as an empty table, and that sees nothing else."""
    con = duckdb.connect(
        ":memory:",
        config={"threads": 1, "autoinstall_known_extensions": "false", "autoload_known_extensions": "false"},
    )
    con.execute("set python_enable_replacements = false; attach ':memory:' as checked")
    for relation, columns in relations().items():
        body = ", ".join(f"{column} {kind}" for column, kind in columns.items())
        con.execute(f"create table checked.{relation} ({body})")
    return con
