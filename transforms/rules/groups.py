"""Run a rule about groups: what is true of many records together, and of none of them.

The query of such a rule gives cells, records of one group and stratum added up. They are put together at each level of
the rule, compared with peers, history or a given expectation, and what could be chance is set aside: of all the groups
that a rule looks at in a collection, false discoveries are held to the share `q`. Of the rest, those count whose
deviation is worth saying (`least_ratio`, `least_difference`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb
import numpy as np
import pandas as pd

from transforms.rules import deviation
from transforms.rules.deviation import Deviations
from transforms.rules.group_query import GROUP_KEYS, MEASURES, cell_query, level_query
from transforms.rules.header import LEVELS, Value
from transforms.rules.ruleset import COMPARED_BY, Rule, bindable

# Levels whose groups are too many and too thin in a month to be held against their own history.
WITHOUT_HISTORY = ("department", "coder")


@dataclass(frozen=True)
class GroupFindings:
    """What a rule about groups found: a row a group, and how many groups it could judge in each collection."""

    groups: pd.DataFrame
    judged: Mapping[str, int]


def find_groups(con: duckdb.DuckDBPyConnection, rule: Rule, parameters: Mapping[str, Value]) -> GroupFindings:
    """Run the rule over the `checked` relations of the connection; duckdb.Error where its query fails."""
    own = {name: value for name, value in parameters.items() if name not in COMPARED_BY}
    query = cell_query(rule.query, rule.columns)
    con.execute(f"create or replace temp table group_cell as {query}", bindable(own))
    comparison = rule.header.comparison
    levels = [
        _level(con, rule, level, reference, parameters)
        for reference in comparison.against
        for level in comparison.levels
        if reference != "history" or level not in WITHOUT_HISTORY
    ]
    con.execute("drop table group_cell")
    groups = pd.concat(levels, ignore_index=True)
    groups["q_value"] = np.nan
    for _, place in groups.groupby("collection", sort=True).indices.items():
        groups.loc[groups.index[place], "q_value"] = deviation.discovered(groups["p"].to_numpy(float)[place])
    judged = groups.loc[groups["p"].notna()].groupby("collection").size().to_dict()
    found = groups[(groups["q_value"] <= float(parameters["q"])) & groups["is_notable"]]
    return GroupFindings(found.drop(columns=["p", "is_notable"]).reset_index(drop=True), judged)


def _level(
    con: duckdb.DuckDBPyConnection, rule: Rule, level: str, reference: str, parameters: Mapping[str, Value]
) -> pd.DataFrame:
    """The groups of one level, held against one reference; `p` is null where a group is too small to be judged."""
    comparison = rule.header.comparison
    rows = con.execute(level_query(reference, level, rule.columns)).df()
    keys = [key for key in GROUP_KEYS if key in rows and (key not in _levelled() or key in LEVELS[level])]
    starts = _starts(rows, keys)
    found = _deviations(rule, reference, rows, starts)
    groups = rows.loc[starts, keys].reset_index(drop=True)
    groups.insert(1, "level", level)
    groups.insert(2, "reference", reference)
    for column in ("observed", "expected", "lower", "upper", "records", "p"):
        groups[column] = getattr(found, column)
    for column in ("add_least", "add_greatest"):
        groups[column] = rows[column].to_numpy(float)[starts] if column in rows else np.nan
    is_judged = groups["records"] >= float(parameters["least_records"])
    if "other_periods" in rows and len(rows):
        periods = np.maximum.reduceat(rows["other_periods"].to_numpy(), starts)
        is_judged &= periods >= int(parameters.get("least_periods", 1))
    groups["p"] = groups["p"].where(is_judged)
    groups["is_notable"] = deviation.is_notable(
        found,
        comparison.direction,
        float(parameters.get("least_ratio", 1.0)),
        float(parameters.get("least_difference", 0.0)),
    )
    return groups


def _deviations(rule: Rule, reference: str, rows: pd.DataFrame, starts: np.ndarray) -> Deviations:
    """Compare the groups that begin at `starts` as the rule's header says."""
    comparison = rule.header.comparison
    direction = comparison.direction
    column = {name: rows[name].to_numpy(float) for name in rows if name.removeprefix("other_") in MEASURES}
    if len(rows) == 0:
        nothing = np.zeros(0)
        return Deviations(nothing, nothing, nothing, nothing, nothing, nothing)
    if reference == "given":
        compare = deviation.given_shares if comparison.distribution == "binomial" else deviation.given_events
        added = [np.add.reduceat(column[name], starts) for name in ("observed", "records", "expected")]
        return compare(*added, direction)
    own = (column["observed"], column["records"])
    others = (column["other_observed"], column["other_records"])
    if comparison.distribution == "poisson":
        return deviation.events(*own, *others, direction)
    if comparison.distribution == "binomial":
        return deviation.shares(starts, *own, *others, direction)
    return deviation.means(
        starts, own[0], column["squares"], own[1], others[0], column["other_squares"], others[1], direction
    )


def _starts(rows: pd.DataFrame, keys: list[str]) -> np.ndarray:
    """Where each group begins in rows that are in the order of their keys."""
    changes = np.zeros(len(rows), dtype=bool)
    if len(rows):
        changes[0] = True
    for key in keys:
        codes, _ = pd.factorize(rows[key], use_na_sentinel=False)
        changes[1:] |= codes[1:] != codes[:-1]
    return np.flatnonzero(changes)


def _levelled() -> set[str]:
    return {key for keys in LEVELS.values() for key in keys}
