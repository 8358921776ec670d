"""The words of reports, from wording.toml: measures, marks, steps, methods and the glossary."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("wording.toml")


@dataclass(frozen=True)
class Measure:
    """How a measure is named and written. `kind` is count, mean, share or rate."""

    name: str
    title: str
    unit: str
    kind: str
    method: str

    @property
    def axis(self) -> str:
        """The title of an axis: the measure with its unit, once where both are the same word."""
        return self.title if self.kind == "count" or not self.unit else f"{self.title}, {self.unit}"


@cache
def words() -> dict:
    """The whole of wording.toml."""
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


@cache
def measure(name: str) -> Measure:
    """The words for a measure; one that the list lacks is named after itself and written as a plain number."""
    entry = words()["measures"].get(name, {})
    return Measure(
        name=name,
        title=entry.get("title", name.replace("_", " ").capitalize()),
        unit=entry.get("unit", ""),
        kind=entry.get("kind", "mean"),
        method=entry.get("method", ""),
    )


def word(family: str, name: str | None) -> str:
    """The words for a coded value, e.g. `word("severities", "warns")`; without an entry, the value itself, spaced."""
    if name is None:
        return ""
    return words()[family].get(name, name.replace("_", " ").capitalize())
