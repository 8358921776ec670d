"""CMS's list of ICD-10-CM codes that are exempt from the present-on-admission indicator, one a federal year.

`POAexemptCodesFY25.txt` is parted by tabs (the workbook has the same columns): Order25, POAexemptCode with its dot,
Description; its read-me says so. The lists of additions and deletions that come with it are no whole lists and are
refused.
"""

from __future__ import annotations

import re

from codesets.sources.added.file import (
    US_GOVERNMENT,
    AddedFile,
    Candidate,
    Reader,
    bare_code,
    federal_year,
    header_of,
    refuse_twice,
)
from codesets.sources.packages import SourceError

_NAME = re.compile(r"POA[_-]?exempt[_-]?Codes[_-]?(?:FY)?[_-]?(?:20)?(\d{2})(?!\d)", re.IGNORECASE)
_CODE = re.compile(r"[A-Z][0-9][0-9A-Z]{1,5}")


def _recognises(candidate: Candidate) -> bool:
    return any(header_of(grid, ("poaexemptcode",)) for grid in candidate.head_grids())


def _read(candidate: Candidate) -> AddedFile:
    found = _NAME.search(candidate.name)
    if found is None:
        raise SourceError(
            f"{candidate.name}: the file's name is not that of a whole list; take CMS's POAexemptCodesFY28.txt."
        )
    year = 2000 + int(found.group(1))
    first_day, last_day = federal_year(year)
    grid = next(grid for grid in candidate.grids() if header_of(grid, ("poaexemptcode",)))
    place, names = header_of(grid, ("poaexemptcode",))
    at = names.index("poaexemptcode")
    codes = []
    for number, row in grid[place + 1 :]:
        if not any(row):
            continue
        code = bare_code(row[at]) if len(row) > at else ""
        if _CODE.fullmatch(code) is None:
            raise SourceError(
                f"{candidate.name}, line {number}, column POAexemptCode: no code of ICD-10-CM; "
                "take CMS's file as it is."
            )
        codes.append((number, code))
    refuse_twice(candidate.path, codes)
    source = f"cms_poa_fy{year}"
    return AddedFile(
        kind="POA exempt list",
        subject="poa_exempt",
        release=f"FY{year}",
        licence=f"{US_GOVERNMENT} (CMS)",
        first_day=first_day,
        last_day=last_day,
        rows={
            "added_attribute": [
                (source, first_day, last_day, "icd10cm", code, "poa_exempt", "true") for _, code in codes
            ]
        },
    )


READER = Reader(
    kind="POA exempt list", says="CMS's POAexemptCodesFY28.txt or .xlsx", recognises=_recognises, read=_read
)
