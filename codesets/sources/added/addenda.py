"""CMS's addenda to ICD-10-CM and ICD-10-PCS: what a release adds, deletes and retitles against the one before it.

Each line says Add, Delete, Revise from or Revise to, then the code, in the order addenda with its order number and the
0 or 1 of the order file, and the title. (The lines are recalled from memory; the summary of headers and codes with
their numbers of additions and deletions, at the end, is as in icd10cm_order_addenda_2025.txt.) The summary is held
against the lines. In the addenda of codes, every line is a code that may be reported.
"""

from __future__ import annotations

import re

from codesets.sources.added.file import AddedFile, Candidate, Reader, bare_code, refuse_twice
from codesets.sources.added.releases import LICENCE, release_of
from codesets.sources.packages import SourceError

_LINE = re.compile(
    r"(Add|Delete|Revise from|Revise to):?\s+(?:\d{5}\s+)?([0-9A-Z][0-9A-Z.]{2,7})\s+(?:([01])\s+)?(\S.*)",
    re.IGNORECASE,
)
_SUMMARY = re.compile(r"(Headers|Codes)\s*")
_COUNT = re.compile(r"\s*(\d+) (additions|deletions)\s*")
_WORDS = {"add": "additions", "delete": "deletions"}


def _recognises(candidate: Candidate) -> bool:
    lines = [line for line in candidate.head.splitlines() if line.strip()]
    return bool(lines) and (_LINE.fullmatch(lines[0].strip()) is not None or _is_summary_alone(lines))


def _is_summary_alone(lines: list[str]) -> bool:
    return len(lines) > 1 and _SUMMARY.fullmatch(lines[0]) is not None and "icd10" in lines[1]


def _read(candidate: Candidate) -> AddedFile:
    release = release_of(candidate.path, "icd10cm_order_addenda_2028.txt")
    found: list[tuple[int, str, str, bool, str]] = []
    stated: dict[tuple[str, str], int] = {}
    summary = None
    for number, line in enumerate(candidate.text().splitlines(), start=1):
        if opening := _SUMMARY.fullmatch(line.strip()):
            summary = opening.group(1)
        elif summary:
            if counted := _COUNT.fullmatch(line):
                stated[summary, counted.group(2)] = int(counted.group(1))
        elif line.strip():
            parts = _LINE.fullmatch(line.strip())
            if parts is None:
                raise SourceError(
                    f"{candidate.name}, line {number}: says neither Add, Delete nor Revise; take CMS's file as it is."
                )
            change, code, flag, title = parts.groups()
            found.append((number, change.lower(), bare_code(code), flag != "0", " ".join(title.split())))
    refuse_twice(candidate.path, ((row[0], row[1:3]) for row in found))
    for (part, word), count in stated.items():
        listed = sum(
            1 for _, change, _, billable, _ in found if _WORDS.get(change) == word and billable == (part == "Codes")
        )
        if listed != count:
            raise SourceError(
                f"{candidate.name}: states {count} {word} of {part.lower()} and lists {listed}; take CMS's file anew."
            )
    return AddedFile(
        kind="addenda",
        subject=release.system,
        release=release.name,
        licence=LICENCE,
        first_day=release.first_day,
        last_day=release.last_day,
        rows={
            "added_code": [
                (release.system, release.name, "change", release.first_day, release.last_day, code, billable, title,
                 None, None, None, None, change)
                for _, change, code, billable, title in found
                if change != "revise from"
            ]
        },
    )  # fmt: skip


READER = Reader(
    kind="addenda",
    says="CMS's icd10cm_order_addenda_2028.txt or icd10cm-codes-addenda-2028.txt",
    recognises=_recognises,
    read=_read,
)
