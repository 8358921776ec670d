"""A file that a site adds: how readers see it, and what they make of it.

A reader looks at a `Candidate` (name, first text, sheets, XML root), says whether it is of its kind, and makes an
`AddedFile` of it: what it is, for which days it speaks, and its rows as tables that the build knows by name.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook

from codesets.sources.added import safety
from codesets.sources.packages import SourceError

_TEXT, _DAY, _FLAG, _NUMBER = pa.string(), pa.date32(), pa.bool_(), pa.int32()

# The tables that readers fill, with the names under which the SQL files know them. `form` of a code: release (the file
# is the whole list of its days), change (it says what begins and ends on its first day), dated (each row has its own
# days) or supplement (codes beside the whole list). Every table's `file` is the name of the file.
TABLES: dict[str, dict[str, pa.DataType]] = {
    "added_code": {
        "file": _TEXT, "system": _TEXT, "release": _TEXT, "form": _TEXT, "first_day": _DAY, "last_day": _DAY,
        "code": _TEXT, "is_billable": _FLAG, "title": _TEXT, "parent": _TEXT, "block": _TEXT, "chapter": _TEXT,
        "stem": _TEXT, "change": _TEXT,
    },
    "added_place": {
        "file": _TEXT, "system": _TEXT, "release": _TEXT, "first_day": _DAY, "scheme": _TEXT, "place": _TEXT,
        "title": _TEXT, "position": _NUMBER,
    },
    "added_note": {
        "file": _TEXT, "system": _TEXT, "release": _TEXT, "first_day": _DAY, "note_id": _NUMBER, "code": _TEXT,
        "kind": _TEXT, "text": _TEXT,
    },
    "added_note_range": {
        "file": _TEXT, "note_id": _NUMBER, "first_code": _TEXT, "last_code": _TEXT, "pattern": _TEXT,
    },
    "added_seventh_character": {"file": _TEXT, "first_day": _DAY, "code": _TEXT, "character": _TEXT, "meaning": _TEXT},
    "added_attribute": {
        "file": _TEXT, "source": _TEXT, "first_day": _DAY, "last_day": _DAY, "system": _TEXT, "code": _TEXT,
        "attribute": _TEXT, "value": _TEXT,
    },
    "added_assignment": {
        "file": _TEXT, "scheme": _TEXT, "version": _TEXT, "system": _TEXT, "code": _TEXT, "group_code": _TEXT,
        "title": _TEXT, "is_default": _FLAG, "is_default_outpatient": _FLAG,
    },
    "added_grouping": {
        "file": _TEXT, "scheme": _TEXT, "version": _TEXT, "system": _TEXT, "first_code": _TEXT, "last_code": _TEXT,
        "group_code": _TEXT, "title": _TEXT, "valid_from": _DAY, "valid_to": _DAY, "source": _TEXT,
        "position": _NUMBER,
    },
    "added_pair": {
        "file": _TEXT, "setting": _TEXT, "column_1": _TEXT, "column_2": _TEXT, "modifier_indicator": _TEXT,
        "valid_from": _DAY, "valid_to": _DAY, "source": _TEXT, "first_day": _DAY,
    },
    "added_unit_limit": {
        "file": _TEXT, "setting": _TEXT, "code": _TEXT, "units": _NUMBER, "adjudication_indicator": _NUMBER,
        "valid_from": _DAY, "valid_to": _DAY, "source": _TEXT,
    },
    "added_coverage": {
        "file": _TEXT, "procedure_code": _TEXT, "system": _TEXT, "code_from": _TEXT, "code_to": _TEXT,
        "valid_from": _DAY, "valid_to": _DAY, "source": _TEXT,
    },
    "added_drg_weight": {
        "file": _TEXT, "drg": _TEXT, "weight": _TEXT, "valid_from": _DAY, "valid_to": _DAY, "source": _TEXT,
    },
    "added_file": {
        "file": _TEXT, "sha256": _TEXT, "kind": _TEXT, "subject": _TEXT, "release": _TEXT, "row_count": pa.int64(),
        "first_day": _DAY, "last_day": _DAY, "licence": _TEXT, "remark": _TEXT,
    },
}  # fmt: skip

US_GOVERNMENT = "US government work"
SITES_OWN = "The site's own"


@dataclass
class Candidate:
    """A file to be recognised and read; each view of it is made once."""

    path: Path

    @property
    def name(self) -> str:
        """Its file name, as messages name it."""
        return self.path.name

    @cached_property
    def head(self) -> str:
        """Its first text; empty for a workbook."""
        first = safety.head(self.path)
        if first.startswith(b"PK"):
            return ""
        return first.decode("utf-8-sig", errors="replace")

    @property
    def first_line(self) -> str:
        """Its first line of text."""
        return self.head.splitlines()[0] if self.head else ""

    @cached_property
    def root(self) -> str:
        """The name of its root element; empty where it is no XML."""
        if not self.head.lstrip().startswith("<"):
            return ""
        found = re.search(r"<(?:\w+:)?([A-Za-z][\w.]*)[\s>/]", re.sub(r"<!--.*?-->", "", self.head, flags=re.DOTALL))
        return found.group(1) if found else ""

    @cached_property
    def tree(self) -> ElementTree.Element:
        """Its XML, parsed."""
        return safety.xml(self.path)

    @cached_property
    def sheets(self) -> dict[str, list[list[Any]]]:
        """The rows of its sheets; none where it is no workbook."""
        if not safety.head(self.path).startswith(b"PK"):
            return {}
        safety.prove_workbook(self.path)
        try:
            workbook = CalamineWorkbook.from_path(str(self.path))
            return {name: workbook.get_sheet_by_name(name).to_python() for name in workbook.sheet_names}
        except CalamineError as error:
            raise SourceError(f"{self.name}: not a workbook that can be read; save it as .xlsx anew.") from error

    def text(self, *, official: bool = True) -> str:
        """All its text."""
        return safety.text(self.path, official=official)

    def grids(self) -> Iterator[list[tuple[int, list[str]]]]:
        """Its tables as numbered rows of text: one a sheet, or the one of a text parted by tabs or commas."""
        if not self.head:
            for rows in self.sheets.values():
                yield [(number, [cell_text(cell) for cell in row]) for number, row in enumerate(rows, start=1)]
            return
        yield self._delimited(self.text())

    def head_grids(self) -> Iterator[list[tuple[int, list[str]]]]:
        """The beginnings of its tables, to recognise it by."""
        if not self.head:
            for rows in self.sheets.values():
                yield [(number, [cell_text(cell) for cell in row]) for number, row in enumerate(rows[:30], start=1)]
            return
        yield self._delimited("\n".join(self.head.splitlines()[:30]))

    def _delimited(self, text: str) -> list[tuple[int, list[str]]]:
        delimiter = "\t" if "\t" in self.head else ","
        reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter)
        try:
            return [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
        except csv.Error as error:
            raise SourceError(
                f"{self.name}, line {reader.line_num}: not a table of text; take the publisher's file anew."
            ) from error


@dataclass(frozen=True, kw_only=True)
class AddedFile:
    """What a reader made of a file.

    `subject` is what it is of (a system, scheme or setting), `release` which of those; `first_day` and `last_day` the
    days it speaks for (None: not stated, open). `rows` are tuples in the order of `TABLES`, or a table of Arrow with
    those columns, both without the file's name.
    """

    kind: str
    subject: str
    release: str
    licence: str
    first_day: date | None = None
    last_day: date | None = None
    rows: dict[str, Sequence[tuple] | pa.Table] = field(default_factory=dict)
    counted: str | None = None
    remark: str | None = None

    @property
    def row_count(self) -> int:
        """Rows of the table that the file is counted by: the first."""
        return len(self.rows[self.counted or next(iter(self.rows))])


@dataclass(frozen=True, kw_only=True)
class Reader:
    """How one kind of file is recognised, read, and called where the kinds are listed."""

    kind: str
    says: str
    recognises: Callable[[Candidate], bool]
    read: Callable[[Candidate], AddedFile]
    is_official: bool = True


def tables_of(read: Iterable[tuple[Path, AddedFile]]) -> dict[str, pa.Table]:
    """The rows of files as the tables that the SQL files know, files in the order given."""
    tables: dict[str, list[pa.Table]] = {name: [table_of(name, ())] for name in TABLES}
    for path, added in read:
        for name, found in added.rows.items():
            tables[name].append(table_of(name, found, file=path.name))
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        taken = (digest, added.kind, added.subject, added.release, added.row_count, added.first_day, added.last_day,
                 added.licence, added.remark)  # fmt: skip
        tables["added_file"].append(table_of("added_file", [taken], file=path.name))
    return {name: pa.concat_tables(found) for name, found in tables.items()}


def table_of(name: str, rows: Sequence[tuple] | pa.Table, *, file: str | None = None) -> pa.Table:
    """Rows as one of `TABLES`, with the name of their file."""
    kinds = {key: kind for key, kind in TABLES[name].items() if key != "file"}
    files = pa.array([file], _TEXT).take(pa.array([0] * len(rows), pa.int8()))
    if isinstance(rows, pa.Table):
        columns = rows.select(list(kinds)).columns
    else:
        columns = list(zip(*rows, strict=True)) if rows else [()] * len(kinds)
    arrays = [
        values.cast(kind) if isinstance(values, pa.ChunkedArray) else pa.array(values, kind)
        for values, kind in zip(columns, kinds.values(), strict=True)
    ]
    return pa.table([files, *arrays], names=["file", *kinds])


def cell_text(cell: Any) -> str:
    """A cell of a workbook as text: whole numbers without a point, days as 2026-01-01."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return "" if cell is None else str(cell).strip()


