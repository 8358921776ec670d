"""Take an official release file, or a list of a site's own, into the site's `codesets` folder; and out of it again.

    add(Path("DXCCSR_v2026-1.csv"), home_codesets)      recognised by its content, checked, copied; says what is new
    remove("DXCCSR_v2026-1.csv", home_codesets)         taken out again

The reference data are built anew with what is there the next time that anything needs them, and two versions of one
scheme stand side by side. A file that contradicts itself is refused before anything is copied.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb

from codesets.site.compare import Changed, differences
from codesets.sources import lists
from codesets.sources.added import grouping
from codesets.sources.added.file import AddedFile, Reader
from codesets.sources.added.folder import OFFICIAL_FOLDER, files_of
from codesets.sources.added.kinds import READERS, read, recognise
from codesets.sources.packages import SourceError

# What may stand in several files of one release: parts of NCCI's pairs, and descriptors of several lengths.
_IN_PARTS = ("NCCI procedure-to-procedure edits", "AMA CPT")
_FAMILIES = {
    "codes": ("order file", "addenda", "tabular list", "ClaML", "code list", "AMA CPT"),
    "groupings": ("grouping", "AHRQ DXCCSR", "AHRQ CMR"),
    "attributes": ("POA exempt list", "Medicare code edits"),
}
# An official file with a smaller share of the entries of what it is held against may be cut off.
LEAST_OF_THE_RELEASE_BEFORE = 0.9
_HIDDEN_OR_ODD = re.compile(r"^[.\-]|[\x00-\x1f\x7f/\\]")


@dataclass(frozen=True, kw_only=True)
class Added:
    """What was taken in: its kind, subject and release, where it went, its rows, what changed, and what to know."""

    kind: str
    subject: str
    release: str
    licence: str
    path: Path
    row_count: int
    first_day: date | None
    last_day: date | None
    changes: tuple[Changed, ...]
    remarks: tuple[str, ...]


def add(file: Path, site: Path, *, partition: bool = False, shipped: duckdb.DuckDBPyConnection | None = None) -> Added:
    """Recognise a file by its content, check it whole, and copy it into the site's folder.

    `partition` says that every code of a grouping must be in one group at a time. `shipped` are reference data without
    the site's files, to say what changes against them. Raises `SourceError` where the file is of no known kind or
    contradicts itself: a code twice, dates the wrong way round, groups that overlap.
    """
    if _HIDDEN_OR_ODD.search(file.name):
        raise SourceError(f"{file.name!r}: no name for a file of code sets; give it the publisher's name.")
    digest = _digest(file)
    reader, candidate = recognise(file)
    new = reader.read(candidate)
    _check_systems(file, new)
    if "added_grouping" in new.rows:
        _check_scheme(file, new)
        if partition:
            grouping.refuse_overlap(file, new.rows["added_grouping"])
    target = _target(file, site, reader)
    others = [path for path in files_of(site) if path != target]
    # Only files of the same family can be held against it; the others are not read.
    found = [recognise(path) for path in others]
    read_others = [
        (candidate.name, other.read(candidate)) for other, candidate in found if _family(other) == _family(reader)
    ]
    for name, other in read_others:
        if (other.kind, other.subject, other.release) == (new.kind, new.subject, new.release):
            if new.kind not in _IN_PARTS:
                raise SourceError(
                    f"{file.name}: {name} holds the same release; take it out first with `farr codes remove {name}`."
                )
        elif other.subject == new.subject and other.release == new.release and "added_grouping" in new.rows:
            raise SourceError(f"{file.name}: {name} holds this version of the scheme; give the file another version.")
    before = read(target) if target.exists() else None
    changes = differences(new, before, read_others, shipped)
    remarks = [new.remark, _follows(new, [other for _, other in read_others], shipped)]
    if reader.is_official:
        remarks += [_falls_short(change) for change in changes]
    _copy(file, target, digest)
    return Added(
        kind=new.kind,
        subject=new.subject,
        release=new.release,
        licence=new.licence,
        path=target,
        row_count=new.row_count,
        first_day=new.first_day,
        last_day=new.last_day,
        changes=changes,
        remarks=tuple(remark for remark in remarks if remark),
    )


def remove(name: str, site: Path) -> Path:
    """Take a file of this name out of the site's folder; raise `SourceError` where there is none."""
    for path in files_of(site):
        if path.name == name:
            path.unlink()
            return path
    held = ", ".join(path.name for path in files_of(site)) or "none"
    raise SourceError(f"No file of that name was added. There are: {held}.")


