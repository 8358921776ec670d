"""Open DuckDB the one way Farr opens it, and create tables from commented DDL files."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

# Leaves room for Python, pandas and the page cache under the 4 GB the main job may use.
MEMORY_LIMIT = "2500MB"

# The tables of schema `codes`, in the reference data and in every warehouse.
CODES_SCHEMA = Path(__file__).with_name("schema.sql")

# The tables that only the reference data have.
REFERENCE_SCHEMA = Path(__file__).with_name("reference_schema.sql")

_STATEMENT = re.compile(r"create\s+(?:table|view)\s+([\w.]+)", re.IGNORECASE)
_COLUMN = re.compile(r"^\s{4}(\w+)\s+[\w(), \[\]']+?,?\s*--\s*(.+)$")


def connect(
    path: Path | str = ":memory:",
    *,
    read_only: bool = False,
    temp_directory: Path | None = None,
    memory_limit: str = MEMORY_LIMIT,
) -> duckdb.DuckDBPyConnection:
    """Open a database with extensions' auto-install off (nothing is fetched) and spilling bounded to one folder."""
    config = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "memory_limit": memory_limit,
    }
    if temp_directory is not None:
        config["temp_directory"] = str(temp_directory)
    connection = duckdb.connect(str(path), read_only=read_only, config=config)
    # DuckDB would draw into what a command prints, where the output goes to a pipe too.
    connection.execute("set enable_progress_bar = false")
    return connection


@contextmanager
def without_pandas() -> Iterator[None]:
    """Keep DuckDB from loading pandas, as it does for the first value that is bound to a statement.

    Loading takes longer than a command that answers at once may take; where pandas is loaded already, nothing changes.
    """
    if "pandas" in sys.modules:
        yield
        return
    sys.modules["pandas"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules["pandas"]


def identifier(name: str) -> str:
    """Quote a name for use as an SQL identifier, whatever characters it holds."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Quote a text for the few places of SQL that take no bound parameter (COMMENT ON, ATTACH, table functions)."""
    return "'" + text.replace("'", "''") + "'"


def create_tables(connection: duckdb.DuckDBPyConnection, ddl: Path) -> None:
    """Run a DDL file, and turn its trailing `-- text` after each table's opening line and column into COMMENTs.

    The file holds `create schema` lines and `create table` statements with four-space indented columns; the comment
    of a table stands on its `create table` line. Every table and column must carry one.
    """
    text = ddl.read_text(encoding="utf-8")
    connection.execute(text)
    for statement in comments(text):
        connection.execute(statement)


def table_names(ddl: str) -> list[str]:
    """Name the tables that a DDL text creates, as `schema.table`, in its order."""
    return [found.group(1) for line in ddl.splitlines() if (found := _STATEMENT.search(line))]


def columns(ddl: str) -> Iterator[tuple[str, str, str]]:
    """Yield the columns of a DDL text's tables and views: `schema.table`, the column, and its comment."""
    table = None
    for line in ddl.splitlines():
        if opening := _STATEMENT.search(line):
            table = opening.group(1)
        elif table and (column := _COLUMN.match(line)):
            yield table, column.group(1), column.group(2).strip()


def comments(ddl: str) -> Iterator[str]:
    """Yield one `comment on` statement for each commented table and column of a DDL text."""
    for line in ddl.splitlines():
        if (opening := _STATEMENT.search(line)) and "--" in line:
            yield f"comment on table {opening.group(1)} is {literal(line.split('--', 1)[1].strip())}"
    for table, column, text in columns(ddl):
        yield f"comment on column {table}.{identifier(column)} is {literal(text)}"
