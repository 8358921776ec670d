"""A classification in ClaML, as WHO publishes ICD-10 and national bodies their editions: codes, titles, places, notes.

ClaML 2.0 and 3.0 (EN 14463): `Title` with name and version, `Class` with code and kind (chapter, block, category),
`SuperClass`, `SubClass`, `Rubric` of a kind (preferred, preferredLong, inclusion, exclusion, note, ...) with a `Label`,
`ModifiedBy` naming a `Modifier` whose `ModifierClass` codes are appended; with all="false", or where a
`ValidModifierClass` is listed, only those listed. Modifiers at a category reach its subcategories, as in ICD-10-GM; a
fifth character goes behind the fourth. WHO's title is ICD-10; ICD-10-GM and OPS are Germany's. An edition of WHO holds
to the day before its next one, a national edition for its calendar year.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from xml.etree import ElementTree

from codesets.sources.added.file import SITES_OWN, AddedFile, Candidate, Reader, bare_code
from codesets.sources.note_references import references
from codesets.sources.packages import SourceError

# Title -> system, licence; the first that matches counts.
_SYSTEMS = (
    (r"ICD-?10-?GM", "icd10gm", "BfArM's terms for ICD-10-GM"),
    (r"\bOPS\b|Operationen-? ?und", "ops", "BfArM's terms for OPS"),
    (r"ICD-?10-?AM", "icd10am", SITES_OWN),
    (r"ICD-?10-?CA", "icd10ca", SITES_OWN),
    (r"ICD-?10\b", "icd10", "WHO's terms for ICD-10"),
)
# Years of WHO's editions on its browser, recalled from memory: each holds to the day before the next.
_WHO_EDITIONS = (2008, 2010, 2014, 2015, 2016, 2019)

_NOTES = {"exclusion": "excludes", "inclusion": "includes"}
_MOST_CODES = 200_000
_YEAR = re.compile(r"(19|20)\d{2}")


@dataclass
class _Class:
    code: str
    kind: str
    title: str
    above: str | None
    has_subclasses: bool
    modified_by: list[tuple[str, frozenset[str] | None]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)


def _recognises(candidate: Candidate) -> bool:
    return candidate.root == "ClaML"


def _read(candidate: Candidate) -> AddedFile:
    root = candidate.tree
    title = root.find("Title")
    name = f"{title.get('name', '')} {title.text or ''}" if title is not None else ""
    version = title.get("version", "") if title is not None else ""
    system, licence = next(((s, lic) for words, s, lic in _SYSTEMS if re.search(words, name, re.IGNORECASE)), ("", ""))
    found_year = _YEAR.search(version) or _YEAR.search(name)
    if not system or found_year is None:
        raise SourceError(
            f"{candidate.name}: <Title> does not name a classification that Farr knows with its year; "
            "give a plain list (system, code, title, valid_from, valid_to, source) instead."
        )
    year = int(found_year.group(0))
    first_day, last_day = _days(system, year)
    release = f"{year} edition"
    classes = _classes(candidate, root)
    modifiers = _modifier_classes(root)
    codes, notes = [], []
    for entry in classes.values():
        if entry.kind != "category":
            continue
        block, chapter = _place(classes, entry)
        parent = entry.above if entry.above in classes and classes[entry.above].kind == "category" else None
        made = _modified(classes, entry, modifiers)
        codes.append((entry.code, not entry.has_subclasses and not made, entry.title, parent, block, chapter))
        codes += [(code, True, words, entry.code, block, chapter) for code, words in made]
        if len(codes) > _MOST_CODES:
            raise SourceError(f"{candidate.name}: its modifiers make more codes than any edition has; check the file.")
    listed: dict[str, tuple] = {}
    for row in codes:
        # A class of its own outranks the same code made by a modifier.
        listed.setdefault(bare_code(row[0]), row)
    for entry in classes.values():
        notes += [(_place_code(entry), kind, text) for kind, text in entry.notes]
    held = (system, release, first_day)
    places = [
        ("chapter" if entry.kind == "chapter" else "block", _place_code(entry), entry.title)
        for entry in classes.values()
        if entry.kind in ("chapter", "block")
    ]
    return AddedFile(
        kind="ClaML",
        subject=system,
        release=release,
        licence=licence,
        first_day=first_day,
        last_day=last_day,
        rows={
            "added_code": [
                (system, release, "release", first_day, last_day, code, billable, words,
                 bare_code(parent) if parent else None, block, chapter, None, None)
                for code, (_, billable, words, parent, block, chapter) in listed.items()
            ],
            "added_place": [(*held, *place, number) for number, place in enumerate(places)],
            "added_note": [(*held, number, *note) for number, note in enumerate(notes, start=1)],
            "added_note_range": [
                (number, found.first_code, found.last_code, found.pattern)
                for number, (_, kind, text) in enumerate(notes, start=1)
                if kind == "excludes"
                for found in references(text)
            ],
        },
    )  # fmt: skip


def _days(system: str, year: int) -> tuple[date, date | None]:
    if system != "icd10":
        return date(year, 1, 1), date(year, 12, 31)
    later = [edition for edition in _WHO_EDITIONS if edition > year]
    return date(year, 1, 1), date(later[0], 1, 1) - timedelta(days=1) if later else None


def _classes(candidate: Candidate, root: ElementTree.Element) -> dict[str, _Class]:
    found: dict[str, _Class] = {}
    below: dict[str, list[str]] = {}
    for element in root.iterfind("Class"):
        code, kind = element.get("code", ""), element.get("kind", "")
        if not code or kind not in ("chapter", "block", "category"):
            raise SourceError(
                f"{candidate.name}: a class has no code or no known kind; take the publisher's file anew."
            )
        if code in found:
            raise SourceError(f"{candidate.name}: a class stands in it twice; take the publisher's file anew.")
        upper = element.find("SuperClass")
        entry = _Class(
            code=code,
            kind=kind,
            title=_label(element, "preferredLong") or _label(element, "preferred"),
            above=upper.get("code") if upper is not None else None,
            has_subclasses=element.find("SubClass") is not None,
            modified_by=[_modified_by(each) for each in element.iterfind("ModifiedBy")],
            notes=[(kind, words) for rubric, kind in _NOTES.items() for words in _labels(element, rubric)],
        )
        if not entry.title:
            raise SourceError(f"{candidate.name}: a class has no preferred title; take the publisher's file anew.")
        found[code] = entry
        below[code] = [each.get("code", "") for each in element.iterfind("SubClass")]
    for code, children in below.items():
        for child in children:
            if child not in found or found[child].above != code:
                raise SourceError(
                    f"{candidate.name}: a class names another as below it that does not say so; "
                    "take the publisher's file anew."
                )
    if not any(entry.kind == "category" for entry in found.values()):
        raise SourceError(f"{candidate.name}: has no category; take the publisher's file anew.")
    return found


def _modified_by(element: ElementTree.Element) -> tuple[str, frozenset[str] | None]:
    """The modifier, and the classes of it that are valid (None: all)."""
    valid = frozenset(each.get("code", "") for each in element.iterfind("ValidModifierClass"))
    return element.get("code", ""), valid if valid or element.get("all") == "false" else None


def _modifier_classes(root: ElementTree.Element) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for element in root.iterfind("ModifierClass"):
        words = _label(element, "preferred") or _label(element, "preferredLong")
        found.setdefault(element.get("modifier", ""), []).append((element.get("code", ""), words))
    return found


def _modified(
    classes: dict[str, _Class], entry: _Class, modifiers: dict[str, list[tuple[str, str]]]
) -> list[tuple[str, str]]:
    """The codes that modifiers make of a class that has no classes below: one modifier behind the other."""
    if entry.has_subclasses:
        return []
    made = [(entry.code, entry.title)]
    applied: list[tuple[str, frozenset[str] | None]] = []
    above: _Class | None = entry
    while above is not None and above.kind == "category":
        applied += above.modified_by
        above = classes.get(above.above or "")
    # A fourth character (.1) goes before a fifth (1), whatever the order in which they are printed.
    for modifier, valid in sorted(
        applied, key=lambda each: not any(c.startswith(".") for c, _ in modifiers.get(each[0], []))
    ):
        endings = [(code, words) for code, words in modifiers.get(modifier, []) if valid is None or code in valid]
        endings = [(code, words) for code, words in endings if not (code.startswith(".") and "." in entry.code)]
        if endings:
            made = [(code + ending, f"{title}, {words}") for code, title in made for ending, words in endings]
    return [row for row in made if row[0] != entry.code]


def _place(classes: dict[str, _Class], entry: _Class) -> tuple[str | None, str | None]:
    """The innermost block and the chapter above a class."""
    block = chapter = None
    above = classes.get(entry.above or "")
    for _ in range(len(classes)):
        if above is None:
            break
        if above.kind == "block" and block is None:
            block = _place_code(above)
        if above.kind == "chapter":
            chapter = _place_code(above)
        above = classes.get(above.above or "")
    return block, chapter


def _place_code(entry: _Class) -> str:
    return bare_code(entry.code) if entry.kind == "category" else entry.code


def _label(element: ElementTree.Element, kind: str) -> str:
    return next(iter(_labels(element, kind)), "")


def _labels(element: ElementTree.Element, kind: str) -> list[str]:
    return [
        " ".join(" ".join(label.itertext()).split())
        for rubric in element.iterfind("Rubric")
        if rubric.get("kind") == kind
        for label in rubric.iterfind("Label")
    ]


READER = Reader(
    kind="ClaML",
    says="ClaML of WHO's ICD-10, ICD-10-GM or OPS (.xml)",
    recognises=_recognises,
    read=_read,
)
