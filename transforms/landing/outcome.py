"""What becomes of a file that is taken in: a batch of rows, or a refusal with its reason."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Literal

Status = Literal["live", "superseded", "withdrawn"]


@dataclass(frozen=True)
class Batch:
    """One version of one file, read into `rows_path`.

    The Parquet file holds `_row_number` (1 = first record after the header), `_fault` (null where the record could be
    read, else a key of `FAULTS`), `_raw` (the text of a faulty record) and then `columns`, all text. `message` says
    what a person should know about the batch; it holds no value of the file.
    """

    batch_id: str
    source: str
    role: str
    file_name: str
    sha256: str
    rows_read: int
    rows_faulty: int
    rows_path: Path
    columns: tuple[str, ...]
    status: Status = "live"
    superseded_by: str | None = None
    message: str | None = None
    faults: Mapping[str, int] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Refusal:
    """A file that cannot be used at all. `sha256` is None where its bytes could not be read to the end."""

    source: str
    role: str | None
    file_name: str
    sha256: str | None
    reason: str
    message: str

    @property
    def batch_id(self) -> str:
        """An identifier for the table of batches, stable as long as the same file is refused for the same reason."""
        return digest(["refused", self.source, self.role, self.file_name, self.sha256, self.reason])


@dataclass(frozen=True)
class Rows:
    """What a reader wrote to `rows.parquet`: columns, records and faults counted, how it read, notes for a person."""

    columns: tuple[str, ...]
    count: int
    faults: Mapping[str, int]
    reader: Mapping[str, str]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ingested:
    """All batches of a source, the live ones first in configuration order, and the files that were refused."""

    batches: tuple[Batch, ...]
    refusals: tuple[Refusal, ...]

    @property
    def live(self) -> tuple[Batch, ...]:
        return tuple(batch for batch in self.batches if batch.status == "live")


class Refused(Exception):  # noqa: N818 - the name of what happened, not of a defect
    """Raised by a reader that cannot use a file; becomes a `Refusal`. The text names no folder and no value."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message


# Why a record could not be read, and the sentence that `landing.reject` gives with it.
FAULTS: Mapping[str, str] = MappingProxyType(
    {
        "wrong_number_of_fields": "The record has not as many fields as the header ({width}): look for a delimiter "
        "inside a value that is not quoted, or for a line that was cut.",
        "unterminated_quote": "A quote opens in this line and is not closed where a value can end: the line is set "
        "aside by itself and reading goes on with the next one. Close the quote, or double it if it is part of the "
        "value.",
        "stray_quote": "Text follows a closing quote before the next delimiter: double a quote that is part of the "
        "value.",
        "stray_carriage_return": "The record holds a carriage return inside a value that is not quoted, in a file "
        "without quoting: take it out or quote the value.",
        "invalid_encoding": "The record holds bytes that are no text of its encoding: export the file again in one "
        "encoding.",
        "nul_byte": "The record holds a NUL byte, as a file damaged in transfer does: fetch or export it again.",
        "line_too_long": "The record is longer than {limit} bytes, and only its beginning is kept: look for a missing "
        "line end.",
    }
)


def digest(content: object) -> str:
    """SHA-256 of a value's canonical JSON."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()
