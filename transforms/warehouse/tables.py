"""Create the warehouse's tables, empty and commented, in a new database."""

from __future__ import annotations

from pathlib import Path

import duckdb

from codesets.database import CODES_SCHEMA, columns, create_tables

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
        create_tables(connection, CODES_SCHEMA)
    for name in (*_FILES, *_ACROSS):
        create_tables(connection, _SCHEMA / f"{name}.sql")


def lacking(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Name what this version's tables and views have and the warehouse has not, as `schema.table.column`, in order."""
    found = {
        name
        for (name,) in connection.execute(
            """
            select schema_name || '.' || table_name || '.' || column_name
            from duckdb_columns()
            where database_name = current_database() and not internal
            """
        ).fetchall()
    }
    files = [CODES_SCHEMA, *(_SCHEMA / f"{name}.sql" for name in (*_FILES, *_ACROSS))]
    declared = [f"{table}.{column}" for file in files for table, column, _ in columns(file.read_text(encoding="utf-8"))]
    return [name for name in declared if name not in found]


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
