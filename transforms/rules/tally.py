"""Count the records that each rule applies to, in one pass over each grain.

A rule's `applies_to` reads few columns with few values. Each grain's records are therefore counted once by all the
columns that any rule of the grain reads, and every rule then adds up its share of that small table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import duckdb

from codesets.database import identifier, literal
from transforms.rules.checked import relations
from transforms.rules.findings import days_in_force
from transforms.rules.header import GRAINS
from transforms.rules.ruleset import Rule


def checked_counts(con: duckdb.DuckDBPyConnection, rules: Iterable[Rule]) -> dict[tuple[str, str], int]:
    """Records that a rule applies to, by (rule id, collection); rows of counts by their weight. Absent: none."""
    by_grain: dict[str, list[Rule]] = {}
    for rule in rules:
        by_grain.setdefault(rule.header.grain, []).append(rule)
    counts: dict[tuple[str, str], int] = {}
    for grain, of_grain in sorted(by_grain.items()):
        periods = _periods(of_grain)
        _tally(con, grain, of_grain, periods)
        for rule in of_grain:
            condition = _condition(rule, grain, periods)
            found = con.execute(f"select collection, sum(tally) from checked.tally where {condition} group by all")
            counts |= {(rule.id, collection): int(tally) for collection, tally in found.fetchall()}
        con.execute("drop table checked.tally")
    return counts


def _tally(con: duckdb.DuckDBPyConnection, grain: str, rules: list[Rule], periods: Mapping[str, str]) -> None:
    """Count a grain's records by the columns that its rules read, and by whether their periods hold."""
    relation, _, system = GRAINS[grain]
    wanted = {column for rule in rules for column in rule.counted_by}
    if system and any(rule.header.systems for rule in rules):
        wanted.add(system)
    wanted.discard("collection")
    plain = f"plain_{relation}"
    if plain in relations() and wanted <= set(relations()[plain]):
        relation = plain
    parts = ["collection", *(identifier(column) for column in sorted(wanted))]
    parts += [f"({condition}) as {identifier(name)}" for condition, name in periods.items()]
    con.execute(f"""
        create or replace table checked.tally as
        select {", ".join(parts)}, sum(records) as tally from checked.{identifier(relation)} group by all
    """)


def _periods(rules: list[Rule]) -> dict[str, str]:
    """Each distinct condition on the day, with the name of its column."""
    conditions = sorted({" and ".join(days_in_force(rule)) for rule in rules} - {""})
    return {condition: f"period_{number}" for number, condition in enumerate(conditions, start=1)}


def _condition(rule: Rule, grain: str, periods: Mapping[str, str]) -> str:
    conditions = [f"({rule.header.applies_to}\n)"]
    if rule.header.systems:
        systems = ", ".join(literal(system) for system in rule.header.systems)
        conditions.append(f"{GRAINS[grain][2]} in ({systems})")
    if days := " and ".join(days_in_force(rule)):
        conditions.append(identifier(periods[days]))
    return " and ".join(conditions)
