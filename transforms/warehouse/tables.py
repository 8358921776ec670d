"""Create the warehouse's tables, empty and commented, in a new database."""

from __future__ import annotations

from pathlib import Path

import duckdb

from codesets.database import create_tables

_CODES = Path(__file__).parents[2] / "codesets" / "schema.sql"
_SCHEMA = Path(__file__).parent / "schema"

# In the order in which a run fills them.
_FILES = ("landing", "core", "quality", "stats", "influence", "meta")

# What reads several schemas.
_ACROSS = ("record_influence",)

# What an analyst finds in a published warehouse; anything else in it is a leftover.
SCHEMAS = ("codes", *_FILES)


def create(connection: duckdb.DuckDBPyConnection) -> None:
    """Create every schema and table of the contract, each table and column with its comment; `codes` may be there."""
    if not connection.execute(
        "select exists (from duckdb_tables() where database_name = current_database() and schema_name = 'codes')"
    ).fetchone()[0]:
        create_tables(connection, _CODES)
    for name in (*_FILES, *_ACROSS):
        create_tables(connection, _SCHEMA / f"{name}.sql")


def uncommented(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Name what has no comment in the warehouse's schemas: tables, views and columns, as `schema.table[.column]`."""
    return [
        name
        for (name,) in connection.execute(
            """
            select schema_name || '.' || table_name as name from duckdb_tables()
            where list_contains(?, schema_name) and coalesce(comment, '') = ''
            union all
            select schema_name || '.' || view_name from duckdb_views()
            where list_contains(?, schema_name) and coalesce(comment, '') = '' and not internal
            union all
            select schema_name || '.' || table_name || '.' || column_name from duckdb_columns()
            where list_contains(?, schema_name) and coalesce(comment, '') = '' and not internal
            order by name
            """,
            [list(SCHEMAS)] * 3,
        ).fetchall()
    ]
