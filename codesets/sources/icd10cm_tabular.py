"""Read the ICD-10-CM tabular list: titles, hierarchy and instructional notes, from the CDC's XML.

The `simple-icd-10-cm` package carries the XML and the list of all its codes. The XML prints a seventh character once,
at the category it applies to; the codes it makes are spelled out here, with the placeholder X where it is needed, and
kept where the list of codes has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree

import pyarrow as pa

from codesets.sources.note_references import references
from codesets.sources.packages import SourceError, package_file

PACKAGE = "simple-icd-10-cm"

_CODE_LENGTH = 7
_RANGE_IN_TITLE = re.compile(r"\s*\([A-Z0-9]{3}(?:-[A-Z0-9]{3})?\)\s*$")

# Element of the XML -> kind of note in the warehouse.
NOTE_KINDS = {
    "excludes1": "excludes1",
    "excludes2": "excludes2",
    "codeFirst": "code_first",
    "useAdditionalCode": "use_additional",
    "codeAlso": "code_also",
    "includes": "includes",
}


@dataclass
class Tabular:
    """The tabular list: codes and headers, blocks, chapters and notes, each in the order in which it is printed."""

    name: str
    codes: list[tuple[str, str, str | None, str, str]] = field(default_factory=list)
    blocks: list[tuple[str, str, str]] = field(default_factory=list)
    chapters: list[tuple[str, str]] = field(default_factory=list)
    notes: list[tuple[str, str, str]] = field(default_factory=list)
    seventh_characters: list[tuple[str, str, str]] = field(default_factory=list)

    def tables(self) -> dict[str, pa.Table]:
        """Return codes (code, title, parent, block, chapter), blocks (block, title, chapter) and chapters.

        Further notes (note_id, code, kind, text), note_ranges (note_id, first_code, last_code, pattern) with the codes
        that notes refer to, and seventh_characters (code, character, meaning), each at the code that prints it.
        """
        numbered = [(number, *note) for number, note in enumerate(self.notes, start=1)]
        ranges = [
            (number, found.first_code, found.last_code, found.pattern)
            for number, _, kind, text in numbered
            if kind != "includes"
            for found in references(text)
        ]
        return {
            "codes": _table(self.codes, ("code", "title", "parent", "block", "chapter")),
            "blocks": _table(self.blocks, ("block", "title", "chapter")),
            "chapters": _table(self.chapters, ("chapter", "title")),
            "notes": _table(numbered, ("note_id", "code", "kind", "text")),
            "note_ranges": _table(ranges, ("note_id", "first_code", "last_code", "pattern")),
            "seventh_characters": _table(self.seventh_characters, ("code", "character", "meaning")),
        }


def read_tabular() -> dict[str, pa.Table]:
    """Read the whole tabular list; see `Tabular.tables` for what comes back."""
    names = package_file(PACKAGE, "data", "code-list-April-2026.txt").read_text(encoding="utf-8").split()
    root = ElementTree.parse(package_file(PACKAGE, "data", "icd10c-tabular-April-1-2026.xml")).getroot()
    return read_tree(root, f"The tabular list of the package {PACKAGE}", frozenset(names))


def read_tree(root: ElementTree.Element, name: str, known: frozenset[str] | None = None) -> dict[str, pa.Table]:
    """Read a tabular list's tree, of the file or package `name`.

    `known` are the codes that seventh characters may make; without it every one that is printed makes one.
    """
    chapters = root.findall("chapter")
    if not chapters:
        raise SourceError(f"{name}: has no chapters.")
    tabular = Tabular(name=name)
    for chapter in chapters:
        _read_chapter(tabular, chapter, known)
    return tabular.tables()


def block_range(name: str) -> str:
    """Write a block as its range, a block of one category too: C50 is C50-C50, so that it is no code's name."""
    return name if "-" in name else f"{name}-{name}"


def _read_chapter(tabular: Tabular, chapter: ElementTree.Element, known: frozenset[str] | None) -> None:
    number = f"{int(_text(tabular, chapter, 'name')):02d}"
    tabular.chapters.append((number, _title(tabular, chapter)))
    tabular.notes.extend((number, kind, text) for kind, text in _notes(chapter))
    for section in chapter.findall("section"):
        block = block_range(section.attrib["id"])
        tabular.blocks.append((block, _title(tabular, section), number))
        tabular.notes.extend((block, kind, text) for kind, text in _notes(section))
        for category in section.findall("diag"):
            _read_code(tabular, category, None, block, number, {}, known)


def _read_code(
    tabular: Tabular,
    element: ElementTree.Element,
    parent: str | None,
    block: str,
    chapter: str,
    seventh: dict[str, str],
    known: frozenset[str] | None,
) -> None:
    code = _text(tabular, element, "name").replace(".", "")
    title = _text(tabular, element, "desc")
    tabular.codes.append((code, title, parent, block, chapter))
    tabular.notes.extend((code, kind, text) for kind, text in _notes(element))
    own = element.find("sevenChrDef")
    if own is not None:
        seventh = {extension.attrib["char"]: (extension.text or "") for extension in own.findall("extension")}
        tabular.seventh_characters.extend((code, *extension) for extension in seventh.items())
    children = element.findall("diag")
    for child in children:
        _read_code(tabular, child, code, block, chapter, seventh, known)
    if not children:
        stem = code.ljust(_CODE_LENGTH - 1, "X")
        tabular.codes.extend(
            (stem + character, f"{title}, {meaning}", code, block, chapter)
            for character, meaning in seventh.items()
            if known is None or stem + character in known
        )


def _notes(element: ElementTree.Element) -> Iterator[tuple[str, str]]:
    for child in element:
        if kind := NOTE_KINDS.get(child.tag):
            yield from ((kind, " ".join(note.text.split())) for note in child.findall("note") if note.text)


def _title(tabular: Tabular, element: ElementTree.Element) -> str:
    return _RANGE_IN_TITLE.sub("", _text(tabular, element, "desc"))


def _text(tabular: Tabular, element: ElementTree.Element, tag: str) -> str:
    text = element.findtext(tag)
    if not text:
        raise SourceError(f"{tabular.name}: has a <{element.tag}> without <{tag}>.")
    return " ".join(text.split())


def _table(rows: list[tuple], columns: tuple[str, ...]) -> pa.Table:
    kinds = {"note_id": pa.int32()}
    return pa.table(
        {
            name: pa.array(values, kinds.get(name, pa.string()))
            for name, values in zip(columns, zip(*rows, strict=True) if rows else [()] * len(columns), strict=True)
        }
    )
