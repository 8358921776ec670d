"""Diagnoses that cover a procedure, as a site gives them: NAME.csv with procedure, system, code, source, valid_from,
valid_to.

`system` and `code` are of the diagnoses; `code` is a code, which stands for all below it, or a range such as I20-I25.
"""

from __future__ import annotations

from codesets.sources.added import plain
from codesets.sources.added.file import SITES_OWN, AddedFile, Candidate, Reader
from codesets.sources.packages import SourceError

COLUMNS = ("procedure", "system", "code", "source", "valid_from", "valid_to")
_NEEDED = ("procedure", "system", "code", "source")


def _recognises(candidate: Candidate) -> bool:
    return plain.is_plain(candidate, COLUMNS)


def _read(candidate: Candidate) -> AddedFile:
    path = candidate.path
    name, version = plain.named(path, "coverage.csv or coverage@2026.csv")
    rows = []
    seen: dict[tuple, int] = {}
    for number, row in plain.lines(candidate, COLUMNS, _NEEDED):
        procedure, last = plain.code_range(path, number, "procedure", row["procedure"])
        if procedure != last:
            raise SourceError(f"{path.name}, line {number}, column procedure: a range; give each code its own line.")
        found = (
            procedure, plain.system(path, number, row), *plain.code_range(path, number, "code", row["code"]),
            *plain.days(path, number, row), row["source"],
        )  # fmt: skip
        if found in seen:
            raise SourceError(f"{path.name}, lines {seen[found]} and {number}: the same line twice; keep one.")
        seen[found] = number
        rows.append(found)
    return AddedFile(
        kind="coverage", subject=name, release=version or "site", licence=SITES_OWN, rows={"added_coverage": rows}
    )


READER = Reader(
    kind="coverage",
    says=f"coverage of procedures, NAME.csv with the columns {', '.join(COLUMNS)}",
    recognises=_recognises,
    read=_read,
    is_official=False,
)