def header_of(grid: Sequence[tuple[int, list[str]]], wanted: Sequence[str]) -> tuple[int, list[str]] | None:
    """The place of the row that has every wanted name (letters and digits compared), and its names so compared."""
    for place, (_, row) in enumerate(grid[:30]):
        names = [bare_name(cell) for cell in row]
        if all(name in names for name in wanted):
            return place, names
    return None


def bare_name(name: str) -> str:
    """A column's name without case, blanks and punctuation."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def bare_code(code: str) -> str:
    """A code as tables have it: upper case, no dot, no quotes."""
    return code.strip(" '\"").replace(".", "").upper()


def day_of(path: Path, number: int, column: str, value: str) -> date | None:
    """A day written as 2026-01-01, 20260101 or 01/01/2026; None where it is empty."""
    value = value.strip()
    if not value:
        return None
    for pattern in ("%Y-%m-%d", "%Y%m%d", "%m/%d/%Y"):
        try:
            return datetime.strptime(value, pattern).date()
        except ValueError:
            continue
    raise SourceError(f"{path.name}, line {number}, column {column}: not a day; write it as 2024-10-01.")


def federal_year(year: int) -> tuple[date, date]:
    """The first and last day of a United States federal year."""
    return date(year - 1, 10, 1), date(year, 9, 30)


def refuse_twice(path: Path, keys: Iterable[tuple[int, Any]]) -> None:
    """Refuse a file that has one key on two lines."""
    seen: dict[Any, int] = {}
    for number, key in keys:
        if key in seen:
            raise SourceError(f"{path.name}, line {number}: the code stands on line {seen[key]} too; keep one.")
        seen[key] = number
