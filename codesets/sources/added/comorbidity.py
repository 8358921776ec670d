"""AHRQ's Elixhauser Comorbidity Software Refined for ICD-10-CM: CMR-Reference-File-vYYYY-N.xlsx.

The sheet DX_to_Comorb_Mapping has a line a code: code, description, number of comorbidities, and a column a comorbidity
with 1 where the code belongs to it (the layout of v2026-1). A CSV file with the same columns is taken too. Which
comorbidities ask for presence on admission, and their weights, are those of the version that Farr ships.
"""

from __future__ import annotations

import re

from codesets.sources.added.file import US_GOVERNMENT, AddedFile, Candidate, Reader, bare_code, header_of, refuse_twice
from codesets.sources.packages import SourceError

SCHEME = "elixhauser_ahrq"
SHIPPED_VERSION = "2026.1"

_NAME = re.compile(r"CMR[_-]Reference[_-]File[_-]v(\d{4})-(\d+)", re.IGNORECASE)
_WANTED = ("icd10cmdiagnosis", "icd10cmcodedescription", "comorbidities")


def _recognises(candidate: Candidate) -> bool:
    return any(header_of(grid, _WANTED) for grid in candidate.head_grids())


def _read(candidate: Candidate) -> AddedFile:
    found = _NAME.search(candidate.name)
    if found is None:
        raise SourceError(
            f"{candidate.name}: the file's name does not say the version; "
            "name it as AHRQ does, CMR-Reference-File-v2027-1.xlsx."
        )
    version = f"{found.group(1)}.{found.group(2)}"
    if version == SHIPPED_VERSION:
        raise SourceError(f"{candidate.name}: Farr ships this version; nothing was added.")
    grid = next(grid for grid in candidate.grids() if header_of(grid, _WANTED))
    place, names = header_of(grid, _WANTED)
    code_at, count_at = names.index(_WANTED[0]), names.index(_WANTED[2])
    measures = [(at, name) for at, name in enumerate(grid[place][1]) if at > count_at and name]
    rows = []
    codes = []
    for number, row in grid[place + 1 :]:
        # The sheet ends with a line that says so.
        if not any(row[1:]):
            continue
        if len(row) <= count_at or not row[code_at]:
            raise SourceError(f"{candidate.name}, line {number}: has no code; take AHRQ's file as it is.")
        marked = [name for at, name in measures if at < len(row) and row[at] == "1"]
        if row[count_at] != str(len(marked)):
            raise SourceError(
                f"{candidate.name}, line {number}: states another number of comorbidities than the {len(marked)} it "
                "marks; take AHRQ's file anew."
            )
        code = bare_code(row[code_at])
        codes.append((number, code))
        rows += [(SCHEME, version, "icd10cm", code, name.upper(), name, True, True) for name in marked]
    refuse_twice(candidate.path, codes)
    if not rows:
        raise SourceError(f"{candidate.name}: has no line below the first; nothing was added.")
    return AddedFile(
        kind="AHRQ CMR",
        subject=SCHEME,
        release=version,
        licence=f"{US_GOVERNMENT} (AHRQ HCUP)",
        rows={"added_assignment": rows},
    )


READER = Reader(kind="AHRQ CMR", says="AHRQ's CMR-Reference-File-vYYYY-N.xlsx", recognises=_recognises, read=_read)
