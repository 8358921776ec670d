"""Judge a rule's query before it ever runs: one SELECT over `checked`, without clock, chance, files or settings.

DuckDB's own parser gives the query as a tree (`json_serialize_sql`, which takes nothing but SELECT statements), and
only what is known to be harmless passes: tables of `checked` and the query's own common table expressions, the table
functions in TABLE_FUNCTIONS, and built-in functions that give the same answer for the same arguments. A file can thus
be neither read nor written, and nothing outside the checked relations can be seen. `enable_external_access` is not
used for this, because once off it cannot be put back on for the rest of the run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

import duckdb

from transforms.rules.header import RuleError

TABLE_FUNCTIONS = frozenset({"unnest", "generate_series", "range"})
_TABLES = frozenset({"BASE_TABLE", "JOIN", "SUBQUERY", "EXPRESSION_LIST", "EMPTY", "TABLE_FUNCTION"})
_NAMES_OF_THE_MOMENT = frozenset(
    {
        "current_date",
        "current_time",
        "current_timestamp",
        "localtime",
        "localtimestamp",
        "user",
        "current_user",
        "session_user",
        "current_role",
        "current_catalog",
        "current_schema",
    }
)
_PLAIN_NAME = re.compile(r"^[a-z_][a-z0-9_]*$")


def check_query(name: str, query: str, relations: Iterable[str]) -> None:
    """Raise RuleError, naming the file `name`, where the query is more than one SELECT over the given relations."""
    tree = _parsed(name, query)
    defined = {entry["key"] for node in _nodes(tree) for entry in node.get("cte_map", {}).get("map", [])}
    known = set(relations)
    for wrong in sorted(key for key in defined if not _PLAIN_NAME.match(key)):
        raise RuleError(f"{name}: name the common table expression {wrong!r} in plain lower-case letters")
    for node in _nodes(tree):
        _check_table(name, node, defined, known)
        _check_function(name, node)
    for select in _selects(tree["node"]):
        if any(item["class"] == "STAR" for item in select["select_list"]):
            raise RuleError(f"{name}: name the output columns; `select *` would change the evidence with the relations")


def columns_of(name: str, expression: str) -> frozenset[str]:
    """The columns that a condition over one relation reads; RuleError where it is more than a plain condition."""
    tree = _parsed(name, f"select 1 from checked.relation where ({expression}\n)")
    select = tree["node"]
    if select["type"] != "SELECT_NODE" or any(node.get("class") == "SUBQUERY" for node in _nodes(select)):
        raise RuleError(f"{name}: applies_to must be a plain condition on the columns of its relation")
    for node in _nodes(select):
        _check_table(name, node, set(), {"relation"})
        _check_function(name, node)
    return frozenset(node["column_names"][-1].lower() for node in _nodes(select) if node.get("class") == "COLUMN_REF")


def lists_of(name: str, query: str) -> frozenset[str]:
    """The code lists that a query asks for: the texts with which it compares a column `list`."""
    comparisons = [
        node
        for node in _nodes(_parsed(name, query))
        if node.get("class") in ("COMPARISON", "OPERATOR")
        and any(
            child.get("class") == "COLUMN_REF" and child["column_names"][-1].lower() == "list"
            for child in (node.get("left") or {}, node.get("right") or {}, *node.get("children", []))
        )
    ]
    return frozenset(
        constant["value"]["value"]
        for comparison in comparisons
        for constant in _nodes(comparison)
        if constant.get("class") == "CONSTANT" and isinstance(constant["value"].get("value"), str)
    )


def _parsed(name: str, query: str) -> dict[str, Any]:
    """The tree of a text that is exactly one SELECT statement."""
    connection = _parser()
    try:
        statements = connection.extract_statements(query)
    except duckdb.Error as problem:
        raise RuleError(f"{name}: {problem}") from None
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise RuleError(f"{name}: a rule is exactly one SELECT statement; remove whatever else is there")
    answer = json.loads(
        connection.execute("select json_serialize_sql($query::varchar)", {"query": query}).fetchone()[0]
    )
    if answer["error"]:
        raise RuleError(f"{name}: a rule is exactly one SELECT statement: {answer['error_message']}")
    return answer["statements"][0]


def _check_table(name: str, node: dict[str, Any], defined: set[str], known: set[str]) -> None:
    kind = node.get("type")
    if kind == "BASE_TABLE":
        table = node["table_name"].lower()
        own = not node["schema_name"] and not node["catalog_name"] and table in defined
        checked = node["schema_name"].lower() == "checked" and not node["catalog_name"] and table in known
        if not own and not checked:
            raise RuleError(
                f"{name}: {node['table_name']!r} is no relation that a rule may read; "
                f"there are {', '.join(f'checked.{relation}' for relation in sorted(known))}"
            )
    elif kind == "TABLE_FUNCTION":
        function = node["function"]["function_name"].lower()
        if function not in TABLE_FUNCTIONS:
            raise RuleError(f"{name}: the table function {function} is not for rules; they read checked.* only")
    elif "sample" in node and "alias" in node and kind not in _TABLES:
        raise RuleError(f"{name}: {kind} is not for rules; write a plain SELECT")
    if node.get("sample"):
        raise RuleError(f"{name}: a rule looks at every record; remove the sample")


def _check_function(name: str, node: dict[str, Any]) -> None:
    if node.get("class") == "COLUMN_REF":
        names = node["column_names"]
        if len(names) == 1 and names[0].lower() in _NAMES_OF_THE_MOMENT:
            raise RuleError(f"{name}: {names[0]} changes from run to run; a rule depends on its records alone")
    elif node.get("class") in ("FUNCTION", "WINDOW") and node["function_name"].lower() not in _functions():
        function = node["function_name"]
        if function not in TABLE_FUNCTIONS:
            raise RuleError(f"{name}: the function {function} is unknown, or its answer changes from run to run")


def _selects(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The SELECTs that give the query's output: one, or the branches of a union."""
    if node["type"] == "SET_OPERATION_NODE":
        for child in node.get("children") or [node["left"], node["right"]]:
            yield from _selects(child)
    elif node["type"] == "SELECT_NODE":
        yield node


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    if isinstance(tree, dict):
        yield tree
        for child in tree.values():
            yield from _nodes(child)
    elif isinstance(tree, list):
        for child in tree:
            yield from _nodes(child)


@lru_cache(maxsize=1)
def _parser() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(":memory:", config={"threads": 1})


@lru_cache(maxsize=1)
def _functions() -> frozenset[str]:
    """Names of DuckDB's own functions that give the same answer for the same arguments, in every run."""
    rows = (
        _parser()
        .execute("""
        select lower(function_name), function_type, stability, coalesce(macro_definition, '')
        from duckdb_functions() where internal and function_type in ('scalar', 'aggregate', 'macro')
    """)
        .fetchall()
    )
    fickle = {name for name, _, stability, _ in rows if stability not in (None, "CONSISTENT")} | _NAMES_OF_THE_MOMENT
    fickle |= {"current_setting", "getvariable", "getenv", "query", "query_table"}
    fickle |= {name for name, _, _, body in rows if set(re.findall(r"\w+", body.lower())) & fickle}
    windows = {"row_number", "rank", "dense_rank", "percent_rank", "cume_dist", "ntile", "lag", "lead"}
    windows |= {"first_value", "last_value", "nth_value"}
    return frozenset({name for name, *_ in rows} | windows) - fickle
