"""A grouping of a site's own: NAME.csv or NAME@VERSION.csv with its columns in the first line.

NAME is the scheme; `code` is a code, which stands for all below it, or a range such as I20-I25.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path

from codesets.sources.added import plain
from codesets.sources.added.file import SITES_OWN, AddedFile, Candidate, Reader
from codesets.sources.packages import SourceError

COLUMNS = ("system", "code", "group", "title", "valid_from", "valid_to", "source")
DEFAULT_VERSION = "site"
_NEEDED = ("system", "code", "group", "title", "source")


def _recognises(candidate: Candidate) -> bool:
    return plain.is_plain(candidate, COLUMNS)


def _read(candidate: Candidate) -> AddedFile:
    path = candidate.path
    scheme, version = plain.named(path, "regions.csv or regions@2026.csv")
    version = version or DEFAULT_VERSION
    titles: dict[str, str] = {}
    rows = []
    for number, row in plain.lines(candidate, COLUMNS, _NEEDED):
        if titles.setdefault(row["group"], row["title"]) != row["title"]:
            raise SourceError(
                f"{path.name}, line {number}, column title: the group has another title above; "
                "give each group one title."
            )
        first, last = plain.code_range(path, number, "code", row["code"])
        rows.append(
            (scheme, version, plain.system(path, number, row), first, last, row["group"], row["title"],
             *plain.days(path, number, row), row["source"], number)
        )  # fmt: skip
    _refuse_twice(path, rows)
    return AddedFile(kind="grouping", subject=scheme, release=version, licence=SITES_OWN, rows={"added_grouping": rows})


def _refuse_twice(path: Path, rows: list[tuple]) -> None:
    same: dict[tuple, list[tuple[date, date, int]]] = {}
    for _, _, system, first, last, group, _, begins, ends, _, number in rows:
        same.setdefault((system, first, last, group), []).append((begins or date.min, ends or date.max, number))
    for days in same.values():
        days.sort()
        for (_, ends, above), (begins, _, below) in pairwise(days):
            if begins <= ends:
                raise SourceError(
                    f"{path.name}, lines {min(above, below)} and {max(above, below)}: the same codes are in one group "
                    "twice; keep one line."
                )


def refuse_overlap(path: Path, rows: Sequence[tuple]) -> None:
    """Refuse the rows of a grouping that have a code in two groups at a time."""
    ordered = sorted(rows, key=lambda row: (row[2], row[3], row[10]))
    for place, (_, _, system, _, last, group, _, begins, ends, _, number) in enumerate(ordered):
        for other in ordered[place + 1 :]:
            if other[2] != system or other[3] > last + "~":
                break
            apart = (ends and other[7] and other[7] > ends) or (other[8] and begins and begins > other[8])
            if not apart and other[5] != group:
                lines = f"lines {min(number, other[10])} and {max(number, other[10])}"
                raise SourceError(f"{path.name}, {lines}: codes are in two groups of a partition; part the ranges.")


READER = Reader(
    kind="grouping",
    says=f"a grouping NAME.csv or NAME@VERSION.csv with the columns {', '.join(COLUMNS)}",
    recognises=_recognises,
    read=_read,
    is_official=False,
)
