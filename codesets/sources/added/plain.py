"""The plain CSV files that a site writes itself: what is common to groupings, code lists and coverage.

A first line that names the columns exactly, UTF-8, one fact a line. A value that a spreadsheet would run as a formula,
an empty field that is needed, a code that is none, and dates the wrong way round are refused with line and column.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from codesets.sources.added.file import Candidate
from codesets.sources.added.safety import refuse_formula
from codesets.sources.packages import SourceError

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,59}(?:@[A-Za-z0-9][A-Za-z0-9._-]{0,39})?")
_SYSTEM = re.compile(r"[a-z][a-z0-9_]{1,29}")
_CODE = re.compile(r"[0-9A-Z][0-9A-Z./-]{0,19}")


def is_plain(candidate: Candidate, columns: tuple[str, ...]) -> bool:
    """Say whether a file's first line names these columns, and it is parted by commas."""
    return tuple(name.strip() for name in candidate.first_line.split(",")) == columns


def named(path: Path, example: str) -> tuple[str, str | None]:
    """The name and version that a file's name gives: NAME.csv or NAME@VERSION.csv."""
    if path.suffix.lower() != ".csv" or _NAME.fullmatch(path.stem) is None:
        raise SourceError(
            f"{path.name!r}: the file's name must be letters, digits and underscores, then @ and a version if it has "
            f"one; name it as {example}."
        )
    name, _, version = path.stem.partition("@")
    return name.lower(), version or None


def lines(
    candidate: Candidate, columns: tuple[str, ...], needed: tuple[str, ...]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Read the lines of a plain CSV file as dictionaries with their numbers; refuse the first that cannot be used."""
    path = candidate.path
    reader = csv.DictReader(candidate.text(official=False).splitlines(keepends=True), strict=True)
    try:
        if tuple(name.strip() for name in reader.fieldnames or ()) != columns:
            raise SourceError(f"{path.name}: the first line must name the columns {', '.join(columns)}, in order.")
        count = 0
        for row in reader:
            number = reader.line_num
            if None in row or None in row.values():
                raise SourceError(
                    f"{path.name}, line {number}: expected {len(columns)} fields; quote those with commas."
                )
            row = {column: value.strip() for column, value in zip(columns, row.values(), strict=True)}
            for column in needed:
                if not row[column]:
                    raise SourceError(f"{path.name}, line {number}, column {column}: is empty; fill it in.")
            for column, value in row.items():
                if value and not value[0].isalnum():
                    refuse_formula(path, number, column, value)
            count += 1
            yield number, row
    except csv.Error as error:
        raise SourceError(
            f"{path.name}, line {reader.line_num + 1}: not a CSV file; save it as CSV in UTF-8."
        ) from error
    if not count:
        raise SourceError(f"{path.name}: has no line below the first; nothing was added.")


def days(path: Path, number: int, row: dict[str, str]) -> tuple[date | None, date | None]:
    """The first and last day of a line, None where it has none."""
    ends = []
    for column in ("valid_from", "valid_to"):
        try:
            ends.append(date.fromisoformat(row[column]) if row[column] else None)
        except ValueError as error:
            raise SourceError(
                f"{path.name}, line {number}, column {column}: not a date; write it as 2024-10-01 or leave it empty."
            ) from error
    first, last = ends
    if first and last and last < first:
        raise SourceError(f"{path.name}, line {number}, column valid_to: ends before it begins; turn it round.")
    return first, last


def system(path: Path, number: int, row: dict[str, str]) -> str:
    """The code system of a line."""
    value = row["system"].lower()
    if _SYSTEM.fullmatch(value) is None:
        raise SourceError(
            f"{path.name}, line {number}, column system: not a system's name; write it as icd10cm or opcs4."
        )
    return value


def code_range(path: Path, number: int, column: str, value: str) -> tuple[str, str]:
    """A code or a range as first and last canonical code: I20-I25 is I20, I25."""
    if _CODE.fullmatch(value.upper()) is None:
        raise SourceError(
            f"{path.name}, line {number}, column {column}: not a code or a range; write it as I21.4 or I20-I25."
        )
    first, _, last = value.replace(".", "").upper().partition("-")
    last = last or first
    if not first or "-" in last:
        raise SourceError(
            f"{path.name}, line {number}, column {column}: not a code or a range; write it as I21.4 or I20-I25."
        )
    if last < first:
        raise SourceError(
            f"{path.name}, line {number}, column {column}: the range ends before it begins; turn it round."
        )
    return first, last
