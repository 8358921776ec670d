"""Turn a profile's values into SQL: the text as the source has it, the typed value, and what may be wrong with it.

Everything here returns SQL and runs nothing. A field is read in two layers, so that its text is computed once: the
first layer gives `raw_FIELD` (source's text, nulls and cuts applied), the second reads that column.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from codesets.database import identifier, literal
from transforms.profiles.values import ISO, DateFormat, Value
from transforms.profiles.vocabulary import FIXED

Kind = Literal["text", "choice", "date", "number", "whole", "truth"]

# Dates outside are slips of the pen: no register here is older, and shifted dates stay below.
FIRST_YEAR, LAST_YEAR = 1850, 2999

TRUE_WORDS = ("1", "true", "t", "yes", "y")
FALSE_WORDS = ("0", "false", "f", "no", "n")


@dataclass(frozen=True)
class Scope:
    """Where column names lead: SQL of each column by its lower-case name, and the profile's general settings."""

    columns: Mapping[str, str]
    null: tuple[str, ...]
    dates: tuple[DateFormat, ...]

    def has(self, name: str) -> bool:
        return name.strip().lower() in self.columns

    def column(self, name: str, null: Sequence[str] = ()) -> str:
        """SQL of a column's text without the blanks around it, null where it means null or the file lacks it."""
        found = self.columns.get(name.strip().lower())
        if found is None:
            return "null::varchar"
        words = [word for word in (*self.null, *null) if word]
        text = f"nullif(trim({found}), '')"
        if words:
            text = f"case when trim({found}) not in ({', '.join(map(literal, words))}) then {text} end"
        return text


@dataclass(frozen=True)
class Reading:
    """A field: its name, kind, and the value of the profile that it comes from (None: the profile has none)."""

    name: str
    kind: Kind
    value: Value | None

    @property
    def raw(self) -> str:
        return f"raw_{self.name}"

    def raw_sql(self, scope: Scope) -> str:
        """First layer: the source's text."""
        if self.value is None:
            return "null::varchar"
        if self.value.absent is not None and not any(map(scope.has, self.value.named_columns())):
            return literal(self.value.absent)
        return text_of(self.value, scope)

    def typed_sql(self, scope: Scope, raw: str | None = None) -> str:
        """Second layer: the typed value, from the raw column of the first layer (or from the SQL `raw` of its text)."""
        raw = raw or self.raw
        mapped = self._mapped(raw)
        typed = self._typed(mapped, scope)
        if self.value is not None and self.value.default is not None:
            return f"case when {raw} is null then {typed_literal(self.kind, self.value.default)} else {typed} end"
        return typed

    def _typed(self, mapped: str, scope: Scope) -> str:
        match self.kind:
            case "text":
                return mapped
            case "choice":
                return self._choice(mapped)
            case "date":
                return date_of(mapped, self.formats(scope))
            case "number":
                return number_of(mapped)
            case "whole":
                return f"cast(round({number_of(mapped)}) as bigint)"
            case "truth":
                return truth_of(mapped)

    def inline_sql(self, scope: Scope) -> str:
        """Both layers in one expression, for a field that is read once."""
        return self.typed_sql(scope, f"({self.raw_sql(scope)})")

    def problem(self) -> str | None:
        """Name of what is wrong where the text is given and the typed value is null; None where nothing can be."""
        if self.value is None or self.value.constant is not None:
            return None
        if self.kind == "date":
            return "impossible_date"
        if self.kind in ("number", "whole"):
            return "not_a_number"
        is_mapped = self.value.map is not None and self.value.otherwise is None and not self.value.keep
        if self.kind in ("choice", "truth") or is_mapped:
            return "unmapped_value"
        return None

    def known_null(self) -> str:
        """SQL: the text is one that the profile says means unknown."""
        unknown = [key for key, target in (self.value.map or {}).items() if target == ""] if self.value else []
        return f"upper({self.raw}) in ({', '.join(literal(key.upper()) for key in unknown)})" if unknown else "false"

    def formats(self, scope: Scope) -> tuple[DateFormat, ...]:
        return (self.value.format if self.value else ()) or scope.dates

    def _mapped(self, raw: str) -> str:
        if self.value is None or self.value.map is None:
            return raw
        pairs = self.value.map | ({self.value.absent: self.value.absent} if self.value.absent else {})
        return mapped_text(raw, pairs, self.value.otherwise, keep=self.value.keep)

    def _choice(self, mapped: str) -> str:
        allowed = FIXED[self.name]
        change = "upper" if allowed[0].isupper() else "lower"
        listed = ", ".join(map(literal, allowed))
        return f"case when {change}({mapped}) in ({listed}) then {change}({mapped}) end"


def text_of(value: Value, scope: Scope) -> str:
    """SQL of a value's text before its map: origin, then null, strip, before, substring, pattern, integer."""
    text = _origin(value, scope)
    if value.strip:
        text = f"nullif(trim({text}, {literal(value.strip)}), '')"
    if value.before:
        text = f"nullif(trim(split_part({text}, {literal(value.before)}, 1)), '')"
    if value.substring:
        start, length = value.substring
        text = f"nullif(substring({text}, {start}, {length}), '')"
    if value.pattern:
        text = f"nullif(regexp_extract({text}, {literal(value.pattern)}, 1), '')"
    if value.integer:
        text = f"coalesce(try_cast(trunc(try_cast({text} as decimal(18, 3))) as bigint)::varchar, {text})"
    if value.prefix:
        text = f"{literal(value.prefix)} || {text}"
    if value.suffix:
        text = f"{text} || {literal(value.suffix)}"
    return text


