"""Run the examples of rules: each is a test of its rule, and stands on its help page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import duckdb
import pandas as pd

from codesets.database import identifier
from transforms.rules.checked import relations
from transforms.rules.findings import finding_query
from transforms.rules.groups import find_groups
from transforms.rules.header import Example, Value, rows
from transforms.rules.ruleset import Rule, RuleSet, bindable, empty_checked


@dataclass(frozen=True)
class ExampleResult:
    """How an example of a rule behaved; `problem` is null where it did as it says."""

    rule_id: str
    file_name: str
    title: str
    problem: str | None


def test_rules(ruleset: RuleSet) -> Iterator[ExampleResult]:
    """Run every example of every rule, in order, on nothing but its own rows."""
    with empty_checked() as con:
        for rule in ruleset:
            for example in rule.header.example:
                yield run_example(con, rule, example)


# pytest takes whatever begins with test_ for a test.
test_rules.__test__ = False  # type: ignore[attr-defined]


def run_example(con: duckdb.DuckDBPyConnection, rule: Rule, example: Example) -> ExampleResult:
    """Run one example on a connection from `empty_checked`, which it leaves empty again."""
    try:
        problem = _problem(con, rule, example)
    except duckdb.Error as failure:
        problem = f"{rule.path.name}: the example {example.title!r} cannot be run: {failure}"
    finally:
        for relation in example.given:
            con.execute(f"delete from checked.{identifier(relation)}")
    return ExampleResult(rule.id, rule.path.name, example.title, problem)


def _problem(con: duckdb.DuckDBPyConnection, rule: Rule, example: Example) -> str | None:
    for relation, table in example.given.items():
        kinds = relations()[relation]
        for record in rows(table):
            names = ", ".join(identifier(column) for column in record)
            values = ", ".join(f"cast(? as {kinds[column]})" for column in record)
            con.execute(f"insert into checked.{identifier(relation)} ({names}) values ({values})", [*record.values()])
    expected = [tuple(record.values()) for record in rows(example.fires)]
    parameters = {**rule.parameters, **example.parameters}
    if rule.is_about_groups:
        columns = list(rows(example.fires)[0]) if expected else ["collection"]
        found = _groups(con, rule, parameters, columns)
    else:
        columns = list(rows(example.fires)[0]) if expected else [rule.record_column]
        shown = ", ".join(f"cast({identifier(_of_finding(rule, column))} as varchar)" for column in columns)
        query = f"select {shown} from ({finding_query(rule)}) order by all"
        found = con.execute(query, bindable(parameters)).fetchall()
    if Counter(found) == Counter(expected):
        return None
    missing = list((Counter(expected) - Counter(found)).elements())
    surplus = list((Counter(found) - Counter(expected)).elements())
    return (
        f"{rule.path.name}: the example {example.title!r} does not behave: of ({', '.join(columns)}), "
        f"should fire but does not: {missing or 'none'}; fires but should not: {surplus or 'none'}"
    )


def _groups(
    con: duckdb.DuckDBPyConnection, rule: Rule, parameters: Mapping[str, Value], columns: list[str]
) -> list[tuple[str | None, ...]]:
    """The groups that a rule finds, as an example writes them: numbers to three decimals at most."""
    groups = find_groups(con, rule, parameters).groups
    return [tuple(map(_written, line)) for line in groups[columns].itertuples(index=False)]


def _written(value: object) -> str | None:
    if pd.isna(value):
        return None
    if isinstance(value, float):
        return f"{value:.3f}".rstrip("0").rstrip(".")
    return value.date().isoformat() if isinstance(value, pd.Timestamp) else str(value)


def _of_finding(rule: Rule, column: str) -> str:
    """The column of a finding that holds an output column of the rule."""
    return "record_id" if column == rule.record_column else column
