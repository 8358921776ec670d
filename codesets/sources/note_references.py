"""Read the codes that an instructional note of ICD-10-CM refers to, as ranges of codes.

A note names codes in brackets: `(J18.-)`, `(A00-B99)`, `(C43.2-, C44.2-)`, `(E08-E13 with .52)`, `(T36-T50 with fifth
or sixth character 5)`. A reference covers every code at or below it, and of a range every code from the first to below
the last; a condition on characters becomes a regular expression that a code must match too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain

_CODE = r"[A-Z][0-9][0-9A-Z](?:\.[0-9A-Z]{1,4})?(?![0-9A-Za-z])"
_REFERENCE = re.compile(rf"({_CODE})(?:\s*(?:\.?-)?\s*(?:-|to)\s*({_CODE}))?")
# A few brackets are left open, or closed by a brace.
_BRACKETS = re.compile(r"\(([^()]*)(?:[)}]|$)")
# Outside brackets only what these words announce, or a code with its dot at the end, is a reference: B12 is a vitamin.
_ANNOUNCED = re.compile(
    rf"(?:classifi(?:ed|able) (?:to|in|under)(?: subcategories)?|categor(?:y|ies)|from) "
    rf"((?:{_CODE}[-.,\s]*(?:and |or |to )*)+)"
)
_AT_THE_END = re.compile(rf"[A-Za-z)] ([A-Z][0-9][0-9A-Z]\.[0-9A-Z]{{1,4}}-?(?:{_CODE})?(?: with .*)?)$")

_ORDINALS = {"fourth": 4, "fifth": 5, "six": 6, "sixth": 6, "seventh": 7, "4th": 4, "5th": 5, "6th": 6, "7th": 7}
_PLACES = re.compile(
    r"with (fourth|fifth|sixth|seventh|[4-7]th)(?:( or | to )(six|sixth|seventh))?[ -]?characters? "
    r"\.?([0-9A-Z](?:[0-9A-Z]*|(?:(?:-| or |, )[0-9A-Z])*))$"
)
_FINAL = re.compile(r"with final characters? -?([0-9A-Z]+)$")
_SUFFIXES = re.compile(r"with (?:final characters? )?(\.[0-9A-Z]+-?(?:(?:,? (?:or )?|-|\. ?)\.?[0-9A-Z]+-?)*)$")
_NO_CONDITION = re.compile(r"to indicate intent$")


@dataclass(frozen=True)
class Reference:
    """Codes at or below `first_code`, to below `last_code`; those that match `pattern`, where it is not None."""

    first_code: str
    last_code: str
    pattern: str | None


def references(text: str) -> tuple[Reference, ...]:
    """Return the codes that a note refers to, each once, in its order; none where it is prose alone."""
    groups = [group.strip() for group in _BRACKETS.findall(text) if _REFERENCE.search(group)]
    if not groups:
        groups = [found.strip() for found in _ANNOUNCED.findall(text) or _AT_THE_END.findall(text)]
    return tuple(dict.fromkeys(chain.from_iterable(map(_group, groups))))


def _group(text: str) -> list[Reference]:
    codes, _, rest = text.partition(" with ")
    pattern = None
    if rest:
        condition = _pattern("with " + rest.strip().rstrip(","))
        if condition is None:
            return []
        pattern = condition or None
    return [
        Reference(first.replace(".", ""), (last or first).replace(".", ""), pattern)
        for first, last in _REFERENCE.findall(codes)
    ]


def _pattern(condition: str) -> str | None:
    """The regular expression of a condition on characters; empty where it sets none, None where it cannot be read."""
    if _NO_CONDITION.search(condition):
        return ""
    if found := _PLACES.match(condition):
        first, joined, second, characters = found.groups()
        place = _ORDINALS[first]
        if joined == " to ":
            return f"^.{{{place - 1}}}{characters}"
        one_of = "[" + re.sub(r" or |, ", "", characters) + "]"
        places = [place, *([_ORDINALS[second]] if second else [])]
        return "^(" + "|".join(f".{{{each - 1}}}{one_of}" for each in places) + ")"
    if found := _FINAL.match(condition):
        # The seventh character of an injury or poisoning stands behind the character that is meant.
        return f"{found.group(1)}[A-Z]?$"
    if found := _SUFFIXES.match(condition):
        endings = re.sub(r"(\d+)-\.(\d+)", _spelled_out, found.group(1))
        return "^.{3}(" + "|".join(re.findall(r"[0-9A-Z]+", endings)) + ")"
    return None


def _spelled_out(ends: re.Match[str]) -> str:
    first, last = ends.groups()
    return " .".join(f"{number:0{len(first)}d}" for number in range(int(first), int(last) + 1))