def _origin(value: Value, scope: Scope) -> str:
    if value.constant is not None:
        return literal(value.constant)
    if value.cases:
        branches = " ".join(
            f"when {condition(case.when, scope)} then {value_text(case.value, scope)}" for case in value.cases
        )
        return f"case {branches} end"
    if value.column is not None:
        return scope.column(value.column, value.null)
    texts = [scope.column(name, value.null) for name in value.columns]
    if value.join is not None:
        return f"nullif(concat_ws({literal(value.join)}, {', '.join(texts)}), '')"
    return f"coalesce({', '.join(texts)})"


def value_text(value: Value, scope: Scope) -> str:
    """SQL of a value's text with its map."""
    text = text_of(value, scope)
    return mapped_text(text, value.map, value.otherwise, keep=value.keep) if value.map is not None else text


def condition(when: Mapping[str, Sequence[str]], scope: Scope) -> str:
    """SQL: every column has one of its values; `x*` stands for all that begin with x, '' or no value for null."""
    tests = []
    for name, values in when.items():
        column = scope.column(name)
        whole = [literal(value.upper()) for value in values if not value.endswith("*")]
        begun = [
            f"starts_with(upper({column}), {literal(value[:-1].upper())})" for value in values if value[-1:] == "*"
        ]
        options = ([f"upper({column}) in ({', '.join(whole)})"] if whole else []) + begun
        if "" in values or not values:
            options.append(f"{column} is null")
        tests.append(f"({' or '.join(options)})")
    return " and ".join(tests) or "true"


def mapped_text(text: str, pairs: Mapping[str, str], otherwise: str | None, *, keep: bool = False) -> str:
    """SQL of a map, upper and lower case alike; '' in the map is null, and so is what it does not list."""
    rest = "null"
    if keep:
        rest = text
    elif otherwise:
        rest = f"case when {text} is not null then {literal(otherwise)} end"
    if not pairs:
        return rest
    branches = " ".join(
        f"when {literal(key.upper())} then {literal(target) if target else 'null'}" for key, target in pairs.items()
    )
    return f"case upper({text}) {branches} else {rest} end"


def date_of(text: str, formats: Sequence[DateFormat]) -> str:
    """SQL of a date in the first of several formats that fits; null where none does."""
    parts = [_parsed(text, each.format) for each in formats]
    return parts[0] if len(parts) == 1 else f"coalesce({', '.join(parts)})"


def plausible(column: str) -> str:
    """SQL of a typed date that is null where the year cannot be."""
    return f"case when {column} between date '{FIRST_YEAR}-01-01' and date '{LAST_YEAR}-12-31' then {column} end"


def _parsed(text: str, form: str) -> str:
    if form == ISO:
        return (
            f"case when length({text}) = 10 then try_cast({text} as date) "
            f"when length({text}) > 10 then try_cast(try_cast({text} as timestamp) as date) end"
        )
    if digits := _digits(form):
        only_digits = f"regexp_full_match({text}, '[0-9]{{{digits}}}')"
        return f"case when {only_digits} then try_strptime({text}, {literal(form)})::date end"
    return f"try_strptime({text}, {literal(form)})::date"


def _digits(form: str) -> int | None:
    """How many digits a format without separators has, which strptime itself does not insist on."""
    widths = {"%Y": 4, "%m": 2, "%d": 2, "%y": 2, "%j": 3, "%H": 2, "%M": 2, "%S": 2}
    total, rest = 0, form
    while rest:
        if rest[:2] not in widths:
            return None
        total, rest = total + widths[rest[:2]], rest[2:]
    return total


def precision_of(text: str, formats: Sequence[DateFormat]) -> str:
    """SQL of how exactly a date is known: the precision of the format that fits."""
    known = {each.known_to for each in formats}
    if len(known) == 1:
        return literal(known.pop())
    branches = " ".join(
        f"when {_parsed(text, each.format)} is not null then {literal(each.known_to)}" for each in formats
    )
    return f"case {branches} else 'day' end"


def number_of(text: str) -> str:
    return f"try_cast({text} as decimal(18, 6))"


def truth_of(text: str) -> str:
    yes, no = (", ".join(map(literal, words)) for words in (TRUE_WORDS, FALSE_WORDS))
    return f"case when lower({text}) in ({yes}) then true when lower({text}) in ({no}) then false end"


def typed_literal(kind: Kind, text: str) -> str:
    casts = {"date": "date", "number": "decimal(18, 6)", "whole": "bigint", "truth": "boolean"}
    return f"{literal(text)}::{casts[kind]}" if kind in casts else literal(text)


def scope_of(alias: str, columns: Sequence[str], profile_null: tuple[str, ...], dates: tuple[DateFormat, ...]) -> Scope:
    """The scope of one file's columns behind an alias."""
    return Scope({name.lower(): f"{alias}.{identifier(name)}" for name in columns}, profile_null, dates)
