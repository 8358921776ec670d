"""A grouping of a site's own: NAME.csv or NAME@VERSION.csv with system, code, group, title, valid_from, valid_to, source.

NAME is the scheme; `code` is a code, which stands for all below it, or a range such as I20-I25.
"""

from __future__ import annotations

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
                f"{path.name}, line {number}, column title: the group has another title above; give each group one title."
            )
        first, last = plain.code_range(path, number, "code", row["code"])
        rows.append(
            (scheme, version, plain.system(path, number, row), first, last, row["group"], row["title"],
             *plain.days(path, number, row), row["source"], number)
        )  # fmt: skip
    return AddedFile(kind="grouping", subject=scheme, release=version, licence=SITES_OWN, rows={"added_grouping": rows})


READER = Reader(
    kind="grouping",
    says=f"a grouping NAME.csv or NAME@VERSION.csv with the columns {', '.join(COLUMNS)}",
    recognises=_recognises,
    read=_read,
    is_official=False,
)
