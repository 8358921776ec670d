"""Count the records that each rule applies to, in one pass over each grain.

A rule's `applies_to` mostly reads columns of few values. Each grain's records are therefore counted once by all the
columns that its rules read, and every rule then adds up its share of that small table. Conditions on columns of many
values (dates, ages) are counted by whether they hold instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import duckdb

from codesets.database import identifier, literal
from transforms.rules.checked import relations
from transforms.rules.findings import days_in_force
from transforms.rules.header import GRAINS
from transforms.rules.ruleset import Rule

# Text columns that have nearly as many values as there are records.
_MANY_VALUED = frozenset(
    {"code", "code_raw", "underlying_cause", "underlying_cause_raw", "principal_code", "claim_number", "modifiers"}
)


def checked_counts(con: duckdb.DuckDBPyConnection, rules: Iterable[Rule]) -> dict[tuple[str, str], int]:
    """Records that a rule applies to, by (rule id, collection); rows of counts by their weight. Absent: none."""
    by_grain: dict[str, list[Rule]] = {}
    for rule in rules:
        by_grain.setdefault(rule.header.grain, []).append(rule)
    counts: dict[tuple[str, str], int] = {}
    for grain, of_grain in sorted(by_grain.items()):
        conditions = {rule.id: _condition(rule) for rule in of_grain}
        wide = sorted({conditions[rule.id] for rule in of_grain if not _reads_few_values(rule)})
        names = {condition: f"condition_{number}" for number, condition in enumerate(wide, start=1)}
        _tally(con, grain, of_grain, names)
        chosen = {
            rule.id: f"{identifier(names[condition]) if condition in names else condition} and {_of_systems(rule)}"
            for rule in of_grain
            for condition in [conditions[rule.id]]
        }
        # Many rules share a condition, and all are added up in one look at the small table.
        different = sorted(set(chosen.values()))
        added = ", ".join(f"sum(tally) filter ({condition})" for condition in different)
        for collection, *tallies in con.execute(
            f"select collection, {added} from checked.tally group by collection"
        ).fetchall():
            by_condition = dict(zip(different, tallies, strict=True))
            counts |= {
                (rule_id, collection): int(by_condition[condition])
                for rule_id, condition in chosen.items()
                if by_condition[condition] is not None
            }
        con.execute("drop table checked.tally")
    return counts


def _tally(con: duckdb.DuckDBPyConnection, grain: str, rules: list[Rule], names: Mapping[str, str]) -> None:
    """Count a grain's records by the columns of few values that its rules read, and by the conditions in `names`."""
    relation, _, system = GRAINS[grain]
    columns = {column for rule in rules if _reads_few_values(rule) for column in rule.counted_by}
    if system and any(rule.header.systems for rule in rules):
        columns.add(system)
    columns.discard("collection")
    read = columns | {column for rule in rules for column in rule.counted_by}
    plain = f"plain_{relation}"
    if plain in relations() and read <= set(relations()[plain]):
        relation = plain
    parts = ["collection", *(identifier(column) for column in sorted(columns))]
    parts += [f"{condition} as {identifier(name)}" for condition, name in names.items()]
    con.execute(f"""
        create table checked.tally as
        select {", ".join(parts)}, sum(records) as tally from checked.{identifier(relation)} group by all
    """)


def _reads_few_values(rule: Rule) -> bool:
    """Whether the rule's condition reads nothing but columns of few values."""
    kinds = relations()[rule.relation]
    few = {column for column, kind in kinds.items() if kind in ("VARCHAR", "BOOLEAN") and not column.endswith("_id")}
    return not days_in_force(rule) and rule.counted_by <= few - _MANY_VALUED


def _condition(rule: Rule) -> str:
    return " and ".join([f"({rule.header.applies_to}\n)", *days_in_force(rule)])


def _of_systems(rule: Rule) -> str:
    if not rule.header.systems:
        return "true"
    systems = ", ".join(literal(system) for system in rule.header.systems)
    return f"{GRAINS[rule.header.grain][2]} in ({systems})"
