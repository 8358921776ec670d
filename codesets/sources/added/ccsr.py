"""AHRQ's CCSR for ICD-10-CM diagnoses as AHRQ publishes it from release to release: DXCCSR_vYYYY-N.csv.

Each line has a code, its default categories for inpatient principal and outpatient first-listed diagnoses, and up to
six categories, all in single quotes (AHRQ, CCSR user guide). A default that begins with XXX says that the code is not
acceptable there.
"""

from __future__ import annotations

import csv
import re

from codesets.sources.added.file import US_GOVERNMENT, AddedFile, Candidate, Reader
from codesets.sources.ccsr import NOT_A_GROUP
from codesets.sources.ccsr import VERSION as SHIPPED_VERSION
from codesets.sources.packages import SourceError

_NAME = re.compile(r"DXCCSR[_-]v(\d{4})-(\d+)", re.IGNORECASE)
_CODE = "ICD-10-CM CODE"
_INPATIENT, _OUTPATIENT = "DEFAULT CCSR CATEGORY IP", "DEFAULT CCSR CATEGORY OP"
_CATEGORY = re.compile(r"CCSR CATEGORY (\d)")


def _recognises(candidate: Candidate) -> bool:
    names = {name.strip(" '\"").upper() for name in candidate.first_line.split(",")}
    return {_CODE, _INPATIENT, _OUTPATIENT, "CCSR CATEGORY 1"} <= names


def _version(candidate: Candidate) -> str:
    found = _NAME.search(candidate.name)
    if found is None:
        raise SourceError(
            f"{candidate.name}: the file's name does not say the version; name it as AHRQ does, DXCCSR_v2026-1.csv."
        )
    version = f"{found.group(1)}.{found.group(2)}"
    if version == SHIPPED_VERSION:
        raise SourceError(f"{candidate.name}: Farr ships this version; nothing was added.")
    return version


def _read(candidate: Candidate) -> AddedFile:
    version = _version(candidate)
    rows = csv.reader(candidate.text().splitlines(keepends=True))
    header = [_bare(name).upper() for name in next(rows)]
    categories = [place for place, name in enumerate(header) if _CATEGORY.fullmatch(name)]
    code_at, inpatient_at, outpatient_at = map(header.index, (_CODE, _INPATIENT, _OUTPATIENT))
    found = []
    seen: dict[str, int] = {}
    for number, row in enumerate(rows, start=2):
        if len(row) != len(header):
            raise SourceError(
                f"{candidate.name}, line {number}: expected {len(header)} fields, found {len(row)}; "
                "take AHRQ's file as it is."
            )
        cells = [_bare(cell) for cell in row]
        code = cells[code_at]
        if code in seen:
            raise SourceError(f"{candidate.name}, line {number}: the code stands on line {seen[code]} too; keep one.")
        seen[code] = number
        groups = {cells[place]: cells[place + 1] for place in categories if cells[place]}
        for use, place in (("inpatient", inpatient_at), ("outpatient", outpatient_at)):
            if cells[place] and not cells[place].startswith(NOT_A_GROUP) and cells[place] not in groups:
                raise SourceError(
                    f"{candidate.name}, line {number}: the {use} default is none of the code's categories; "
                    "take AHRQ's file anew."
                )
        found += [
            (
                "ccsr",
                version,
                "icd10cm",
                code,
                group,
                title,
                group == cells[inpatient_at],
                group == cells[outpatient_at],
            )
            for group, title in groups.items()
        ]
    return AddedFile(
        kind="AHRQ DXCCSR",
        subject="ccsr",
        release=version,
        licence=f"{US_GOVERNMENT} (AHRQ HCUP)",
        rows={"added_assignment": found},
    )


def _bare(cell: str) -> str:
    return cell.strip().strip("'").strip()


READER = Reader(kind="AHRQ DXCCSR", says="AHRQ's DXCCSR_vYYYY-N.csv", recognises=_recognises, read=_read)
