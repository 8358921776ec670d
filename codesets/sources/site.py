"""Read the groupings that a site keeps in its own `codesets` folder.

Each is a CSV file `NAME.csv` or `NAME@VERSION.csv` with the columns system, code, group, title, valid_from, valid_to,
source: NAME is the scheme, `code` a code (with all below it) or a range `A00-B99`. What cannot be used is refused with
the file, the line, the column and what to do.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa

from codesets.sources.lists import first_and_last
from codesets.sources.packages import SourceError

COLUMNS = ("system", "code", "group", "title", "valid_from", "valid_to", "source")
DEFAULT_VERSION = "site"
_REQUIRED = ("system", "code", "group", "title", "source")


@dataclass(frozen=True)
class SiteGrouping:
    """One line of a site's grouping, checked."""

    scheme: str
    version: str
    system: str
    first_code: str
    last_code: str
    group_code: str
    title: str
    valid_from: date | None
    valid_to: date | None
    source: str
    position: int


def read_site_groupings(folder: Path | None) -> pa.Table:
    """Read every grouping of a site's folder, files in the order of their names; empty where there is no folder."""
    files = sorted(folder.glob("*.csv")) if folder is not None and folder.is_dir() else []
    rows = [row for path in files for row in read_site_grouping(path)]
    return pa.table(
        {
            name: pa.array([getattr(row, name) for row in rows], kind)
            for name, kind in (
                ("scheme", pa.string()),
                ("version", pa.string()),
                ("system", pa.string()),
                ("first_code", pa.string()),
                ("last_code", pa.string()),
                ("group_code", pa.string()),
                ("title", pa.string()),
                ("valid_from", pa.date32()),
                ("valid_to", pa.date32()),
                ("source", pa.string()),
                ("position", pa.int32()),
            )
        }
    )


def read_site_grouping(path: Path) -> Iterator[SiteGrouping]:
    """Read one file line by line; raise `SourceError` at the first that cannot be used."""
    scheme, _, version = path.stem.partition("@")
    titles: dict[str, str] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            if tuple(reader.fieldnames or ()) != COLUMNS:
                raise SourceError(f"{path.name}: the first line must name the columns {', '.join(COLUMNS)}, in order.")
            for number, row in enumerate(reader, start=2):
                _check(path, number, row)
                title = titles.setdefault(row["group"], row["title"])
                if title != row["title"]:
                    raise SourceError(
                        f"{path.name}, line {number}, column title: the group has another title above; "
                        "give each group one title."
                    )
                first, last = first_and_last(row["code"])
                yield SiteGrouping(
                    scheme=scheme.lower(),
                    version=version or DEFAULT_VERSION,
                    system=row["system"].lower(),
                    first_code=first,
                    last_code=last,
                    group_code=row["group"],
                    title=row["title"],
                    valid_from=_day(path, number, row, "valid_from"),
                    valid_to=_day(path, number, row, "valid_to"),
                    source=row["source"],
                    position=number,
                )
    except (UnicodeDecodeError, csv.Error) as error:
        raise SourceError(f"{path.name}: not a UTF-8 CSV file; save it as CSV in UTF-8.") from error


def _check(path: Path, number: int, row: dict[str, str]) -> None:
    if None in row or None in row.values():
        raise SourceError(f"{path.name}, line {number}: expected {len(COLUMNS)} fields; quote those with commas.")
    for column in _REQUIRED:
        if not row[column].strip():
            raise SourceError(f"{path.name}, line {number}, column {column}: is empty; fill it in.")
    first, last = first_and_last(row["code"])
    if last < first:
        raise SourceError(f"{path.name}, line {number}, column code: the range ends before it begins; turn it round.")


def _day(path: Path, number: int, row: dict[str, str], column: str) -> date | None:
    if not row[column].strip():
        return None
    try:
        return date.fromisoformat(row[column].strip())
    except ValueError as error:
        raise SourceError(
            f"{path.name}, line {number}, column {column}: not a date; write it as 2024-10-01 or leave it empty."
        ) from error
