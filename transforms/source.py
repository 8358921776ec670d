"""A source as the configuration names it: which files, in which layout, and whose they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

Update = Literal["by_path", "snapshot", "by_record"]


@dataclass(frozen=True, kw_only=True)
class Source:
    """One `[[source]]` of the configuration, checked and with its paths resolved.

    `paths` are the files in the order in which the configuration gives them, globs expanded in name order.
    `covers` is the first and last complete day; None: the whole calendar years that its event dates fall in.
    """

    name: str
    profile: str
    paths: tuple[Path, ...]
    facility: str | None = None
    collection: str = "main"
    person_scope: str = ""
    update: Update = "by_path"
    covers: tuple[date, date] | None = None

    @property
    def scope(self) -> str:
        """The prefix of the source's patient identifiers."""
        return self.person_scope or self.name
