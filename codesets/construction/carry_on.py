"""Carry what is known of code systems on with the lists and releases that a site added."""

from __future__ import annotations

from pathlib import Path

import duckdb

_FOLDER = Path(__file__).parent
_RELEASE = (_FOLDER / "added_release.sql").read_text(encoding="utf-8")


def carry_on(con: duckdb.DuckDBPyConnection) -> None:
    """Take in dated lists, then one release after the other for as long as one follows on what is known."""
    for file in ("added_code.sql", "added_dated.sql"):
        con.execute((_FOLDER / file).read_text(encoding="utf-8"))
    while con.execute("select count(*) from edition_release").fetchone()[0]:
        con.execute(_RELEASE)
        if not con.execute("select count(*) from next_release").fetchone()[0]:
            break
