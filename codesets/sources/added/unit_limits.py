"""CMS's NCCI medically unlikely edits: the most units of a code for one patient on one day, by setting and quarter.

A table (.csv, .txt or .xlsx) with HCPCS/CPT code, the setting's MUE values, MUE adjudication indicator such as `2 Date
of Service Edit: Policy`, MUE rationale, below a copyright line (layout of MCR_MUE_PractitionerServices_Eff_01-01-2026
as public programs read it). The header names the setting, the file's name the first day of the quarter. The file has no
dates of its own: a limit holds for its quarter.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from codesets.sources.added.file import US_GOVERNMENT, AddedFile, Candidate, Reader, bare_name, refuse_twice
from codesets.sources.packages import SourceError

_SETTINGS = {"practitionerservices": "practitioner", "outpatienthospitalservices": "outpatient_hospital",
             "dmesupplierservices": "dme", "dmesupplier": "dme"}  # fmt: skip
_VALUES = re.compile(r"([a-z]+?)muevalues?")
_DAY = re.compile(r"(?:eff(?:ective)?[_-]?)(\d{2})[_-](\d{2})[_-](\d{4})", re.IGNORECASE)
_CODE = re.compile(r"[0-9A-Z]{5}")


def _recognises(candidate: Candidate) -> bool:
    return any(_header(grid) is not None for grid in candidate.head_grids())


def _header(grid: list[tuple[int, list[str]]]) -> tuple[int, int, int, str] | None:
    """The place of the header, of the values and of the indicator in it, and the setting."""
    for place, (_, row) in enumerate(grid[:30]):
        names = [bare_name(cell) for cell in row]
        for at, name in enumerate(names):
            found = _VALUES.fullmatch(name)
            if found and found.group(1) in _SETTINGS and names[0] == "hcpcscptcode":
                indicator = next((i for i, other in enumerate(names) if "adjudicationindicator" in other), -1)
                return place, at, indicator, _SETTINGS[found.group(1)]
    return None


def _read(candidate: Candidate) -> AddedFile:
    found = _DAY.search(candidate.name)
    if found is None:
        raise SourceError(
            f"{candidate.name}: the file's name does not say its first day; "
            "name it as CMS does, MCR_MUE_PractitionerServices_Eff_01-01-2027.csv."
        )
    month, day, year = map(int, found.groups())
    try:
        first_day = date(year, month, day)
    except ValueError as error:
        raise SourceError(f"{candidate.name}: the day in its name is none; name it as CMS does.") from error
    if (month - 1) % 3 or day != 1:
        raise SourceError(f"{candidate.name}: the day in its name begins no quarter; name it as CMS does.")
    quarter = month // 3 + 1
    last_day = date(year + quarter // 4, 3 * quarter % 12 + 1, 1) - timedelta(days=1)
    grid = next(grid for grid in candidate.grids() if _header(grid) is not None)
    place, values_at, indicator_at, setting = _header(grid)  # type: ignore[misc]
    rows, codes = [], []
    source = f"cms_ncci_mue_{year}q{quarter}"
    for number, row in grid[place + 1 :]:
        if not any(row):
            continue
        if len(row) <= values_at or _CODE.fullmatch(row[0]) is None:
            raise SourceError(
                f"{candidate.name}, line {number}, column HCPCS/CPT Code: no code of HCPCS; take CMS's file as it is."
            )
        if not row[values_at].isdigit():
            raise SourceError(
                f"{candidate.name}, line {number}, column MUE Values: not a whole number; take CMS's file as it is."
            )
        stated = row[indicator_at][:1] if 0 <= indicator_at < len(row) else ""
        if stated not in ("", "1", "2", "3"):
            raise SourceError(
                f"{candidate.name}, line {number}, column MUE Adjudication Indicator: none of 1, 2 and 3; "
                "take CMS's file as it is."
            )
        codes.append((number, row[0]))
        rows.append(
            (setting, row[0], int(row[values_at]), int(stated) if stated else None, first_day, last_day, source)
        )
    refuse_twice(candidate.path, codes)
    if not rows:
        raise SourceError(f"{candidate.name}: has no limit below its header; nothing was added.")
    return AddedFile(
        kind="NCCI medically unlikely edits",
        subject=setting,
        release=f"{year} quarter {quarter}",
        licence=f"{US_GOVERNMENT} (CMS); CPT codes © American Medical Association",
        first_day=first_day,
        last_day=last_day,
        rows={"added_unit_limit": rows},
    )


READER = Reader(
    kind="NCCI medically unlikely edits",
    says="CMS's MCR_MUE_PractitionerServices_Eff_01-01-2027.csv, or of outpatient hospitals or DME suppliers",
    recognises=_recognises,
    read=_read,
)
