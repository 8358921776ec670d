"""Split the bytes of a delimited UTF-8 file into records, exactly, and set the faulty ones aside.

Two ways lead through a file. Blocks in which everything is regular (quotes where RFC 4180 has them, the right number of
delimiters in every record, one kind of line end, no blank line) are recognised set-wise and passed on untouched. Any
other block is read record by record, in a more forgiving way:

- a quote inside an unquoted value is part of the value;
- blanks between a delimiter and a quoted value, on either side, are not part of the value;
- a quoted value may hold line ends. Where the record so made has a wrong number of fields and a line that it swallowed
  is a complete record by itself, or where the quote never closes properly, the line in which the record began is a
  faulty record of its own (`unterminated_quote`) and reading goes on with the next line;
- a blank line is no record.

What is passed on can be read by a strict reader: forgiven records are written anew, and a faulty one is replaced by a
placeholder, so that records keep their numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np

# Longer records are a missing line end or binary junk; the reader that follows takes two million bytes.
MAX_RECORD = 1_000_000
BLOCK = 1 << 19
# Of a faulty record at most this much is kept; a byte may become four characters.
_KEPT = MAX_RECORD // 4

_LF, _CR, _BLANK = 10, 13, 32


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True)
class Form:
    """How a delimited UTF-8 file is written: one-byte delimiter, quote (None: no quoting) and line end."""

    delimiter: bytes
    quote: bytes | None
    line_end: bytes
    width: int


@dataclass(frozen=True)
class Run:
    """Consecutive records as text that a strict reader takes."""

    text: bytes
    count: int


@dataclass(frozen=True)
class Fault:
    """A record that cannot be read: a key of `FAULTS` and the record's text."""

    reason: str
    raw: str


