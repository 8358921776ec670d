"""Make a delimited file fit for a strict reader: itself where it is regular throughout, else a copy without its faults."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from transforms.landing.look import BLOCK
from transforms.landing.records import Fault, Form, Splitter

_SCHEMA = pa.schema([("row_number", pa.int64()), ("reason", pa.string()), ("raw", pa.string())])
_FAULTS_A_GROUP = 10_000


@dataclass
class Mended:
    """What a strict reader is to read. A copy has no header, and an empty record in the place of each faulty one.

    `faults_path` is a Parquet file of (row_number, reason, raw), None where there is no fault.
    """

    path: Path
    is_copy: bool = False
    count: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    faults_path: Path | None = None


def mend(source: Path, start: int, form: Form, folder: Path, *, copy_all: bool, rewrite: bool) -> Mended:
    """Split a UTF-8 file from offset `start`, its first record. Temporary files go to `folder`.

    `copy_all` makes a copy in any case; `rewrite` writes every record of it anew.
    """
    mended = Mended(source)
    splitter = Splitter(form, rewrite=rewrite)
    position = start
    with source.open("rb") as stream, _Copy(folder / "mended", source, start) as copy, _Faults(folder) as faults:
        if copy_all:
            copy.begin(position)
        stream.seek(start)
        for piece in splitter.split(stream):
            if isinstance(piece, Fault):
                mended.count += 1
                mended.faults[piece.reason] += 1
                faults.add(mended.count, piece)
                copy.begin(position)
                copy.write(splitter.placeholder())
                continue
            mended.count += piece.count
            if not piece.as_found:
                copy.begin(position)
            copy.write(piece.text)
            position += len(piece.text)
        if copy.begun:
            mended.path, mended.is_copy = copy.path, True
    if mended.faults:
        mended.faults_path = faults.path
    return mended


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


class _Faults:
    """Writes faulty records to a Parquet file, a group at a time, so that a file of nothing else needs no memory."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "faults.parquet"
        self._writer: pq.ParquetWriter | None = None
        self._pending: list[tuple[int, str, str]] = []

    def add(self, row_number: int, fault: Fault) -> None:
        self._pending.append((row_number, fault.reason, fault.raw))
        if len(self._pending) >= _FAULTS_A_GROUP:
            self._write()

    def _write(self) -> None:
        if not self._pending:
            return
        if self._writer is None:
            self._writer = pq.ParquetWriter(self.path, _SCHEMA)
        columns = [list(column) for column in zip(*self._pending, strict=True)]
        self._writer.write_table(pa.table(columns, schema=_SCHEMA))
        self._pending = []

    def __enter__(self) -> _Faults:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._write()
        if self._writer is not None:
            self._writer.close()
