"""Relative weights of MS-DRGs, as a site gives them: NAME.csv with drg, weight, valid_from, valid_to, source.

CMS publishes them each year as table 5 of the final rule; `drg` is the number, `weight` has at most four decimals.
"""

from __future__ import annotations

import re

from codesets.sources.added import plain
from codesets.sources.added.file import SITES_OWN, AddedFile, Candidate, Reader
from codesets.sources.packages import SourceError

COLUMNS = ("drg", "weight", "valid_from", "valid_to", "source")
_NEEDED = ("drg", "weight", "valid_from", "source")
_NUMBER = re.compile(r"\d{1,3}")
_WEIGHT = re.compile(r"\d{1,3}(\.\d{1,4})?")


def _recognises(candidate: Candidate) -> bool:
    return plain.is_plain(candidate, COLUMNS)


def _read(candidate: Candidate) -> AddedFile:
    path = candidate.path
    name, version = plain.named(path, "drg_weights.csv or drg_weights@2027.csv")
    rows = []
    seen: dict[tuple, int] = {}
    for number, row in plain.lines(candidate, COLUMNS, _NEEDED):
        for column, form, example in (("drg", _NUMBER, "291"), ("weight", _WEIGHT, "1.2683")):
            if not form.fullmatch(row[column]):
                raise SourceError(f"{path.name}, line {number}, column {column}: write it as {example}.")
        drg = row["drg"].zfill(3)
        first, last = plain.days(path, number, row)
        if (drg, first) in seen:
            raise SourceError(f"{path.name}, lines {seen[drg, first]} and {number}: the same group and day twice.")
        seen[drg, first] = number
        rows.append((drg, row["weight"], first, last, row["source"]))
    return AddedFile(
        kind="drg_weights", subject=name, release=version or "site", licence=SITES_OWN,
        rows={"added_drg_weight": rows},
    )  # fmt: skip


READER = Reader(
    kind="drg_weights",
    says=f"relative weights of MS-DRGs, NAME.csv with the columns {', '.join(COLUMNS)}",
    recognises=_recognises,
    read=_read,
    is_official=False,
)