class Splitter:
    """Splits one file into runs of records and faults, in their order."""

    def __init__(self, form: Form, *, rewrite: bool = False) -> None:
        """`rewrite` reads every record one by one and writes it anew."""
        self._form = form
        self._rewrite = rewrite
        self._delimiter = form.delimiter[0]
        self._quote = form.quote[0] if form.quote else None
        # Lone carriage returns end lines only in files that have no other line end.
        self._end = form.line_end[-1:]
        self._written_end = b"\n" if form.line_end == b"\r" else form.line_end
        self._regular = _regular_record(form) if form.quote else None
        self._skipping = False

    def split(self, stream: Readable) -> Iterator[Run | Fault]:
        """Read a stream that stands at the first record after the header; it may give more or less than it is asked."""
        rest, final = b"", False
        while not final:
            block = stream.read(BLOCK)
            final = not block
            buffer = rest + block
            if self._skipping:
                buffer = self._skip(buffer)
            regular = None if self._rewrite or self._skipping else self._regular_prefix(buffer)
            if regular is not None:
                cut, count = regular
                yield Run(buffer[:cut], count)
                rest = buffer[cut:]
                if not final or not rest:
                    continue
                buffer = rest
            rest = yield from self._one_by_one(buffer, final)

    def placeholder(self, content: bytes) -> bytes:
        """A record that stands in the place of a faulty one: its first field is `content`, the others are empty."""
        return content + self._form.delimiter * (self._form.width - 1) + self._written_end

    # -- set-wise ---------------------------------------------------------------------------------------------------

    def _regular_prefix(self, buffer: bytes) -> tuple[int, int] | None:
        """Length and number of records of the part of a buffer up to its last line end, or None if irregular."""
        if self._end != b"\n" or b"\x00" in buffer:
            return None
        bytes_ = np.frombuffer(buffer, np.uint8)
        ends = bytes_ == _LF
        quoted = None
        if self._quote is not None and self._form.quote in buffer:
            quotes = bytes_ == self._quote
            quoted = np.bitwise_xor.accumulate(quotes.view(np.uint8)).view(bool)
            ends &= ~quoted
        positions = np.flatnonzero(ends)
        if len(positions) == 0:
            return None
        cut = int(positions[-1]) + 1
        bytes_ = bytes_[:cut]
        if quoted is not None and not self._quotes_are_regular(bytes_, np.flatnonzero(quotes[:cut])):
            return None
        delimiters = bytes_ == self._delimiter
        returns = bytes_ == _CR if b"\r" in buffer[:cut] else None
        if quoted is not None:
            delimiters &= ~quoted[:cut]
            returns = None if returns is None else returns & ~quoted[:cut]
        if not self._line_ends_are_regular(positions, returns):
            return None
        starts = np.concatenate(([0], positions[:-1] + 1))
        fields = np.add.reduceat(delimiters.view(np.uint8), starts, dtype=np.int64) + 1
        lengths = positions - starts
        if (fields != self._form.width).any() or lengths.max() > MAX_RECORD:
            return None
        if lengths.min() < len(self._form.line_end) or not is_utf8(buffer[:cut]):
            return None
        return cut, len(positions)

    def _quotes_are_regular(self, bytes_: np.ndarray, quotes: np.ndarray) -> bool:
        """Every quote opens after a delimiter or line end, closes before one, or is one of a doubled pair.

        The last byte is a line end, so the byte before the first one, which wraps round to it, passes.
        """
        before, after = bytes_[quotes[0::2] - 1], bytes_[quotes[1::2] + 1]
        opens = (before == self._delimiter) | (before == _LF) | (before == self._quote)
        closes = (after == self._delimiter) | (after == _LF) | (after == self._quote) | (after == _CR)
        return bool(opens.all() and closes.all())

    def _line_ends_are_regular(self, positions: np.ndarray, returns: np.ndarray | None) -> bool:
        """Outside quotes, carriage returns stand before every line feed or nowhere, as the file's head has it."""
        if self._form.line_end == b"\n":
            return returns is None or not returns.any()
        if returns is None or positions[0] == 0:
            return False
        return bool(returns[positions - 1].all() and np.count_nonzero(returns) == len(positions))

    # -- record by record -------------------------------------------------------------------------------------------

    def _one_by_one(self, buffer: bytes, final: bool) -> Iterator[Run | Fault]:
        """Yield the records of an irregular buffer; return the rest that needs more of the file."""
        out: list[bytes] = []
        position = 0
        while position < len(buffer):
            record = self._record(buffer, position, final)
            if record is None:
                break
            stop, text = record
            if isinstance(text, Fault):
                if out:
                    yield Run(b"".join(out), len(out))
                yield text
                out = []
            elif text is not None:
                out.append(text)
            position = stop
        if out:
            yield Run(b"".join(out), len(out))
        return buffer[position:]

    def _record(self, buffer: bytes, start: int, final: bool) -> tuple[int, bytes | Fault | None] | None:
        """One record from `start`: where the next begins, and its text, fault, or None for a blank line.

        None in place of the pair: the buffer ends before the record does.
        """
        stop = buffer.find(self._end, start)
        if stop < 0:
            if not final and len(buffer) - start <= MAX_RECORD:
                return None
            self._skipping = not final
            stop = len(buffer)
        after = min(stop + 1, len(buffer))
        if stop - start > MAX_RECORD:
            return after, Fault("line_too_long", _text(buffer[start : start + _KEPT]))
        line = _without_return(buffer[start:stop])
        if not line:
            return after, None
        if self._quote is None or self._form.quote not in line:
            return after, self._judged(line, line.count(self._form.delimiter) + 1, line + self._written_end)
        if not self._rewrite and (match := self._regular.match(buffer, start, start + MAX_RECORD)):
            stop = match.end()
            if buffer[stop - 1 : stop] == b"\n" or (final and stop == len(buffer)):
                text = match.group(1)
                return stop, self._judged(text, self._form.width, text + self._written_end)
        return self._quoted_record(buffer, start, after, line, final)

    def _quoted_record(
        self, buffer: bytes, start: int, after: int, line: bytes, final: bool
    ) -> tuple[int, bytes | Fault | None] | None:
        """A record with quotes that are not, or not surely, regular; `after` is where the next line begins."""
        fields = read_fields(buffer, start, self._form.delimiter, self._form.quote, self._end)
        if fields.stop == len(buffer) and not final and len(buffer) - start <= MAX_RECORD:
            # What follows may double the last quote, or close it.
            return None
        several_lines = fields.stop > after
        if several_lines and (
            fields.fault
            or fields.stop - start > MAX_RECORD
            or (len(fields.values) != self._form.width and self._swallows_a_record(buffer, after, fields.stop))
        ):
            return after, self._fault("unterminated_quote", line)
        raw = _without_return(buffer[start : fields.stop].removesuffix(self._end))
        if fields.fault:
            return after, self._fault(fields.fault, line)
        return fields.stop, self._judged(raw, len(fields.values), self._written(fields.values))

    def _swallows_a_record(self, buffer: bytes, start: int, stop: int) -> bool:
        """Whether one of the lines from `start` is a complete record by itself."""
        for line in buffer[start:stop].split(self._end):
            alone = read_fields(line, 0, self._form.delimiter, self._form.quote, self._end)
            if alone.fault is None and len(alone.values) == self._form.width:
                return True
        return False

    def _judged(self, raw: bytes, width: int, text: bytes) -> bytes | Fault:
        if b"\x00" in raw:
            return self._fault("nul_byte", raw)
        if not is_utf8(raw):
            return self._fault("invalid_encoding", raw)
        if width != self._form.width:
            return self._fault("wrong_number_of_fields", raw)
        if b"\r" in raw and self._quote is None:
            return self._fault("stray_carriage_return", raw)
        if self._rewrite or self._end == b"\r" or b"\r" in raw:
            values = read_fields(raw, 0, self._form.delimiter, self._form.quote, self._end).values
            return self._written(values)
        return text

    def _fault(self, reason: str, raw: bytes) -> Fault:
        return Fault(reason, _text(raw))

    def _written(self, values: list[tuple[bytes, bool]]) -> bytes:
        """Fields as a strict reader takes them: quoted where they were or need to be."""
        if not self._form.quote:
            return self._form.delimiter.join(value for value, _ in values) + self._written_end
        quote = self._form.quote
        special = (quote, self._form.delimiter, b"\n", b"\r", b" ")
        return (
            self._form.delimiter.join(
                quote + value.replace(quote, quote * 2) + quote
                if was_quoted or any(byte in value for byte in special)
                else value
                for value, was_quoted in values
            )
            + self._written_end
        )

    def _skip(self, buffer: bytes) -> bytes:
        """Drop the rest of a record that was too long."""
        stop = buffer.find(self._end)
        if stop < 0:
            return b""
        self._skipping = False
        return buffer[stop + 1 :]


