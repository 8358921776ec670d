"""An independent reader of delimited text, character by character, to hold the fast one against."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Good:
    values: tuple[str | None, ...]


@dataclass(frozen=True)
class Bad:
    reason: str
    raw: str


def read_slowly(text: str, width: int, delimiter: str = ",", quote: str = '"') -> list[Good | Bad]:
    """Records of a text whose lines end in LF or CRLF, by the rules that `transforms.landing.records` documents."""
    records: list[Good | Bad] = []
    position = 0
    while position < len(text):
        line_end = text.find("\n", position)
        line_end = len(text) if line_end < 0 else line_end
        line = text[position:line_end].rstrip("\r")
        following = min(line_end + 1, len(text))
        if line == "":
            position = following
            continue
        values, stop, fault = _record(text, position, delimiter, quote)
        spans_lines = stop > following
        if spans_lines and (
            fault or (len(values) != width and _holds_record(text[following:stop], width, delimiter, quote))
        ):
            records.append(Bad("unterminated_quote", line))
            position = following
            continue
        if fault:
            records.append(Bad(fault, line))
            position = following
            continue
        raw = text[position:stop].removesuffix("\n").rstrip("\r")
        records.append(Good(tuple(values)) if len(values) == width else Bad("wrong_number_of_fields", raw))
        position = stop
    return records


def _holds_record(text: str, width: int, delimiter: str, quote: str) -> bool:
    for line in text.split("\n"):
        values, _, fault = _record(line, 0, delimiter, quote)
        if fault is None and len(values) == width:
            return True
    return False


def _record(text: str, start: int, delimiter: str, quote: str) -> tuple[list[str | None], int, str | None]:
    values: list[str | None] = []
    position = start

    def at(place: int) -> str:
        return text[place] if place < len(text) else ""

    def ends(place: int) -> int | None:
        """Where the next record begins if a line end or the end of the text is at this place."""
        if place >= len(text):
            return len(text)
        if text[place] == "\n":
            return place + 1
        while at(place) == "\r":
            place += 1
        return min(place + 1, len(text)) if at(place) in {"\n", ""} else None

    while True:
        begin = position
        while at(begin) == " " and delimiter != " ":
            begin += 1
        if at(begin) == quote:
            value, place = "", begin + 1
            while True:
                if place >= len(text):
                    return values, len(text), "unterminated_quote"
                if text[place] == quote:
                    if at(place + 1) != quote:
                        break
                    place += 1
                value += text[place]
                place += 1
            values.append(value)
            position = place + 1
            while at(position) == " " and delimiter != " ":
                position += 1
        else:
            value = ""
            while at(position) != delimiter and ends(position) is None:
                value += text[position]
                position += 1
            values.append(value or None)
        stop = ends(position)
        if stop is not None:
            return values, stop, None
        if at(position) != delimiter:
            line_end = text.find("\n", position)
            return values, len(text) if line_end < 0 else line_end + 1, "stray_quote"
        position += 1
