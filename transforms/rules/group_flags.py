"""Write what the rules about groups found: quality.group_flag."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import duckdb
import pandas as pd

from transforms.rules.findings import failed
from transforms.rules.group_query import GROUP_KEYS
from transforms.rules.groups import find_groups
from transforms.rules.ruleset import Rule, Settings

_TEXT_KEYS = ("area", "facility_id", "department", "coder_id", "code")
_PERIODS = ("period_start", "period_end")
_MEASURES = {"binomial": "share", "normal": "mean", "poisson": "count"}


def write_group_flags(
    con: duckdb.DuckDBPyConnection, rules: Iterable[tuple[Rule, Settings]], looked: Callable[[str], None]
) -> tuple[dict[tuple[str, str], int], dict[str, str]]:
    """Fill quality.group_flag from the rules about groups; `looked` is told each rule's id when it has looked.

    Returns how many groups each rule could judge in each collection, and what is wrong with those whose query failed
    on these data, by rule id.
    """
    judged: dict[tuple[str, str], int] = {}
    errors: dict[str, str] = {}
    for rule, settings in rules:
        try:
            found = find_groups(con, rule, settings.parameters)
        except (duckdb.FatalException, duckdb.InterruptException):
            raise
        except duckdb.Error as failure:
            errors[rule.id] = failed(rule, failure)
            continue
        finally:
            looked(rule.id)
        judged |= {(rule.id, collection): count for collection, count in found.judged.items()}
        if len(found.groups):
            _insert(con, rule, found.groups)
    return judged, errors


def _insert(con: duckdb.DuckDBPyConnection, rule: Rule, groups: pd.DataFrame) -> None:
    """Append the groups that a rule found, in the order of what names them."""
    absent = {key: None for key in GROUP_KEYS if key not in groups}
    con.register("group_found", groups.assign(**absent))
    identity = ", ".join(
        f"coalesce(cast({key} as varchar), '')" for key in ("collection", "level", "reference", *GROUP_KEYS[1:])
    )
    con.execute(
        f"""
        insert into quality.group_flag by name
        select
            left(sha256(concat_ws(chr(31), $rule_id, {identity})), 16) as group_flag_id,
            $rule_id as rule_id,
            collection,
            level,
            reference,
            {", ".join(f"cast({key} as varchar) as {key}" for key in _TEXT_KEYS)},
            {", ".join(f"cast({key} as date) as {key}" for key in _PERIODS)},
            $measure as measure,
            observed,
            nullif(expected, 'nan'::double) as expected,
            lower,
            upper,
            cast(records as bigint) as records,
            q_value,
            $effect as effect,
            cast(nullif(add_least, 'nan'::double) as bigint) as add_least,
            cast(nullif(add_greatest, 'nan'::double) as bigint) as add_greatest,
            $message as message
        from group_found
        order by {", ".join(("collection", "level", "reference", *GROUP_KEYS[1:]))}
        """,
        {
            "rule_id": rule.id,
            "measure": _MEASURES[rule.header.comparison.distribution],
            "effect": rule.header.effect[0].kind,
            "message": rule.header.message,
        },
    )
    con.unregister("group_found")
