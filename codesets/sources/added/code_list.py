"""A code list of a country's own edition: NAME.csv with system, code, title, valid_from, valid_to, source.

Each line is a code that may be reported between its two days; an empty valid_to says that it is still so, and then the
list speaks for every later day too. A code may have several lines of days that do not overlap.
"""

from __future__ import annotations

from datetime import date

from codesets.sources.added import plain
from codesets.sources.added.file import SITES_OWN, AddedFile, Candidate, Reader, bare_code
from codesets.sources.packages import SourceError

COLUMNS = ("system", "code", "title", "valid_from", "valid_to", "source")
_NEEDED = ("system", "code", "title", "valid_from", "source")


def _recognises(candidate: Candidate) -> bool:
    return plain.is_plain(candidate, COLUMNS)


def _read(candidate: Candidate) -> AddedFile:
    path = candidate.path
    name, version = plain.named(path, "opcs4.csv or opcs4@4.10.csv")
    release = version or name
    rows = []
    spans: dict[str, list[tuple[date, date, int]]] = {}
    systems: set[str] = set()
    for number, row in plain.lines(candidate, COLUMNS, _NEEDED):
        first_code, last_code = plain.code_range(path, number, "code", row["code"])
        if first_code != last_code:
            raise SourceError(f"{path.name}, line {number}, column code: a range; give each code its own line.")
        systems.add(plain.system(path, number, row))
        if len(systems) > 1:
            raise SourceError(f"{path.name}, line {number}, column system: a second system; give each its own file.")
        valid_from, valid_to = plain.days(path, number, row)
        code = bare_code(row["code"])
        spans.setdefault(code, []).append((valid_from, valid_to or date.max, number))  # type: ignore[arg-type]
        rows.append((code, row["title"], valid_from, valid_to))
    for days in spans.values():
        for (_, ends, above), (begins, _, below) in zip(sorted(days), sorted(days)[1:], strict=False):
            if begins <= ends:
                raise SourceError(
                    f"{path.name}, lines {min(above, below)} and {max(above, below)}: the code has overlapping days; "
                    "keep one line or part the days."
                )
    system = next(iter(systems))
    last_days = [valid_to for _, _, _, valid_to in rows]
    last_day = None if None in last_days else max(last_days)
    return AddedFile(
        kind="code list",
        subject=system,
        release=release,
        licence=SITES_OWN,
        first_day=min(valid_from for _, _, valid_from, _ in rows),
        last_day=last_day,
        rows={
            "added_code": [
                (system, release, "dated", valid_from, valid_to, code, True, title, None, None, None, None, None)
                for code, title, valid_from, valid_to in rows
            ]
        },
        remark=None
        if last_day
        else "No line has the list's last day: a code that comes later reads not_found until you add it. "
        "Fill in valid_to to give the list a horizon.",
    )


READER = Reader(
    kind="code list",
    says=f"a code list of a country's edition, NAME.csv with the columns {', '.join(COLUMNS)}",
    recognises=_recognises,
    read=_read,
    is_official=False,
)
