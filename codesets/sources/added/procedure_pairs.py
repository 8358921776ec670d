"""CMS's NCCI procedure-to-procedure edits: pairs of codes not reported together, practitioner or outpatient hospital.

A file has a copyright line, a header of one or several lines, and seven columns parted by tabs (.txt) or in a workbook:
column 1, column 2, * where in existence before 1996, effective date, deletion date or * for none, modifier indicator 0,
1 or 9, rationale (layout of ccipra-v313r0-f1.txt and ccioph-v320r0-f1.txt as public programs read them). An edit holds
up to the day before its deletion date; one deleted on the day it took effect never held. The setting and the version
are in the file's name; 32.0 is the first quarter of 2026.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from codesets.sources.added.file import US_GOVERNMENT, AddedFile, Candidate, Reader, day_of
from codesets.sources.packages import SourceError

_SETTINGS = (
    (re.compile(r"ccipra|practitioner|physician", re.IGNORECASE), "practitioner"),
    (re.compile(r"ccioph|hospital|outpatient|opps", re.IGNORECASE), "outpatient_hospital"),
)
_VERSION = re.compile(r"v(\d{2})(\d)r\d", re.IGNORECASE)
_FIRST_YEAR = 1994
_CODE = re.compile(r"[0-9A-Z]{5}")
_COLUMNS = 6
_MODIFIERS = frozenset("019")
_HEADER = re.compile(r"column\s*1\b", re.IGNORECASE)
_MODIFIER_HEADER = re.compile(r"modifier", re.IGNORECASE)


def _recognises(candidate: Candidate) -> bool:
    return any(_header(grid) is not None for grid in candidate.head_grids())


def _header(grid: list[tuple[int, list[str]]]) -> int | None:
    """The place of the header's first line: column 1 first, the modifier indicator sixth."""
    for place, (_, row) in enumerate(grid):
        if len(row) >= _COLUMNS and _HEADER.match(row[0]) and _MODIFIER_HEADER.search(row[5]):
            return place
    return None


def _read(candidate: Candidate) -> AddedFile:
    setting = next((name for words, name in _SETTINGS if words.search(candidate.name)), None)
    found = _VERSION.search(candidate.name)
    if setting is None or found is None:
        raise SourceError(
            f"{candidate.name}: the file's name does not say setting and version; "
            "name it as CMS does, ccipra-v320r0-f1.txt or ccioph-v320r0-f1.txt."
        )
    year, quarter = int(found.group(1)) + _FIRST_YEAR, int(found.group(2)) + 1
    if quarter > 4:
        raise SourceError(f"{candidate.name}: a version ends in 0 to 3 for its quarter; name it as CMS does.")
    release = f"v{found.group(1)}.{found.group(2)}, {year} quarter {quarter}"
    first_day = date(year, 3 * quarter - 2, 1)
    source = f"cms_ncci_ptp_v{found.group(1)}.{found.group(2)}"
    grid = next(grid for grid in candidate.grids() if _header(grid) is not None)
    rows = []
    seen: dict[tuple[str, str, date | None], int] = {}
    days: dict[str, date | None] = {"*": None, "": None}
    for number, row in grid[(_header(grid) or 0) + 1 :]:
        if len(row) < _COLUMNS or not (row[0] and row[1]):
            if any(row[:2]):
                raise SourceError(
                    f"{candidate.name}, line {number}: has {len(row)} columns of 7; take CMS's file as it is."
                )
            continue
        one, two, _, begins, ends, modifier = row[:_COLUMNS]
        if not (_CODE.fullmatch(one) and _CODE.fullmatch(two)) or one == two:
            raise SourceError(
                f"{candidate.name}, line {number}, columns 1 and 2: not two codes of HCPCS; take CMS's file as it is."
            )
        if modifier not in _MODIFIERS:
            raise SourceError(
                f"{candidate.name}, line {number}, column modifier indicator: none of 0, 1 and 9; "
                "take CMS's file as it is."
            )
        for day, column in ((begins, "effective date"), (ends, "deletion date")):
            if day not in days:
                days[day] = day_of(candidate.path, number, column, day)
        valid_from, deleted = days[begins], days[ends]
        if valid_from is None:
            raise SourceError(
                f"{candidate.name}, line {number}, column effective date: is empty; take CMS's file anew."
            )
        if deleted is not None and deleted < valid_from:
            raise SourceError(
                f"{candidate.name}, line {number}, column deletion date: lies before the effective date; "
                "take CMS's file anew."
            )
        key = (one, two, valid_from)
        if key in seen:
            raise SourceError(f"{candidate.name}, line {number}: the pair stands on line {seen[key]} too; keep one.")
        seen[key] = number
        if deleted != valid_from:
            valid_to = deleted - timedelta(days=1) if deleted else None
            rows.append((setting, one, two, modifier, valid_from, valid_to, source, first_day))
    if not rows:
        raise SourceError(f"{candidate.name}: has no edit below its header; nothing was added.")
    return AddedFile(
        kind="NCCI procedure-to-procedure edits",
        subject=setting,
        release=release,
        licence=f"{US_GOVERNMENT} (CMS); CPT codes © American Medical Association",
        first_day=first_day,
        last_day=date(year + quarter // 4, 3 * quarter % 12 + 1, 1) - timedelta(days=1),
        rows={"added_pair": rows},
    )


READER = Reader(
    kind="NCCI procedure-to-procedure edits",
    says="CMS's ccipra-v320r0-f1.txt (practitioner) or ccioph-v320r0-f1.txt (outpatient hospital), also .xlsx",
    recognises=_recognises,
    read=_read,
)
