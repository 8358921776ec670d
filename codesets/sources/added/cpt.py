"""The American Medical Association's CPT file, at a site that holds its licence: titles of CPT codes, never shipped.

The text files of the AMA's data (LONGULT.txt, LONGUT.txt, MEDU.txt, SHORTU.txt) begin with a copyright notice that
names the years up to the edition's; then a line a code: five characters, a tab or a blank, the descriptor. The
consolidated code list is parted by tabs with a header that names CPT Code and Long. (The notice is as in the file of
2017; the columns are recalled from memory.) The edition is the calendar year in the file's name, else the last year of
the notice.
"""

from __future__ import annotations

import re
from datetime import date

from codesets.sources.added.file import AddedFile, Candidate, Reader, header_of, refuse_twice
from codesets.sources.packages import SourceError

LICENCE = "© American Medical Association; under the site's own CPT licence, not to be passed on"

_NOTICE = re.compile(r"CPT.{0,400}American\s+Medical\s+Association", re.DOTALL | re.IGNORECASE)
_YEARS = re.compile(r"(?:19|20)\d{2}(?=[^0-9])")
_NAME_YEAR = re.compile(r"(20\d{2})")
_LINE = re.compile(r"([0-9]{4}[0-9AFMTU])[\t ]\s*(\S.*)")
_CONSOLIDATED = ("cptcode", "long")


def _recognises(candidate: Candidate) -> bool:
    if _NOTICE.search(candidate.head) is None and not any(
        header_of(grid, _CONSOLIDATED) for grid in candidate.head_grids()
    ):
        return False
    lines = candidate.head.splitlines()
    return any(header_of(grid, _CONSOLIDATED) for grid in candidate.head_grids()) or any(map(_LINE.fullmatch, lines))


def _read(candidate: Candidate) -> AddedFile:
    year = _year(candidate)
    first_day, last_day = date(year, 1, 1), date(year, 12, 31)
    grid = next((grid for grid in candidate.head_grids() if header_of(grid, _CONSOLIDATED)), None)
    found = _consolidated(candidate) if grid else _plain(candidate)
    refuse_twice(candidate.path, ((number, code) for number, code, _ in found))
    if not found:
        raise SourceError(f"{candidate.name}: has no code and descriptor; take the AMA's file as it is.")
    return AddedFile(
        kind="AMA CPT",
        subject="hcpcs",
        release=f"CPT {year}",
        licence=LICENCE,
        first_day=first_day,
        last_day=last_day,
        rows={
            "added_code": [
                ("hcpcs", f"CPT {year}", "supplement", first_day, last_day, code, True, title, None, None, None, None,
                 None)
                for _, code, title in found
            ]
        },
    )  # fmt: skip


def _year(candidate: Candidate) -> int:
    if found := _NAME_YEAR.search(candidate.name):
        return int(found.group(1))
    if notice := _NOTICE.search(candidate.head):
        years = _YEARS.findall(notice.group(0) + " ")
        if years:
            return int(max(years))
    raise SourceError(f"{candidate.name}: neither name nor notice says the edition; name it LONGULT_2027.txt.")


def _plain(candidate: Candidate) -> list[tuple[int, str, str]]:
    found: list[tuple[int, str, str]] = []
    for number, line in enumerate(candidate.text().splitlines(), start=1):
        listed = _LINE.fullmatch(line.rstrip())
        if listed:
            found.append((number, listed.group(1), " ".join(listed.group(2).split())))
        elif found and line.strip():
            raise SourceError(f"{candidate.name}, line {number}: no code and descriptor; take the AMA's file as it is.")
    return found


def _consolidated(candidate: Candidate) -> list[tuple[int, str, str]]:
    grid = next(grid for grid in candidate.grids() if header_of(grid, _CONSOLIDATED))
    place, names = header_of(grid, _CONSOLIDATED)  # type: ignore[misc]
    code_at, long_at = names.index("cptcode"), names.index("long")
    found = []
    for number, row in grid[place + 1 :]:
        if not any(row):
            continue
        if len(row) <= max(code_at, long_at) or _LINE.fullmatch(f"{row[code_at]} {row[long_at]}") is None:
            raise SourceError(f"{candidate.name}, line {number}: no code and descriptor; take the AMA's file as it is.")
        found.append((number, row[code_at], " ".join(row[long_at].split())))
    return found


READER = Reader(
    kind="AMA CPT",
    says="the AMA's LONGULT.txt, MEDU.txt, SHORTU.txt or consolidated code list, under the site's licence",
    recognises=_recognises,
    read=_read,
)
