"""Lists of codes that rules name: one CSV file each, ours in `lists/`, a site's own in `lists/` of its rules folder.

A list says which codes of which systems belong to it, on which days, and who says so. Rules read the lists through
`checked.code_list`, `checked.listed_diagnosis` and their like, and name in their header those that they read.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import combinations
from pathlib import Path

import duckdb

from transforms.rules.header import RuleError
from transforms.rules.insert import insert_rows

COLUMNS = ("system", "code_from", "code_to", "valid_from", "valid_to", "note", "source")
# What a list says of its codes, in a list that says more than that they are on it: a limit, an organ. It comes last.
VALUE = "value"

_SHIPPED = Path(__file__).parent / "lists"
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_SYSTEM = re.compile(r"[a-z0-9_]+")
_CODE = re.compile(r"[A-Z0-9]+")


@dataclass(frozen=True)
class CodeRange:
    """Codes of one system from `code_from` to `code_to`, each with all codes below it, on the days given."""

    system: str
    code_from: str
    code_to: str
    valid_from: date | None
    valid_to: date | None
    note: str
    source: str
    value: str | None


@dataclass(frozen=True)
class CodeList:
    """A list of codes: the file it was read from, the SHA-256 of that file's bytes, and its ranges in their order."""

    name: str
    path: Path
    hash: str
    ranges: tuple[CodeRange, ...]
    is_site: bool


def load_code_lists(folders: Sequence[Path] = ()) -> dict[str, CodeList]:
    """The shipped lists and those in `lists/` of the site's rules folders, by name; a site's takes the place of ours.

    RuleError names the file and the line that is not in order.
    """
    found = {path.stem: read_code_list(path) for path in sorted(_SHIPPED.glob("*.csv"))}
    for folder in folders:
        for path in sorted((folder / "lists").glob("*.csv")):
            found[path.stem] = read_code_list(path, is_site=True)
    return dict(sorted(found.items()))


def read_code_list(path: Path, *, is_site: bool = False) -> CodeList:
    """Read one list; RuleError where its name, its columns or a line is not in order."""
    if not _NAME.fullmatch(path.stem):
        raise RuleError(f"{path.name}: a list is named in lower-case letters, digits and underscores; rename the file")
    return _read(path, path.read_bytes(), is_site)


@lru_cache(maxsize=1024)
def _read(path: Path, content: bytes, is_site: bool) -> CodeList:
    try:
        lines = list(csv.reader(content.decode("utf-8-sig").splitlines(), strict=True))
    except UnicodeDecodeError:
        raise RuleError(f"{path.name}: is not UTF-8: save it as UTF-8 text") from None
    except csv.Error as problem:
        raise RuleError(f"{path.name}: is not CSV ({problem}); quote fields that hold commas") from None
    columns = tuple(lines[0]) if lines else ()
    if columns not in (COLUMNS, (*COLUMNS, VALUE)):
        raise RuleError(f"{path.name}: the columns must be {', '.join(COLUMNS)}, in this order, and {VALUE} if need be")
    ranges = tuple(
        _range(f"{path.name}, line {number}", line, len(columns)) for number, line in enumerate(lines[1:], 2)
    )
    if not ranges:
        raise RuleError(f"{path.name}: the list is empty; give a line of codes or remove the file")
    for (one, first), (other, second) in combinations(enumerate(ranges, 2), 2):
        if _overlap(first, second):
            raise RuleError(f"{path.name}, line {other}: names codes that line {one} names for the same days; keep one")
    return CodeList(path.stem, path, hashlib.sha256(content).hexdigest(), ranges, is_site)


def _range(where: str, line: Sequence[str], columns: int) -> CodeRange:
    if len(line) != columns:
        raise RuleError(f"{where}: has {len(line)} fields, expected {columns}")
    system, code_from, code_to, valid_from, valid_to, note, source, *value = (field.strip() for field in line)
    if not _SYSTEM.fullmatch(system):
        raise RuleError(f"{where}: system must be a code system such as icd10cm")
    for code in filter(None, (code_from, code_to)):
        if not _CODE.fullmatch(code):
            raise RuleError(f"{where}: write codes in upper case, without dots")
    if not code_from:
        raise RuleError(f"{where}: code_from is missing")
    if code_to and code_to < code_from:
        raise RuleError(f"{where}: code_to comes before code_from; exchange them")
    if not source:
        raise RuleError(f"{where}: source is missing; say who puts these codes on the list")
    first, last = _day(where, "valid_from", valid_from), _day(where, "valid_to", valid_to)
    if first and last and last < first:
        raise RuleError(f"{where}: valid_to comes before valid_from; exchange them")
    if value == [""]:
        raise RuleError(f"{where}: value is missing; say what the list says of these codes")
    return CodeRange(system, code_from, code_to or code_from, first, last, note, source, value[0] if value else None)


def _overlap(one: CodeRange, other: CodeRange) -> bool:
    """Whether both ranges say the same of a code on one day; no code has a character above the tilde."""
    return (
        one.system == other.system
        and one.value == other.value
        and one.code_from <= other.code_to + "~"
        and other.code_from <= one.code_to + "~"
        and (one.valid_from or date.min) <= (other.valid_to or date.max)
        and (other.valid_from or date.min) <= (one.valid_to or date.max)
    )


def _day(where: str, column: str, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise RuleError(f"{where}: {column} must be a day such as 2024-10-01, or empty") from None


def write_ranges(
    con: duckdb.DuckDBPyConnection, lists: Iterable[CodeList], of_diagnoses: Collection[str] | None = None
) -> None:
    """Create `checked.list_range`, from which `checked.code_list` is made, and fill it with the ranges of the lists.

    `of_diagnoses` names the lists that rules hold against diagnoses; None: all.
    """
    con.execute("""
        create table checked.list_range (
            list varchar, system varchar, code_from varchar, code_to varchar, valid_from date, valid_to date,
            value varchar, of_diagnoses boolean
        )
    """)
    found = [
        (
            one.name,
            each.system,
            each.code_from,
            each.code_to,
            each.valid_from,
            each.valid_to,
            each.value,
            of_diagnoses is None or one.name in of_diagnoses,
        )
        for one in lists
        for each in one.ranges
    ]
    if found:
        insert_rows(con, "checked.list_range", found)


def check_named(name: str, wanted: Iterable[str], lists: Mapping[str, CodeList]) -> None:
    """RuleError, naming the rule's file `name`, where a wanted list does not exist."""
    if absent := sorted(set(wanted) - set(lists)):
        raise RuleError(
            f"{name}: there is no list {', '.join(absent)}; there are {', '.join(lists) or 'none'}, "
            "and a site adds its own as lists/<name>.csv in its rules folder"
        )
