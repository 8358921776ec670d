"""Make a delimited file fit for a strict reader: itself where it is regular, else a copy without its faults."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from codesets.database import identifier, literal
from transforms.landing.look import BLOCK
from transforms.landing.outcome import FAULTS
from transforms.landing.records import Fault, Form, Splitter

_REASONS = tuple(FAULTS)


@dataclass
class Mended:
    """What a strict reader is to read. A copy has no header, and a placeholder for each faulty record.

    A placeholder's first field is `mark`, then two digits for the reason, then the record's text in hexadecimal.
    """

    path: Path
    mark: str
    is_copy: bool = False
    count: int = 0
    faults: Counter[str] = field(default_factory=Counter)


def mend(source: Path, start: int, form: Form, copy_path: Path, *, mark: str, copy_all: bool, rewrite: bool) -> Mended:
    """Split a UTF-8 file from offset `start`, its first record. `mark` is a text of hexadecimal digits that no field
    begins with, such as the file's own hash.

    `copy_all` makes a copy in any case; `rewrite` writes every record of it anew.
    """
    mended = Mended(source, mark)
    splitter = Splitter(form, rewrite=rewrite)
    position = start
    with source.open("rb") as stream, _Copy(copy_path, source, start) as copy:
        if copy_all:
            copy.begin(position)
        stream.seek(start)
        for piece in splitter.split(stream):
            if isinstance(piece, Fault):
                mended.count += 1
                mended.faults[piece.reason] += 1
                copy.begin(position)
                copy.write(splitter.placeholder(_content(mark, piece)))
                continue
            mended.count += piece.count
            if not piece.as_found:
                copy.begin(position)
            copy.write(piece.text)
            position += len(piece.text)
        if copy.begun:
            mended.path, mended.is_copy = copy.path, True
    return mended


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


class _Copy:
    """A copy that is begun only when it is needed, and then with all of the file that was regular so far."""

    def __init__(self, path: Path, source: Path, start: int) -> None:
        self.path = path
        self._source, self._start = source, start
        self._stream: BinaryIO | None = None

    @property
    def begun(self) -> bool:
        return self._stream is not None

    def begin(self, position: int) -> None:
        """Copy the source from its first record to `position`, unless the copy is there already."""
        if self.begun:
            return
        self._stream = self.path.open("wb")
        with self._source.open("rb") as again:
            again.seek(self._start)
            left = position - self._start
            while left > 0 and (block := again.read(min(left, BLOCK))):
                self._stream.write(block)
                left -= len(block)

    def write(self, text: bytes) -> None:
        if self._stream is not None:
            self._stream.write(text)

    def __enter__(self) -> _Copy:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._stream is not None:
            self._stream.close()
