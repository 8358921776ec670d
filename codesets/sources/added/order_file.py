"""CMS's order files of ICD-10-CM and ICD-10-PCS: every code and header of a release, with its titles.

Fixed width (CMS, icd10OrderFiles.pdf): order number in columns 1-5, code in 7-13, in 15 a 1 for a code that may be
reported and a 0 for a header, the short title in 17-76 and the long one from 78. The release is in the file's name.
"""

from __future__ import annotations

import re

from codesets.sources.added.file import AddedFile, Candidate, Reader, refuse_twice
from codesets.sources.added.releases import LICENCE, release_of
from codesets.sources.packages import SourceError

_LINE = re.compile(r"(\d{5}) ([0-9A-Z]{3,7}) {1,5}([01]) (.{60}) (\S.*)")


def _recognises(candidate: Candidate) -> bool:
    return _LINE.fullmatch(candidate.first_line.rstrip()) is not None


def _read(candidate: Candidate) -> AddedFile:
    release = release_of(candidate.path, "icd10cm_order_2028.txt")
    found = []
    for number, line in enumerate(candidate.text().splitlines(), start=1):
        if not line.strip():
            continue
        parts = _LINE.fullmatch(line.rstrip())
        if parts is None:
            raise SourceError(
                f"{candidate.name}, line {number}: not in the columns of an order file; take CMS's file as it is."
            )
        found.append((number, parts.group(2), parts.group(3) == "1", parts.group(5).strip()))
    refuse_twice(candidate.path, ((number, code) for number, code, _, _ in found))
    return AddedFile(
        kind="order file",
        subject=release.system,
        release=release.name,
        licence=LICENCE,
        first_day=release.first_day,
        last_day=release.last_day,
        rows={
            "added_code": [
                (release.system, release.name, "release", release.first_day, release.last_day, code, is_billable,
                 title, None, None, None, None, None)
                for _, code, is_billable, title in found
            ]
        },
    )  # fmt: skip


READER = Reader(
    kind="order file",
    says="CMS's icd10cm_order_2028.txt, icd10cm-order-April-2028.txt or icd10pcs_order_2028.txt",
    recognises=_recognises,
    read=_read,
)
