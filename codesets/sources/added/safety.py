"""Open files that nobody vouches for: text, XML and workbooks, refused where they could harm or cannot be read.

Text must be UTF-8, with or without its mark; official files may be in the older Windows encoding. XML may name an
outside document type, which is never fetched, but may declare and use no entities. A workbook is unpacked once to
nothing, so that what it says of its sizes is proven before anything reads it.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree
from xml.parsers import expat

from codesets.sources.packages import SourceError

HEAD_BYTES = 65_536
MOST_BYTES = 600_000_000
# Unpacked bytes a packed byte may become, above a size that is harmless anyway; real workbooks stay below 30.
MOST_EXPANSION = 100
HARMLESS_BYTES = 20_000_000
DEEPEST_ELEMENT = 60

_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def head(path: Path) -> bytes:
    """The first bytes of a file; raise `SourceError` where it is empty, too large or cannot be read."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            first = file.read(HEAD_BYTES)
    except OSError as error:
        raise SourceError(f"{path.name}: cannot be read; see that it is a file and that you may read it.") from error
    if not first.strip():
        raise SourceError(f"{path.name}: is empty; take the publisher's file anew.")
    if size > MOST_BYTES:
        raise SourceError(
            f"{path.name}: has {size:,} bytes, more than any release file; add the parts as they are published."
        )
    return first


def refuse_utf16(path: Path, data: bytes) -> None:
    """Refuse text of two bytes a letter, as some spreadsheets save it."""
    if data.startswith(_UTF16):
        raise SourceError(f"{path.name}, line 1: the text is UTF-16; save it as CSV in UTF-8.")


def text(path: Path, *, official: bool = False) -> str:
    """Decode a text file; `official` also takes the older Windows encoding that release files come in."""
    data = path.read_bytes()
    refuse_utf16(path, data)
    if (zero := data.find(b"\0")) >= 0:
        raise SourceError(f"{path.name}, line {_line(data, zero)}: not text; take the publisher's file anew.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if official:
            return data.decode("cp1252", errors="replace")
        raise SourceError(
            f"{path.name}, line {_line(data, error.start)}: not a UTF-8 file (perhaps Latin-1); "
            "save it as CSV in UTF-8."
        ) from error


def xml(path: Path) -> ElementTree.Element:
    """Parse an XML file as a tree; raise `SourceError` with the line where it is not whole or uses entities."""
    tree = ElementTree.TreeBuilder()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    depth = 0

    def refuse(what: str) -> None:
        raise SourceError(f"{path.name}, line {parser.CurrentLineNumber}: {what}; take the publisher's file as it is.")

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST_ELEMENT:
            refuse("elements lie too deep in one another")
        tree.start(tag.rpartition(":")[2], attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        tree.end(tag.rpartition(":")[2])

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = tree.data
    parser.EntityDeclHandler = lambda *_: refuse("declares an entity, which Farr does not expand")
    parser.SkippedEntityHandler = lambda *_: refuse("uses an entity, which Farr does not expand")
    parser.ExternalEntityRefHandler = lambda *_: 0
    try:
        with path.open("rb") as file:
            parser.ParseFile(file)
    except expat.ExpatError as error:
        raise SourceError(
            f"{path.name}, line {error.lineno}: not whole XML; take the publisher's file anew."
        ) from error
    return tree.close()


def prove_workbook(path: Path) -> None:
    """Unpack a workbook to nothing; raise `SourceError` where it grows beyond reason or is damaged."""
    try:
        with zipfile.ZipFile(path) as packed:
            members = packed.infolist()
            size, unpacked = path.stat().st_size, sum(member.file_size for member in members)
            if unpacked > MOST_BYTES or unpacked > max(HARMLESS_BYTES, MOST_EXPANSION * size):
                raise SourceError(
                    f"{path.name}: unpacks to {unpacked:,} bytes from {size:,}, as no release file does; "
                    "take the publisher's file anew."
                )
            # The checksums fail where a member holds more or less than it says.
            if packed.testzip() is not None:
                raise zipfile.BadZipFile
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise SourceError(f"{path.name}: the workbook is damaged; take the publisher's file anew.") from error


def refuse_formula(path: Path, number: int, column: str, value: str) -> None:
    """Refuse a text that a spreadsheet would take for a formula."""
    if re.match(r"[=+@\t\r]|-(?![0-9])", value):
        raise SourceError(
            f"{path.name}, line {number}, column {column}: begins as a spreadsheet formula does; write it without."
        )


def _line(data: bytes, place: int) -> int:
    return data.count(b"\n", 0, place) + 1
