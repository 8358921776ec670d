"""Take an official release file, or a grouping of a site's own, into the site's `codesets` folder.

    add(Path("DXCCSR_v2026-1.csv"), home_codesets)      recognised by its content, checked, copied; says what is new

The reference data are built anew with it the next time that anything needs them, and two versions of one scheme stand
side by side. A file that contradicts itself is refused before anything is copied.
"""

from __future__ import annotations

import os
import uuid
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from codesets.sources.dxccsr import FOLDER, is_dxccsr, read_dxccsr, version_of
from codesets.sources.order_file import is_order_line, read_order_file, release_of
from codesets.sources.packages import SourceError
from codesets.sources.site import COLUMNS, SiteGrouping, read_site_grouping

KNOWN = (
    "CMS's icd10cm_order_YYYY.txt or icd10pcs_order_YYYY.txt",
    "AHRQ's DXCCSR_vYYYY-N.csv",
    f"a grouping NAME.csv or NAME@VERSION.csv with the columns {', '.join(COLUMNS)}",
)


@dataclass(frozen=True, kw_only=True)
class Added:
    """What was taken in: the kind of file, where it went, its rows, and those added, gone and changed since before.

    `added` and the others are None where no file of that name was there.
    """

    kind: str
    scheme: str
    version: str
    path: Path
    row_count: int
    added: int | None
    gone: int | None


def add(file: Path, site: Path, *, partition: bool = False) -> Added:
    """Recognise a file by its content, check it whole, and copy it into the site's folder.

    `partition` says that every code of a grouping must be in one group at a time. Raises `SourceError` where the file
    is of no known kind or contradicts itself: a code twice, dates the wrong way round, groups that overlap.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            first_line = opened.readline()
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{file.name}: cannot be read as text in UTF-8.") from error
    if is_dxccsr(first_line):
        kind, scheme, version, target = "AHRQ DXCCSR", "ccsr", version_of(file), site / FOLDER / file.name
        rows = Counter(read_dxccsr(file))
        before = Counter(read_dxccsr(target)) if target.exists() else None
    elif is_order_line(first_line):
        released = release_of(file)
        kind, scheme, version = "order file", released.system, released.name
        target = site / FOLDER / file.name
        rows = Counter(read_order_file(file))
        before = Counter(read_order_file(target)) if target.exists() else None
    elif tuple(first_line.strip().split(",")) == COLUMNS:
        listed = list(read_site_grouping(file))
        _refuse_contradictions(file, listed, partition)
        kind, scheme, version = "grouping", listed[0].scheme, listed[0].version
        target = site / file.name
        rows = Counter(map(_content, listed))
        before = Counter(map(_content, read_site_grouping(target))) if target.exists() else None
    else:
        raise SourceError(f"{file.name}: of no kind that is known here: {'; or '.join(KNOWN)}.")
    _copy(file, target)
    return Added(
        kind=kind,
        scheme=scheme,
        version=version,
        path=target,
        row_count=rows.total(),
        added=None if before is None else (rows - before).total(),
        gone=None if before is None else (before - rows).total(),
    )


def _refuse_contradictions(file: Path, listed: list[SiteGrouping], partition: bool) -> None:
    if not listed:
        raise SourceError(f"{file.name}: has no line below the first; nothing was added.")
    for row in listed:
        if row.valid_from and row.valid_to and row.valid_to < row.valid_from:
            raise SourceError(
                f"{file.name}, line {row.position}, column valid_to: ends before it begins; turn it round."
            )
    ordered = sorted(listed, key=lambda row: (row.system, row.first_code, row.position))
    for place, row in enumerate(ordered):
        for other in ordered[place + 1 :]:
            if other.system != row.system or other.first_code > row.last_code + "~":
                break
            if not _same_days(row, other):
                continue
            lines = f"lines {min(row.position, other.position)} and {max(row.position, other.position)}"
            if row.group_code == other.group_code and (row.first_code, row.last_code) == (
                other.first_code,
                other.last_code,
            ):
                raise SourceError(f"{file.name}, {lines}: the same codes are in one group twice; keep one line.")
            if partition and row.group_code != other.group_code:
                raise SourceError(f"{file.name}, {lines}: codes are in two groups of a partition; part the ranges.")


def _same_days(one: SiteGrouping, other: SiteGrouping) -> bool:
    return (one.valid_to is None or other.valid_from is None or other.valid_from <= one.valid_to) and (
        other.valid_to is None or one.valid_from is None or one.valid_from <= other.valid_to
    )


def _content(row: SiteGrouping) -> tuple:
    return (
        row.system,
        row.first_code,
        row.last_code,
        row.group_code,
        row.title,
        row.valid_from,
        row.valid_to,
        row.source,
    )


def _copy(file: Path, target: Path) -> None:
    """Copy whole or not at all: the name appears once the bytes are on disk."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{uuid.uuid4().hex}.part")
    try:
        with partial.open("wb") as copy:
            copy.write(file.read_bytes())
            copy.flush()
            os.fsync(copy.fileno())
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
