"""Verify a warehouse before it is published: its counts reconcile, its keys are unique, its references resolve."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb

_FILE = Path(__file__).with_name("identities.sql")
_STATEMENT = re.compile(r"^-- identity: (?P<name>.+)\n(?P<sql>(?s:.+?));$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Identity:
    """A statement that gives one row: the two sides of what must be equal."""

    name: str
    sql: str


@dataclass(frozen=True, kw_only=True)
class Broken:
    """An identity that does not hold, with its two sides."""

    name: str
    left: Decimal | None
    right: Decimal | None


class BrokenIdentity(Exception):  # noqa: N818 - what it is, said as everywhere else
    """The warehouse contradicts itself and must not be published; `broken` lists every identity that fails."""

    def __init__(self, broken: tuple[Broken, ...]) -> None:
        self.broken = broken
        lines = [f"{identity.name}: {identity.left} is not {identity.right}" for identity in broken]
        super().__init__("identities that do not hold:\n" + "\n".join(f"  {line}" for line in lines))


def identities() -> Iterator[Identity]:
    """Read the identities from their file, in its order."""
    for match in _STATEMENT.finditer(_FILE.read_text(encoding="utf-8")):
        yield Identity(name=match["name"], sql=match["sql"])


def verify(connection: duckdb.DuckDBPyConnection, on_progress: Callable[[str], None] | None = None) -> None:
    """Check every identity and write both sides of each to `meta.identity_check`.

    Raises:
        BrokenIdentity: with all that do not hold; the check of each is written nevertheless.
    """
    broken = []
    connection.execute("delete from meta.identity_check")
    checks = list(identities())
    for identity in checks:
        left, right = connection.execute(identity.sql).fetchone()
        holds = left is not None and left == right
        connection.execute("insert into meta.identity_check values (?, ?, ?, ?)", [identity.name, left, right, holds])
        if not holds:
            broken.append(Broken(name=identity.name, left=left, right=right))
    if broken:
        raise BrokenIdentity(tuple(broken))
    if on_progress:
        on_progress(f"{len(checks)} identities hold")
