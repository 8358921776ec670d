"""CMS's Definitions of Medicare Code Edits, the text edition: the code lists of each edit, for its federal year.

The text has numbered edits with lettered parts, and under each its codes, one a line, the code first and a short title
behind it (sections and parts as in versions 34 to 37; the exact lines are recalled from memory). An edit is known by
the words of its heading; edits without a list give nothing. Lists that hold only together with other codes, and lists
under a heading that is not known, are not taken: the remark names them with their codes counted. A
workbook with a sheet an edit, named by the same words, is taken too. The version is in the file's name or its first
lines: version 45 is the federal year 2028.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date

from codesets.sources.added.file import US_GOVERNMENT, AddedFile, Candidate, Reader, bare_code, federal_year
from codesets.sources.packages import SourceError

_TITLE = re.compile(r"definitions?\s+of\s+medicare\s+code\s+edits", re.IGNORECASE)
_VERSION = re.compile(r"(?:\bv|_v|version)[ _.]?(\d{2})(?:[._](\d))?", re.IGNORECASE)
_FIRST_YEAR = 1983

# Heading -> attribute and its value, or nulls for lists that hold only together with other codes.
_EDITS = (
    (r"newborn diagnos", "age_class", "newborn"),
    (r"pediatric diagnos", "age_class", "pediatric"),
    (r"maternity diagnos", "age_class", "maternity"),
    (r"adult diagnos", "age_class", "adult"),
    (r"(diagnos|procedur)es for females", "sex", "F"),
    (r"(diagnos|procedur)es for males", "sex", "M"),
    (r"manifestation codes?", "manifestation", "true"),
    (r"questionable admission", "questionable_admission", "true"),
    (r"questionable obstetric", None, None),
    (r"requir(es|ing) (a )?secondary", None, None),
    (r"unacceptable principal diagnos", "unacceptable_principal", "true"),
    (r"unspecified codes?", "unspecified", "true"),
    (r"wrong procedure", "wrong_procedure", "true"),
    (r"non-?covered procedure", "noncovered", "true"),
    (r"limited coverage", "limited_coverage", "true"),
    (r"inconsistent with (los|length of stay)", "length_of_stay", "true"),
)
# A part of an edit that holds only together with other codes or with an age is no list of its own.
_CONDITION = re.compile(
    r"\b(except|unless|only when|when (any|one)|combin|with (any|one) of|diagnosis and|over age|beneficiary|exception)",
    re.IGNORECASE,
)
_NONE: tuple[str | None, str | None] = (None, None)
_HEADING = re.compile(r"\s*(?:(\d{1,2})\.|([A-Z])\.)\s+(\S.{2,120})")
_DIAGNOSIS = re.compile(r"[A-Z][0-9][0-9A-Z](?:\.?[0-9A-Z]{1,4})?")
_PROCEDURE = re.compile(r"[0-9A-HJ-NP-Z]{7}")
_CODE_LINE = re.compile(r"\s*([0-9A-Z][0-9A-Z.]{2,7})(?:\s{1,}|\t)(\S.*)")


def _recognises(candidate: Candidate) -> bool:
    if candidate.head:
        return _TITLE.search(candidate.head[:5000]) is not None
    return sum(1 for name in candidate.sheets if _edit(name)) > 1


def _read(candidate: Candidate) -> AddedFile:
    found = _VERSION.search(candidate.name) or _VERSION.search(candidate.head[:5000])
    if found is None:
        raise SourceError(
            f"{candidate.name}: neither its name nor its first lines say the version; "
            "name it as CMS does, Definitions of Medicare Code Edits_v45.txt."
        )
    version = int(found.group(1))
    first_day, last_day = federal_year(version + _FIRST_YEAR)
    if found.group(2) == "1":
        first_day = date(last_day.year, 4, 1)
    name = f"v{version}" + (f".{found.group(2)}" if found.group(2) else "")
    source = f"cms_mce_{name}"
    passed_over: Counter[str] = Counter()
    lists = (_sheets if candidate.sheets else _text)(candidate, passed_over)
    rows = []
    seen: set[tuple[str, str, str]] = set()
    for number, code, attribute, value in lists:
        if (code, attribute, value) in seen:
            raise SourceError(
                f"{candidate.name}, line {number}: the code stands twice in one list; take CMS's file anew."
            )
        if attribute == "sex" and (code, attribute, "F" if value == "M" else "M") in seen:
            raise SourceError(
                f"{candidate.name}, line {number}: the code is listed for females and for males; take CMS's file anew."
            )
        seen.add((code, attribute, value))
        system = "icd10pcs" if _PROCEDURE.fullmatch(code) and not _DIAGNOSIS.fullmatch(code) else "icd10cm"
        rows.append((source, first_day, last_day, system, code, attribute, value))
    if not rows:
        raise SourceError(f"{candidate.name}: no list of codes was found in it; take CMS's text edition as it is.")
    return AddedFile(
        kind="Medicare code edits",
        subject="cms_mce",
        release=f"{name}, FY{version + _FIRST_YEAR}",
        licence=f"{US_GOVERNMENT} (CMS)",
        first_day=first_day,
        last_day=last_day,
        rows={"added_attribute": rows},
        remark=_remark(passed_over),
    )


def _remark(passed_over: Counter[str]) -> str | None:
    """Name the lists that were not taken, each with how many codes it has."""
    if not passed_over:
        return None
    lists = "; ".join(f"{heading} ({count:,} code{'s' if count > 1 else ''})" for heading, count in passed_over.items())
    return f"Not taken, for they hold only together with other things or their heading is not known here: {lists}"


def _text(candidate: Candidate, passed_over: Counter[str]) -> Iterator[tuple[int, str, str, str]]:
    section = current = _NONE
    edit = under = ""
    for number, line in enumerate(candidate.text().splitlines(), start=1):
        if heading := _HEADING.fullmatch(line.rstrip()):
            edit_number, part, words = heading.groups()
            edit = edit_number or edit
            under = f"{edit}.{f'{part}.' if part else ''} {words}"
            own = _edit(words)
            if part is None:
                section = current = own or _NONE
            elif _CONDITION.search(words):
                current = _NONE
            else:
                # A first part without words of its own is the list of its edit; later ones are of special cases.
                current = own or (section if part == "A" else _NONE)
        elif under and (listed := _CODE_LINE.fullmatch(line.rstrip())) and _is_code(listed.group(1)):
            if current[0]:
                yield number, bare_code(listed.group(1)), current[0], current[1] or ""
            else:
                passed_over[under] += 1


def _sheets(candidate: Candidate, passed_over: Counter[str]) -> Iterator[tuple[int, str, str, str]]:
    for name, rows in candidate.sheets.items():
        attribute, value = _edit(name) or _NONE
        is_taken = attribute is not None and value is not None and not _CONDITION.search(name)
        for number, row in enumerate(rows, start=1):
            if not row or not _is_code(str(row[0]).strip()):
                continue
            if is_taken:
                yield number, bare_code(str(row[0])), attribute or "", value or ""
            else:
                passed_over[name] += 1


def _edit(heading: str) -> tuple[str | None, str | None] | None:
    for words, attribute, value in _EDITS:
        if re.search(words, heading.replace("_", " "), re.IGNORECASE):
            return attribute, value
    return None


def _is_code(text: str) -> bool:
    """A code has a digit, and a word of the prose none."""
    return bool(re.search(r"\d", text)) and bool(_DIAGNOSIS.fullmatch(text) or _PROCEDURE.fullmatch(text))


READER = Reader(
    kind="Medicare code edits",
    says="CMS's Definitions of Medicare Code Edits_v45.txt",
    recognises=_recognises,
    read=_read,
)
