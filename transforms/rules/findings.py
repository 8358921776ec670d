"""The one query behind counting and listing: a rule's SELECT, brought into the shape that all findings share."""

from __future__ import annotations

import re

import duckdb

from codesets.database import identifier, literal
from transforms.rules.ruleset import Rule

# One finding, whatever the rule: who, where, what it rests on, what to say. Parts of `evidence` are parted by US (31).
COLUMNS = ("rule_id", "domain", "record_id", "seq", "code", "related_id", "evidence", "message", "suggestion")


def finding_query(rule: Rule) -> str:
    """SELECT of a rule's findings as COLUMNS, limited to the systems and days for which the rule holds.

    It reads the rule's parameters as `$name`. A record that the rule returns twice is found once.
    """
    header = rule.header
    domain = "domain" if "domain" in rule.columns else ("record_kind" if header.grain == "record" else None)
    evidence = ", ".join(f"coalesce(cast({identifier(column)} as varchar), chr(0))" for column in rule.evidence)
    return f"""
select
    {literal(rule.id)} as rule_id,
    {identifier(domain) if domain else literal(header.grain)} as domain,
    {identifier(rule.record_column)} as record_id,
    {"cast(seq as integer)" if "seq" in rule.columns else "cast(null as integer)"} as seq,
    {"min(code)" if "code" in rule.columns else "cast(null as varchar)"} as code,
    {"related_id" if "related_id" in rule.columns else "cast(null as varchar)"} as related_id,
    min({f"concat_ws(chr(31), {evidence})" if evidence else "''"}) as evidence,
    min({_message(header.message)}) as message,
    {"min(suggestion)" if "suggestion" in rule.columns else "cast(null as varchar)"} as suggestion
from (
{rule.query}
)
where {_in_force(rule)}
group by 1, 2, 3, 4, 6"""


def failed(rule: Rule, failure: duckdb.Error) -> str:
    """What happened where a rule's query failed, in words that hold no value of the data."""
    kind = type(failure).__name__.removesuffix("Exception")
    return f"{rule.path.name}: the query failed on these data ({kind} error); mend it and run `farr rules test`"


def _in_force(rule: Rule) -> str:
    header = rule.header
    conditions = []
    if header.systems:
        conditions.append(f"system in ({', '.join(literal(system) for system in header.systems)})")
    conditions += days_in_force(rule)
    return " and ".join(conditions) or "true"


def days_in_force(rule: Rule) -> list[str]:
    """Conditions on code_date; a record without a day is judged by every rule, whenever it holds."""
    header = rule.header
    conditions = []
    if header.valid_from:
        conditions.append(f"coalesce(code_date >= date {literal(header.valid_from.isoformat())}, true)")
    if header.valid_to:
        conditions.append(f"coalesce(code_date <= date {literal(header.valid_to.isoformat())}, true)")
    return conditions


def _message(template: str) -> str:
    """The message as an SQL expression, its placeholders filled from the query's columns."""
    parts = []
    for part in re.split(r"(\{\w+\})", template):
        if part.startswith("{"):
            parts.append(f"coalesce(cast({identifier(part[1:-1])} as varchar), 'unknown')")
        elif part:
            parts.append(literal(part))
    return " || ".join(parts)
