"""Read CMS's order files of ICD-10-CM and ICD-10-PCS: every code and header of a release, with its titles.

Fixed width: order number in columns 1-5, code in 7-13, in 15 a 1 for a code that may be reported and a 0 for a header,
the short title in 17-76 and the long one from 78. The release is in the name of the file: `icd10cm_order_2028.txt` is
the federal year from 2027-10-01, `icd10cm-order-April-2028.txt` what is in force from 2028-04-01.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa

from codesets.sources.dxccsr import FOLDER
from codesets.sources.packages import SourceError

LICENCE = "US government work (CMS, CDC/NCHS)"

_LINE = re.compile(r"(\d{5}) ([0-9A-Z]{3,7}) {1,5}([01]) (.{60}) (\S.*)")
_NAME = re.compile(r"(icd10cm|icd10pcs)[_-]order[_-](?:(April|Apr)[_-])?(\d{4})", re.IGNORECASE)


@dataclass(frozen=True)
class OrderRelease:
    """What an order file is of: its system, its release in words, and the days for which it holds."""

    system: str
    name: str
    first_day: date
    last_day: date


def is_order_line(line: str) -> bool:
    """Say whether a file's first line is one of an order file."""
    return _LINE.fullmatch(line.rstrip("\r\n")) is not None


def release_of(path: Path) -> OrderRelease:
    """The release that the file's name states."""
    found = _NAME.match(path.name)
    if found is None:
        raise SourceError(
            f"{path.name}: the file's name does not say the release; name it as CMS does, icd10cm_order_2028.txt."
        )
    system, april, year = found.group(1).lower(), found.group(2), int(found.group(3))
    first_day = date(year, 4, 1) if april else date(year - 1, 10, 1)
    return OrderRelease(system, f"FY{year}{', April' if april else ''}", first_day, date(year, 9, 30))


def read_order_file(path: Path) -> Iterator[tuple[str, bool, str]]:
    """Read one file as (code, may be reported, long title); raise `SourceError` with the line where it is not whole."""
    seen: dict[str, int] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), start=1):
        if not line.strip():
            continue
        found = _LINE.fullmatch(line.rstrip())
        if found is None:
            raise SourceError(
                f"{path.name}, line {number}: not in the columns of an order file; take CMS's file as it is."
            )
        _, code, flag, _, title = found.groups()
        if code in seen:
            raise SourceError(f"{path.name}, line {number}: the code stands on line {seen[code]} too; keep one.")
        seen[code] = number
        yield code, flag == "1", title.strip()


def read_site_order(site: Path | None) -> pa.Table:
    """Read every order file of a site: (system, release, first_day, last_day, code, is_billable, title)."""
    folder = site / FOLDER if site is not None else None
    files = sorted(folder.glob("*order*.txt")) if folder is not None and folder.is_dir() else []
    rows = []
    for path in files:
        release = release_of(path)
        rows += [
            (release.system, release.name, release.first_day, release.last_day, *row) for row in read_order_file(path)
        ]
    kinds = {
        "system": pa.string(),
        "release": pa.string(),
        "first_day": pa.date32(),
        "last_day": pa.date32(),
        "code": pa.string(),
        "is_billable": pa.bool_(),
        "title": pa.string(),
    }
    return pa.table({name: pa.array([row[at] for row in rows], kind) for at, (name, kind) in enumerate(kinds.items())})
