"""Create the SQL macros that bring codes as sources write them into one form.

`canonical_code(raw, system)` gives the code in upper case and without dot, or null where the value is no code;
`spreadsheet_damage(raw)` says whether a spreadsheet turned a code into a number or a date; `is_blank_code(raw)` whether
the value is only padding, as `-` is, and so means that no code was given.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

_MACROS = Path(__file__).with_name("canonical.sql")


def create_macros(con: duckdb.DuckDBPyConnection) -> None:
    """Create the macros in the connection's current schema."""
    con.execute(_MACROS.read_text(encoding="utf-8"))
