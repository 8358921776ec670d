"""Find out from its first lines how a delimited file is written: delimiter, quote, line end and header."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from transforms.landing.outcome import Refused
from transforms.landing.records import Fields, read_fields
from transforms.profiles.layout import FileLayout

# Tried in this order where the profile names none.
DELIMITERS = (b",", b";", b"\t", b"|", b"^", b"~", b"\x1f", b"\x01")
_QUOTES = (b'"', b"'")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_SAMPLED_RECORDS = 50


@dataclass(frozen=True)
class Dialect:
    """How a UTF-8 file is written. `start` is the offset of the first record, after the header if there is one."""

    delimiter: bytes
    quote: bytes | None
    line_end: bytes
    header: tuple[str, ...] | None
    start: int


def dialect_of(file_name: str, head: bytes, layout: FileLayout) -> Dialect:
    """Judge the first bytes of a UTF-8 file, of which the header must be a part. Raises `Refused`."""
    if b"\x00" in head[: head.find(b"\n") + 1]:
        raise Refused(
            "unsupported_format", f"{file_name}: expected a header of text, found NUL bytes in its first line."
        )
    line_end = _line_end(head)
    end = line_end[-1:]
    position = len(_BYTE_ORDER_MARK) if head.startswith(_BYTE_ORDER_MARK) else 0
    named, position = _separator_line(head, position, end)
    while (stop := head.find(end, position)) >= 0 and not head[position:stop].strip():
        position = stop + 1
    quote = _quote(file_name, head[position:], layout)
    delimiter = _declared(file_name, "delimiter", layout.delimiter) or named
    if delimiter is None:
        delimiter = _most_consistent(head, position, quote, end, layout.required)
    if not layout.header:
        return Dialect(delimiter, quote, line_end, None, position)
    fields = read_fields(head, position, delimiter, quote, end)
    if fields.fault:
        raise Refused(
            "unreadable_header", f"{file_name}: expected a header line, found one with a quote that is not closed."
        )
    header = tuple(value.decode("utf-8", "replace") for value, _ in fields.values)
    return Dialect(delimiter, quote, line_end, header, fields.stop)


def _line_end(head: bytes) -> bytes:
    """The first line end outside a doubt: what ends the first line, as most files have but one kind."""
    feed, carriage = head.find(b"\n"), head.find(b"\r")
    if feed >= 0:
        return b"\r\n" if feed > 0 and head[feed - 1] == 13 else b"\n"
    return b"\r" if carriage >= 0 else b"\n"


def _separator_line(head: bytes, position: int, end: bytes) -> tuple[bytes | None, int]:
    """The delimiter that a spreadsheet's first line `sep=;` names, and where the next line begins."""
    stop = head.find(end, position)
    line = head[position:stop].strip(b'"\r') if stop >= 0 else b""
    if line[:4].lower() == b"sep=" and len(line) == 5:
        return line[4:], stop + 1
    return None, position


def _declared(file_name: str, what: str, text: str | None) -> bytes | None:
    if text is None:
        return None
    encoded = text.encode("utf-8")
    if len(encoded) != 1:
        raise Refused("unsupported_format", f"{file_name}: the profile's {what} must be one ASCII character.")
    return encoded


def _quote(file_name: str, head: bytes, layout: FileLayout) -> bytes | None:
    """The quote declared ('' for none), else the double quote, unless the header has single quotes round its names."""
    if layout.quote is not None:
        return _declared(file_name, "quote", layout.quote) if layout.quote else None
    first = head.splitlines()[0].strip() if head.strip() else b""
    single = first.startswith(b"'") and first.endswith(b"'") and b'"' not in first
    return _QUOTES[single]


def _most_consistent(head: bytes, start: int, quote: bytes | None, end: bytes, required: Sequence[str]) -> bytes:
    """The delimiter that finds most required columns, then most records as wide as the first one, then most fields."""
    wanted = {name.strip().casefold().encode() for name in required}

    def merit(delimiter: bytes) -> tuple[int, float, int]:
        records = _first_records(head, start, delimiter, quote, end)
        width = len(records[0].values) if records else 0
        if width < 2:
            return 0, 0.0, width
        names = {value.strip().decode("utf-8", "replace").casefold().encode() for value, _ in records[0].values}
        alike = sum(len(record.values) == width for record in records) / len(records)
        return len(wanted & names), alike, width

    return max(DELIMITERS, key=merit)


def _first_records(head: bytes, start: int, delimiter: bytes, quote: bytes | None, end: bytes) -> list[Fields]:
    records: list[Fields] = []
    position = start
    while position < len(head) and len(records) < _SAMPLED_RECORDS:
        record = read_fields(head, position, delimiter, quote, end)
        if record.stop >= len(head) and records:
            # Perhaps cut by the end of what was looked at.
            break
        if any(value for value, _ in record.values):
            records.append(record)
        position = max(record.stop, position + 1)
    return records