def kinds() -> tuple[str, ...]:
    """What `add` takes, one line a kind."""
    return tuple(reader.says for reader in READERS)


def _family(reader: Reader) -> str:
    return next((family for family, kinds in _FAMILIES.items() if reader.kind in kinds), reader.kind)


def _target(file: Path, site: Path, reader: Reader) -> Path:
    return site / OFFICIAL_FOLDER / file.name if reader.is_official else site / file.name


def _check_systems(file: Path, new: AddedFile) -> None:
    """Refuse code lists of systems that Farr does not know by name, and codes that their systems cannot have."""
    patterns = {row["system"]: row["pattern"] for row in lists.read_systems().to_pylist()}
    for number, row in enumerate(new.rows.get("added_code", ()), start=2):
        system, form, code = row[0], row[2], row[5]
        if system not in patterns:
            raise SourceError(
                f"{file.name}, line {number}, column system: no system that Farr knows by name; "
                f"write one of {', '.join(sorted(patterns))}."
            )
        if form == "dated" and patterns[system] and not re.search(patterns[system], code):
            raise SourceError(
                f"{file.name}, line {number}, column code: no code of {system} can look so; see `farr codes list`."
            )


def _check_scheme(file: Path, new: AddedFile) -> None:
    shipped = {(row["scheme"], row["scheme_version"]) for row in lists.read_schemes().to_pylist()}
    if (new.subject, new.release) in shipped:
        raise SourceError(f"{file.name}: Farr ships this version of the scheme; give the file another version after @.")


def _follows(new: AddedFile, others: list[AddedFile], shipped: duckdb.DuckDBPyConnection | None) -> str | None:
    """Say where a release does not follow on what is known, so that it gives titles alone."""
    if shipped is None or new.first_day is None or not any(
        row[2] in ("release", "change") for row in new.rows.get("added_code", ())
    ):  # fmt: skip
        return None
    known = shipped.execute(
        'select known_from, known_to from codes.system where "system" = $system', {"system": new.subject}
    ).fetchone()
    if known is None or known[0] is None:
        return None
    first, last = known
    spans = [(each.first_day, each.last_day) for each in [*others, new] if each.subject == new.subject]
    moved = True
    while moved:
        moved = False
        for begins, ends in spans:
            if last is not None and begins == last + timedelta(days=1):
                last, moved = ends, True
            elif ends is not None and begins is not None and ends + timedelta(days=1) == first:
                first, moved = begins, True
    if first <= new.first_day and (last is None or new.first_day <= last):
        return None
    after = f"{last + timedelta(days=1)}" if last else "a later day"
    return (
        f"It does not follow on what is known ({first} to {last or 'open'}) and gives titles alone, "
        f"until the release that begins on {after} is added."
    )


def _falls_short(change: Changed) -> str | None:
    """Say where a file has far fewer entries than what it is held against: it may be cut off."""
    now = change.before - change.removed + change.added
    if now >= LEAST_OF_THE_RELEASE_BEFORE * change.before:
        return None
    return (
        f"It has {now:,} {change.unit} where {change.against} has {change.before:,}: it may be cut off. "
        "Hold it against the publisher's own count before you use it."
    )


def _digest(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError as error:
        raise SourceError(f"{file.name}: cannot be read; see that it is a file and that you may read it.") from error


def _copy(file: Path, target: Path, digest: str) -> None:
    """Copy whole or not at all: the name appears once the bytes that were checked are on disk."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{uuid.uuid4().hex}.part")
    try:
        with partial.open("wb") as copy:
            with file.open("rb") as original:
                shutil.copyfileobj(original, copy)
            copy.flush()
            os.fsync(copy.fileno())
        if _digest(partial) != digest:
            raise SourceError(f"{file.name}: changed while it was read; add it again once it is whole.")
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
