"""Which release of ICD-10-CM or ICD-10-PCS a file is, as CMS and the CDC name their files.

`icd10cm_order_2028.txt` is the release of October 2027, in force until the April after it;
`icd10cm-order-April-2028.txt` and `icd10c-tabular-April-1-2026.xml` are releases of April, in force until the end of
the federal year. (File names of the FY2025 and FY2026 releases.)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from codesets.sources.packages import SourceError

LICENCE = "US government work (CMS, CDC/NCHS)"

_NAME = re.compile(r"(icd10cm|icd10pcs|icd10c)[_-].*?(?:(April|Apr)(?:[_-]1)?[_-])?(20\d{2})", re.IGNORECASE)


@dataclass(frozen=True)
class Release:
    """A release: its system, its name in words, and the days for which it holds."""

    system: str
    name: str
    first_day: date
    last_day: date


def release_of(path: Path, example: str) -> Release:
    """The release that the file's name states; `example` is how such a file is named."""
    found = _NAME.match(path.name)
    if found is None:
        raise SourceError(f"{path.name}: the file's name does not say the release; name it as CMS does, {example}.")
    system, april, year = found.group(1).lower(), found.group(2), int(found.group(3))
    return release("icd10cm" if system == "icd10c" else system, year, april=april is not None)


def release(system: str, year: int, *, april: bool) -> Release:
    """The release of a federal year: of its October, or of its April."""
    if april:
        return Release(system, f"FY{year}, April", date(year, 4, 1), date(year, 9, 30))
    return Release(system, f"FY{year}", date(year - 1, 10, 1), date(year, 3, 31))
