"""Look at a file before it is read: whether it can be opened, its hash, its format and its encoding."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from transforms.landing.outcome import Refused
from transforms.landing.records import is_utf8

BLOCK = 1 << 20
_HEAD = 4096

Format = Literal["delimited", "parquet", "workbook"]

_BYTE_ORDER_MARKS = {
    b"\xef\xbb\xbf": "utf-8",
    b"\xff\xfe": "utf-16-le",
    b"\xfe\xff": "utf-16-be",
}
# First bytes of what is sometimes sent in place of a CSV file.
_FOREIGN = {
    b"\x1f\x8b": "compressed with gzip",
    b"BZh": "compressed with bzip2",
    b"\xfd7zXZ\x00": "compressed with xz",
    b"\x28\xb5\x2f\xfd": "compressed with zstd",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive",
    b"%PDF": "a PDF document",
    b"SQLite format 3": "an SQLite database",
    b"$FL2": "an SPSS file",
    b"HEADER RECORD*******": "a SAS transport file",
    b"{\\rtf": "an RTF document",
}
_MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<table")


@dataclass(frozen=True)
class Evidence:
    """Lines with bytes beyond ASCII: how many are UTF-8 (`intact`), how many are not (`damaged`), and all lines."""

    intact: int = 0
    damaged: int = 0
    lines: int = 0


@dataclass(frozen=True)
class Look:
    """A regular file that could be read to its end. `fingerprint` changes when the file is touched."""

    path: Path
    size: int
    sha256: str
    head: bytes
    format: Format
    evidence: Evidence
    fingerprint: tuple[int, ...]


def fingerprint(path: Path) -> tuple[int, ...]:
    """Device, inode, size and modification time of a regular file. Raises `Refused` where there is none."""
    name = path.name
    try:
        status = path.stat()
    except FileNotFoundError:
        broken = path.is_symlink()
        found = "it is a link to a file that does not exist" if broken else "there is no such file"
        raise Refused(
            "file_missing", f"{name}: expected a file; {found}. Correct `path` or put the file there."
        ) from None
    except PermissionError:
        raise Refused("no_permission", _no_permission(name)) from None
    except OSError as error:
        raise Refused("unreadable", f"{name}: cannot be opened ({error.strerror}). Check the path.") from None
    if stat.S_ISDIR(status.st_mode):
        raise Refused(
            "directory", f"{name}: expected a file, found a directory. Name its files, for example {name}/*.csv."
        )
    if not stat.S_ISREG(status.st_mode):
        raise Refused("not_a_file", f"{name}: expected a file, found a device, pipe or socket. Save it as a file.")
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def look(path: Path) -> Look:
    """Read a file once from end to end. Raises `Refused` where it cannot be read or is of no use to any reader."""
    name = path.name
    mark = fingerprint(path)
    hasher = hashlib.sha256()
    head, size, blank = b"", 0, True
    evidence = _EvidenceCounter()
    try:
        with path.open("rb") as stream:
            while block := stream.read(BLOCK):
                hasher.update(block)
                head = head or block[:_HEAD]
                size += len(block)
                blank = blank and not block.strip(b" \t\r\n\x00")
                evidence.add(block)
    except PermissionError:
        raise Refused("no_permission", _no_permission(name)) from None
    except OSError as error:
        raise Refused("unreadable", f"{name}: cannot be read to its end ({error.strerror}). Copy it again.") from None
    if blank or head in _BYTE_ORDER_MARKS:
        found = "nothing at all" if size == 0 else "only blanks"
        raise Refused("empty_file", f"{name}: expected a header and records, found {found}. Export the file again.")
    return Look(
        path=path,
        size=size,
        sha256=hasher.hexdigest(),
        head=head,
        format=_format(path, head),
        evidence=evidence.total(),
        fingerprint=mark,
    )


def _no_permission(name: str) -> str:
    return f"{name}: no permission to read it. Give read permission to the account that runs farr."


def _format(path: Path, head: bytes) -> Format:
    name, suffix = path.name, path.suffix.lower()
    if head.startswith(b"PAR1") or suffix in {".parquet", ".pq"}:
        return "parquet"
    if head.startswith(b"PARE"):
        raise Refused("unsupported_format", f"{name}: the Parquet file is encrypted. Export it without encryption.")
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")) or suffix in {".xlsx", ".xlsm"}:
        return "workbook"
    foreign = next((what for magic, what in _FOREIGN.items() if head.startswith(magic)), None)
    if foreign is None and head.lstrip().lower().startswith(_MARKUP):
        foreign = "an HTML or XML document"
    if foreign:
        expected = "expected CSV, Parquet or XLSX"
        raise Refused("unsupported_format", f"{name}: {expected}, found that it is {foreign}. Unpack or convert it.")
    return "delimited"


class _EvidenceCounter:
    """Counts lines by encoding over the blocks of a file, whatever its line ends are."""

    def __init__(self) -> None:
        self._rest = b""
        self._intact = self._damaged = self._lines = 0

    def add(self, block: bytes) -> None:
        self._lines += max(block.count(b"\n"), block.count(b"\r"))
        if not self._rest and block.isascii():
            return
        data = self._rest + block
        cut = max(data.rfind(b"\n"), data.rfind(b"\r")) + 1
        if cut == 0:
            # No line end in a whole block: a character cut in two counts as one damaged line, which decides nothing.
            cut = len(data)
        self._rest = data[cut:] if not data[cut:].isascii() else b""
        self._judge(data[:cut])

    def total(self) -> Evidence:
        self._judge(self._rest)
        return Evidence(self._intact, self._damaged, self._lines + 1)

    def _judge(self, data: bytes) -> None:
        if data.isascii():
            return
        beyond = [line for line in data.splitlines() if not line.isascii()]
        damaged = 0 if is_utf8(data) else sum(not is_utf8(line) for line in beyond)
        self._damaged += damaged
        self._intact += len(beyond) - damaged


def encoding_of(seen: Look, declared: str | None) -> tuple[str, str | None]:
    """The encoding in which to read a delimited file, as a Python codec name, and a note where it was a guess.

    A byte-order mark decides, whatever is declared. Otherwise a declared encoding holds, unless the file contradicts
    it. Where none is declared: UTF-16 by its pattern of NULs; UTF-8 if at least half of the lines beyond ASCII are
    (the others are rejected one by one); else Windows-1252, which most systems that call their files latin-1 or ANSI
    write. Raises `Refused` where nothing fits.
    """
    name = seen.path.name
    if seen.head.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        raise Refused("wrong_encoding", f"{name}: found UTF-32. Export it as UTF-8.")
    wide = _utf16_without_mark(seen.head)
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if seen.head.startswith(mark):
            differs = declared is not None and not encoding.startswith(declared)
            note = f"Its byte-order mark says {encoding}, the profile says {declared}: read as {encoding}."
            return encoding, note if differs else None
    if declared == "utf-16" or (declared is None and wide):
        if not wide:
            raise Refused(
                "wrong_encoding",
                f"{name}: expected UTF-16 as the profile says, found neither a byte-order mark nor its pattern of "
                "bytes. Correct `encoding` in the profile or export the file as UTF-16.",
            )
        return wide, None if declared else f"It has no byte-order mark; its bytes look like {wide} and were read so."
    if seen.head.count(b"\x00") > len(seen.head) // 10:
        raise Refused(
            "unsupported_format", f"{name}: expected text, found binary data. Export it as CSV, Parquet or XLSX."
        )
    return _eight_bit_encoding(name, seen.evidence, declared)


def _eight_bit_encoding(name: str, evidence: Evidence, declared: str | None) -> tuple[str, str | None]:
    if declared in {"latin-1", "cp1252"}:
        # Text of these encodings is practically never valid UTF-8 by chance in several lines.
        if evidence.damaged == 0 and evidence.intact > 1:
            return "utf-8", f"The profile says {declared}, but every line beyond ASCII is UTF-8: read as utf-8."
        return declared, None
    mostly_damaged = evidence.damaged > evidence.intact
    if declared == "utf-8":
        # One damaged line never condemns a file; a share of them does where hardly any other is intact.
        if mostly_damaged and evidence.damaged > max(1, evidence.lines // 100):
            raise Refused(
                "wrong_encoding",
                f"{name}: expected UTF-8 as the profile says, found {evidence.damaged:,} of about "
                f"{evidence.lines:,} lines that are not. Set `encoding` in the profile (latin-1, cp1252, utf-16) or "
                "export the file as UTF-8.",
            )
        return "utf-8", None
    if mostly_damaged:
        return "cp1252", "It is not UTF-8 and no encoding is declared: read as Windows-1252 (latin-1)."
    return "utf-8", None


def _utf16_without_mark(head: bytes) -> str | None:
    """Text in Latin letters has NULs on one side only of the byte pairs of UTF-16."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = max(len(head) // 2, 1)
    if odd > 0.2 * half and even < 0.02 * half:
        return "utf-16-le"
    if even > 0.2 * half and odd < 0.02 * half:
        return "utf-16-be"
    return None


def unchanged(seen: Look) -> bool:
    """Whether the file is still the one that was hashed."""
    try:
        return fingerprint(seen.path) == seen.fingerprint
    except (Refused, OSError):
        return False


def synced(path: Path) -> None:
    """Have a written file or folder reach the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
