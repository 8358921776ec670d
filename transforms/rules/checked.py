"""The relations that rules read: records joined once to what is said of their codes, in a database of their own.

`checked` is attached in memory beside the warehouse, so that nothing of it is in the file that is published. Most
relations are views; what many rules share (`checked.code`, `checked.principal`, `checked.marked_diagnosis`) is
written once. Each relation is one file of `relations/`, created in the order of their names.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import lru_cache
from pathlib import Path

import duckdb

from codesets.canonical import create_macros
from codesets.database import create_tables, identifier
from codesets.suggest import suggest
from transforms.rules.code_lists import CodeList, write_ranges
from transforms.rules.rule_tables import RuleTable, write_rule_tables

_FOLDER = Path(__file__).parent
_RELATIONS = _FOLDER / "relations"
_ROOT = _FOLDER.parents[1]


def attach(
    con: duckdb.DuckDBPyConnection,
    on_progress: Callable[[str], None] | None = None,
    lists: Iterable[CodeList] = (),
    tables: Mapping[str, RuleTable] | None = None,
    lists_of_diagnoses: Collection[str] | None = None,
) -> None:
    """Attach `checked` to the connection and create its relations over the warehouse, its default catalog.

    `lists` are those that the rules to be run name; the relations of listed records hold no others, and listed
    diagnoses only those of `lists_of_diagnoses` where it is given. `tables` fill the relations that are made from
    files, which are else empty. `con` must not be in a transaction: DuckDB writes to
    one database in each. The warehouse has the macros of `codesets.canonical`.
    """
    detach(con)
    con.execute("attach ':memory:' as checked")
    write_ranges(con, lists, lists_of_diagnoses)
    for path in sorted(_RELATIONS.glob("*.sql")):
        con.execute(path.read_text(encoding="utf-8").format(warehouse=warehouse(con)))
    con.execute("drop table checked.list_range")
    con.execute("drop table checked.code_in_use")
    write_rule_tables(con, tables or {})
    _suggest(con)
    if on_progress is not None:
        marked = con.execute("select count(*) from checked.marked_diagnosis").fetchone()[0]
        on_progress(f"{marked:,} diagnoses have codes that rules look at")


def _suggest(con: duckdb.DuckDBPyConnection) -> None:
    """Create `checked.suggestion`: for each wrong code in use the likeliest that may have been meant, and why.

    A suggestion in another system stands with that system before it.
    """
    wrong = "select system, code as code_raw, code_status, on_date from checked.wrong_code"
    suggest(con, wrong, into="likeliest", maximum=1)
    con.execute("""
        create table checked.suggestion as
        select
            system,
            code_raw as code,
            code_status,
            if(suggested_system = system, suggestion, suggested_system || ' ' || suggestion) as suggestion,
            reason
        from likeliest
    """)
    con.execute("drop table likeliest")
    con.execute("drop table checked.wrong_code")


def warehouse(con: duckdb.DuckDBPyConnection) -> str:
    """The quoted name of the connection's default catalog, by which relations in `checked` reach its tables."""
    return identifier(con.execute("select current_database()").fetchone()[0])


def detach(con: duckdb.DuckDBPyConnection) -> None:
    """Let go of `checked`, if it is attached."""
    con.execute("detach database if exists checked")


@lru_cache(maxsize=1)
def relations() -> dict[str, dict[str, str]]:
    """Each relation's columns and their types, as they are over empty tables of the warehouse."""
    con = duckdb.connect(":memory:", config={"threads": 1})
    create_macros(con)
    create_tables(con, _ROOT / "codesets" / "schema.sql")
    create_tables(con, _ROOT / "transforms" / "warehouse" / "schema" / "core.sql")
    attach(con)
    columns: dict[str, dict[str, str]] = {}
    found = con.execute("""
        select table_name, column_name, data_type from duckdb_columns()
        where database_name = 'checked' order by table_name, column_index
    """).fetchall()
    for relation, column, kind in found:
        columns.setdefault(relation, {})[column] = kind
    con.close()
    return columns
