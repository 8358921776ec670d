"""Read AHRQ's CCSR for ICD-10-CM diagnoses as AHRQ publishes it from release to release: DXCCSR_vYYYY-N.csv.

Each line has a code, its default categories for inpatient principal and outpatient first-listed diagnoses, and up to
six categories, all in single quotes. A default that begins with XXX says that the code is not acceptable there.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from codesets.sources.ccsr import VERSION as SHIPPED_VERSION
from codesets.sources.packages import SourceError

FOLDER = "official"
LICENCE = "US government work (AHRQ HCUP)"

_NAME = re.compile(r"DXCCSR[_-]v(\d{4})-(\d+)", re.IGNORECASE)
_CODE = "ICD-10-CM CODE"
_INPATIENT, _OUTPATIENT = "DEFAULT CCSR CATEGORY IP", "DEFAULT CCSR CATEGORY OP"
_CATEGORY = re.compile(r"CCSR CATEGORY (\d)")
_COLUMNS = ("version", "code", "group_code", "title", "inpatient", "outpatient")


def is_dxccsr(first_line: str) -> bool:
    """Say whether a file's first line is the one of AHRQ's CSV."""
    names = {name.strip(" '\"").upper() for name in first_line.split(",")}
    return {_CODE, _INPATIENT, _OUTPATIENT, "CCSR CATEGORY 1"} <= names


def version_of(path: Path) -> str:
    """The version that AHRQ's file name states, v2026-1 as 2026.1."""
    found = _NAME.search(path.name)
    if found is None:
        raise SourceError(
            f"{path.name}: the file's name does not say the version; name it as AHRQ does, DXCCSR_v2026-1.csv."
        )
    version = f"{found.group(1)}.{found.group(2)}"
    if version == SHIPPED_VERSION:
        raise SourceError(f"{path.name}: this version is at hand already; nothing was added.")
    return version


def read_site_ccsr(site: Path | None) -> pa.Table:
    """Read every file of a site: (version, code, group_code, title, inpatient, outpatient), the last two booleans."""
    folder = site / FOLDER if site is not None else None
    files = sorted(folder.glob("DXCCSR*.csv")) if folder is not None and folder.is_dir() else []
    rows = [row for path in files for row in read_dxccsr(path)]
    kinds = (pa.string(),) * 4 + (pa.bool_(),) * 2
    return pa.table(
        {
            name: pa.array([row[place] for row in rows], kind)
            for place, (name, kind) in enumerate(zip(_COLUMNS, kinds, strict=True))
        }
    )


def read_dxccsr(path: Path) -> Iterator[tuple[str, str, str, str, bool, bool]]:
    """Read one file; raise `SourceError` with line and next step where it is not whole or contradicts itself."""
    version = version_of(path)
    seen: dict[str, int] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file)
        header = [_bare(name).upper() for name in next(rows, [])]
        categories = [place for place, name in enumerate(header) if _CATEGORY.fullmatch(name)]
        if _CODE not in header or not categories:
            raise SourceError(f"{path.name}: the first line is not that of AHRQ's DXCCSR file.")
        code_at, inpatient_at, outpatient_at = map(header.index, (_CODE, _INPATIENT, _OUTPATIENT))
        for number, row in enumerate(rows, start=2):
            if len(row) != len(header):
                raise SourceError(f"{path.name}, line {number}: expected {len(header)} fields, found {len(row)}.")
            cells = [_bare(cell) for cell in row]
            code = cells[code_at]
            if code in seen:
                raise SourceError(f"{path.name}, line {number}: the code stands on line {seen[code]} too; keep one.")
            seen[code] = number
            groups = {cells[place]: cells[place + 1] for place in categories if cells[place]}
            for use, place in (("inpatient", inpatient_at), ("outpatient", outpatient_at)):
                if cells[place] and not cells[place].startswith("XXX") and cells[place] not in groups:
                    raise SourceError(
                        f"{path.name}, line {number}: the {use} default is none of the code's categories."
                    )
            for group, title in groups.items():
                yield version, code, group, title, group == cells[inpatient_at], group == cells[outpatient_at]


def _bare(cell: str) -> str:
    return cell.strip().strip("'").strip()
