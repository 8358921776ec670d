"""Which sources of reference data a site takes: any can be switched off, and unverified lists switched on.

    Switches(off=("ahrq_ccsr", "cpt"), unverified=("avoidable_mortality",))

The names are those of `codesets/lists/sources.csv`, which says of each source what it is, its release, its licence and
what is missing without it. Nothing here needs more than the standard library, so that reading a configuration is quick.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

_LIST = Path(__file__).parent / "lists" / "sources.csv"

# Sources that hold only when they are asked for.
UNVERIFIED = ("avoidable_mortality",)


class SwitchError(ValueError):
    """A source that does not exist, or that cannot be switched in this way."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """One source: its name, what it is, what carries it, and what of the reference data comes from it.

    `tables` are tables of readers (see `codesets.construction`), `schemes` grouping schemes, `lists` files of what a
    classification says of codes, `attributes` what is said of codes by it (and `code_status` and `note`, where it says
    which codes are valid or prints notes); `without` says in words what is missing where it is off.
    """

    name: str
    title: str
    package: str | None
    release: str
    licence: str
    tables: tuple[str, ...]
    schemes: tuple[str, ...]
    lists: tuple[str, ...]
    attributes: tuple[str, ...]
    without: str


@lru_cache(maxsize=1)
def sources() -> tuple[Source, ...]:
    """Read every source, in the order of the list."""
    with _LIST.open(encoding="utf-8", newline="") as file:
        return tuple(
            Source(
                name=row["name"],
                title=row["title"],
                package=row["package"] or None,
                release=row["release"],
                licence=row["licence"],
                tables=tuple(row["tables"].split()),
                schemes=tuple(row["schemes"].split()),
                lists=tuple(row["lists"].split()),
                attributes=tuple(row["attributes"].split()),
                without=row["without"],
            )
            for row in csv.DictReader(file, strict=True)
        )


@dataclass(frozen=True, kw_only=True)
class Switches:
    """The sources that are off, and the unverified ones that are on, by name and in order.

    Raises:
        SwitchError: where a name is that of no source; it lists those there are.
    """

    off: tuple[str, ...] = field(default=())
    unverified: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        _refuse_unknown(self.off, [source.name for source in sources() if source.name not in UNVERIFIED])
        _refuse_unknown(self.unverified, UNVERIFIED)
        object.__setattr__(self, "off", tuple(sorted(set(self.off))))
        object.__setattr__(self, "unverified", tuple(sorted(set(self.unverified))))

    def is_on(self, source: str) -> bool:
        """Whether a source is part of the reference data."""
        return source in self.unverified if source in UNVERIFIED else source not in self.off


def _refuse_unknown(names: Iterable[str], known: Iterable[str]) -> None:
    for name in names:
        if name not in known:
            close = get_close_matches(name, list(known), n=1)
            hint = f'; did you mean "{close[0]}"?' if close else "."
            raise SwitchError(f'there is no source "{name}"{hint} Expected one of {", ".join(known)}')


# As shipped: every verified source.
SHIPPED = Switches()
