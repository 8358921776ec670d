"""Title, question, footnotes and place of each table of figures, from its specification in reports/tables."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).with_name("tables")
LAST = 10_000


@dataclass(frozen=True)
class TableWords:
    """The words around a table of figures."""

    table_id: str
    title: str
    question: str
    footnotes: tuple[str, ...]
    order: int
    measures: tuple[str, ...]


@cache
def specified() -> dict[str, TableWords]:
    """The words of every specified table, by its id."""
    entries = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.toml"))}
    return {
        name: TableWords(
            table_id=name,
            title=entry["title"],
            question=entry.get("question", ""),
            footnotes=tuple(entry.get("footnotes", ())),
            order=entry.get("order", LAST),
            measures=tuple(entry.get("measures", ())),
        )
        for name, entry in entries.items()
    }


def table_words(table_id: str) -> TableWords:
    """The words of a table; one that is not specified is titled by its id."""
    title = table_id.replace("_", " ").capitalize()
    return specified().get(table_id) or TableWords(table_id, title, "", (), LAST, ())