@dataclass(frozen=True)
class Fields:
    """Fields of one record, each with whether it was quoted; where the next record begins; what is wrong, if so."""

    values: list[tuple[bytes, bool]]
    stop: int
    fault: str | None = None


def read_fields(buffer: bytes, start: int, delimiter: bytes, quote: bytes | None, end: bytes) -> Fields:
    """Read one record from `start`, over several lines where a quoted value holds line ends."""
    values: list[tuple[bytes, bool]] = []
    line_stop = _find(buffer, end, start)
    position = start
    while True:
        opening = position
        while buffer[opening : opening + 1] == b" " != delimiter:
            opening += 1
        if quote is not None and buffer[opening : opening + 1] == quote:
            closing = _closing_quote(buffer, opening + 1, quote)
            if closing < 0:
                return Fields(values, len(buffer), "unterminated_quote")
            values.append((buffer[opening + 1 : closing].replace(quote * 2, quote), True))
            position = closing + 1
            while buffer[position : position + 1] == b" " != delimiter:
                position += 1
            if position > line_stop:
                line_stop = _find(buffer, end, position)
            if buffer[position : position + 1] == b"\r" and not buffer[position:line_stop].strip(b"\r"):
                position = line_stop
        else:
            stop = min(_find(buffer, delimiter, position), line_stop)
            value = buffer[position:stop]
            values.append((_without_return(value) if stop == line_stop else value, False))
            position = stop
        if position >= line_stop:
            return Fields(values, min(line_stop + 1, len(buffer)))
        if buffer[position : position + 1] != delimiter:
            return Fields(values, min(line_stop + 1, len(buffer)), "stray_quote")
        position += 1


def _closing_quote(buffer: bytes, position: int, quote: bytes) -> int:
    """Where a quoted value ends; a doubled quote is part of it. Below 0: nowhere."""
    found = buffer.find(quote, position)
    while found >= 0 and buffer[found + 1 : found + 2] == quote:
        found = buffer.find(quote, found + 2)
    return found


def _regular_record(form: Form) -> re.Pattern[bytes]:
    """One record of the right number of fields after RFC 4180, its text as group 1, and its line end."""
    quote, delimiter = re.escape(form.quote), re.escape(form.delimiter)
    quoted = b"%(q)b[^%(q)b]*+(?:%(q)b%(q)b[^%(q)b]*+)*+%(q)b" % {b"q": quote}
    value = b"(?:%b|[^%b%b\\r\\n]*+)" % (quoted, quote, delimiter)
    more = b"(?:%b%b){%d}" % (delimiter, value, form.width - 1)
    return re.compile(b"(%b%b)(?:\\r?\\n|\\Z)" % (value, more))


def _find(buffer: bytes, what: bytes, start: int) -> int:
    found = buffer.find(what, start)
    return found if found >= 0 else len(buffer)


def _without_return(line: bytes) -> bytes:
    """A line without the carriage returns before its line feed; careless conversion makes it several."""
    return line.rstrip(b"\r")


def _text(raw: bytes) -> str:
    """Faulty bytes as text that any table can hold; bytes that are no UTF-8 are spelled out as \\xNN."""
    return raw[:_KEPT].decode("utf-8", "backslashreplace").replace("\x00", "\\x00")


def is_utf8(data: bytes) -> bool:
    if data.isascii():
        return True
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
