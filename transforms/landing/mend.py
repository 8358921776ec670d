"""Make a delimited file fit for a strict reader: parts cut at record ends, without header, faults and blank lines."""

from __future__ import annotations

import codecs
import hashlib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from codesets.database import identifier, literal
from transforms.landing.outcome import FAULTS
from transforms.landing.records import Fault, Form, Splitter

_BLOCK = 1 << 20
_REASONS = tuple(FAULTS)


class Utf8Stream:
    """A file's bytes as UTF-8, hashed as they are read.

    What cannot be decoded becomes bytes that are no UTF-8 either, so that its record is found to be faulty.
    """

    def __init__(self, path: Path, encoding: str) -> None:
        self._stream = path.open("rb")
        self._errors = "surrogatepass" if encoding.startswith("utf-16") else "surrogateescape"
        self._decoder = None if encoding == "utf-8" else codecs.getincrementaldecoder(encoding)(self._errors)
        self._hasher = hashlib.sha256()
        self._returned = b""
        self._ended = False

    @property
    def sha256(self) -> str:
        """The hash of the bytes read so far."""
        return self._hasher.hexdigest()

    def read(self, size: int = _BLOCK) -> bytes:
        """Some bytes, of the order of `size`; none at the end of the file."""
        if self._returned:
            block, self._returned = self._returned, b""
            return block
        while not self._ended:
            raw = self._stream.read(size)
            self._hasher.update(raw)
            self._ended = not raw
            if block := self._decoded(raw):
                return block
        return b""

    def peek(self, size: int) -> bytes:
        """The next `size` bytes or more, fewer at the end of the file; they are read again."""
        blocks = []
        while sum(map(len, blocks)) < size and (block := self.read()):
            blocks.append(block)
        self._returned = b"".join(blocks)
        return self._returned

    def skip(self, size: int) -> None:
        """Leave out bytes that were peeked at."""
        self._returned = self._returned[size:]

    def _decoded(self, raw: bytes) -> bytes:
        if self._decoder is None:
            return raw
        try:
            return self._decoder.decode(raw, final=self._ended).encode("utf-8", self._errors)
        except UnicodeDecodeError:
            # Half a character at the end of a file that was cut.
            return b"\xff"

    def __enter__(self) -> Utf8Stream:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stream.close()


@dataclass
class Mended:
    """Parts of a file, each with one line to skip, the number of records before each, and the counts of it all.

    In the place of a faulty record stands a placeholder, so that records keep their numbers. Its first field is
    `mark`, then two digits for the reason, then the record's text in hexadecimal; its other fields are empty.
    """

    mark: str
    parts: list[tuple[Path, int]] = field(default_factory=list)
    count: int = 0
    faults: Counter[str] = field(default_factory=Counter)


def mend(stream: Utf8Stream, form: Form, folder: Path, *, mark: str, part_size: int, rewrite: bool) -> Mended:
    """Split a stream that stands at its first record into files of about `part_size` bytes in `folder`.

    `mark` is a text of hexadecimal digits that no field begins with, such as the file's own hash. `rewrite` has every
    record written anew, which is slower.
    """
    mended = Mended(mark)
    splitter = Splitter(form, rewrite=rewrite)
    part: BinaryIO | None = None
    try:
        part = _next_part(mended, folder, splitter)
        for piece in splitter.split(stream):
            if part.tell() >= part_size:
                part.close()
                part = _next_part(mended, folder, splitter)
            if isinstance(piece, Fault):
                mended.count += 1
                mended.faults[piece.reason] += 1
                part.write(splitter.placeholder(_content(mark, piece)))
            else:
                mended.count += piece.count
                part.write(piece.text)
    finally:
        if part is not None:
            part.close()
    return mended


def _next_part(mended: Mended, folder: Path, splitter: Splitter) -> BinaryIO:
    """Begin a part with a line to be skipped: a reader takes the first line end that it sees, even one inside quotes,
    for that of the whole file."""
    path = folder / f"part-{len(mended.parts)}"
    mended.parts.append((path, mended.count))
    part = path.open("wb")
    part.write(splitter.placeholder(b"-"))
    return part


def _content(mark: str, fault: Fault) -> bytes:
    return f"{mark}{_REASONS.index(fault.reason):02}{fault.raw.encode('utf-8').hex()}".encode("ascii")


def without_placeholders(mended: Mended, first_column: str) -> str:
    """The select list over `_row_number` and all columns that turns placeholders into `_fault` and `_raw`."""
    if not mended.faults:
        return "_row_number, null::varchar as _fault, null::varchar as _raw, * exclude (_row_number)"
    first, start = identifier(first_column), len(mended.mark) + 1
    is_fault = f"starts_with({first}, {literal(mended.mark)})"
    reasons = ", ".join(literal(reason) for reason in _REASONS)
    return f"""
        _row_number,
        case when {is_fault} then ([{reasons}])[substr({first}, {start}, 2)::integer + 1] end as _fault,
        case when {is_fault} then decode(from_hex(substr({first}, {start + 2}))) end as _raw,
        * exclude (_row_number) replace (case when {is_fault} then null else {first} end as {first})"""
