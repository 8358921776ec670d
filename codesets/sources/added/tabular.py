"""The CDC's tabular list of ICD-10-CM in XML, of any release: codes, hierarchy, notes and seventh characters.

The layout is that of the file which the package simple-icd-10-cm carries (icd10c-tabular-April-1-2026.xml): the
federal year stands in `<version>`, April in the file's name. The XML prints seventh characters at the category they
apply to; the codes they make are spelled out, and marked with their stem, because a few of them are not valid (a later
encounter after a death): the build keeps those that were known before, and those of stems that are new.
"""

from __future__ import annotations

from codesets.sources.added.file import AddedFile, Candidate, Reader
from codesets.sources.added.releases import LICENCE, release
from codesets.sources.icd10cm_tabular import read_tree
from codesets.sources.packages import SourceError

_SYSTEM = "icd10cm"
_LENGTH = 7


def _recognises(candidate: Candidate) -> bool:
    return candidate.root == "ICD10CM.tabular"


def _read(candidate: Candidate) -> AddedFile:
    root = candidate.tree
    year = (root.findtext("version") or "").strip()
    if not year.isdigit():
        raise SourceError(f"{candidate.name}: <version> does not say the federal year; take the CDC's file as it is.")
    april = "apr" in candidate.name.lower()
    of = release(_SYSTEM, int(year), april=april)
    tables = {name: table.to_pylist() for name, table in read_tree(root, candidate.name).items()}
    parents = {row["parent"] for row in tables["codes"]}
    held = (of.system, of.name, of.first_day)
    codes = []
    seen: set[str] = set()
    for row in tables["codes"]:
        if row["code"] in seen:
            raise SourceError(f"{candidate.name}: a code stands twice in the list; take the CDC's file anew.")
        seen.add(row["code"])
        is_spelled = len(row["code"]) == _LENGTH and row["parent"] and row["code"][:-1] == row["parent"].ljust(6, "X")
        codes.append(
            (of.system, of.name, "release", of.first_day, of.last_day, row["code"], row["code"] not in parents,
             row["title"], row["parent"], row["block"], row["chapter"], row["parent"] if is_spelled else None, None)
        )  # fmt: skip
    places = [("chapter", row["chapter"], row["title"]) for row in tables["chapters"]]
    places += [("block", row["block"], row["title"]) for row in tables["blocks"]]
    return AddedFile(
        kind="tabular list",
        subject=of.system,
        release=of.name,
        licence=LICENCE,
        first_day=of.first_day,
        last_day=of.last_day,
        rows={
            "added_code": codes,
            "added_place": [(*held, *place, number) for number, place in enumerate(places)],
            "added_note": [(*held, row["note_id"], row["code"], row["kind"], row["text"]) for row in tables["notes"]],
            "added_note_range": [
                (row["note_id"], row["first_code"], row["last_code"], row["pattern"]) for row in tables["note_ranges"]
            ],
            "added_seventh_character": [
                (of.first_day, row["code"], row["character"], row["meaning"]) for row in tables["seventh_characters"]
            ],
        },
    )


READER = Reader(
    kind="tabular list",
    says="the CDC's icd10cm-tabular-2028.xml, also of April",
    recognises=_recognises,
    read=_read,
)
