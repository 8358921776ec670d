"""How likely each flagged record is wrong: the rules that flag it, and what is believed of them."""

from __future__ import annotations

import duckdb
import numpy as np

from transforms.influence.methods.chances import draw, largest, prior
from transforms.measures.methods.arrays import Floats

DRAWS = 400


def place_beliefs(con: duckdb.DuckDBPyConnection, *, draws: int = DRAWS, seed: int = 0) -> Floats:
    """Create `record_rules`, the number of the set of rules that flag each record; return each set's chances.

    One row a set, in the order of its number, one column a draw: the largest of its rules' (flags that meet on a record
    are taken to be about the same error).
    """
    con.execute(
        """
        create or replace temp table record_rules as
        with flagged as (
            select record, list_sort(list_distinct(list(rule_id))) as rules
            from influence.unit_flag
            group by record
        )
        select record, rules, (dense_rank() over (order by rules) - 1)::integer as rule_set
        from flagged
        """
    )
    rules = con.execute(
        """
        select r.rule_id, r.severity
        from quality.rule as r
        semi join influence.unit_flag as f using (rule_id)
        order by r.rule_id
        """
    ).fetchall()
    chances = draw([rule for rule, _ in rules], [prior(severity) for _, severity in rules], draws=draws, seed=seed)
    place = {rule: number for number, (rule, _) in enumerate(rules)}
    members = con.execute(
        """
        select rule_set, unnest(rules) as rule_id
        from (select distinct rule_set, rules from record_rules)
        order by rule_set, rule_id
        """
    ).fetchall()
    groups = np.array([rule_set for rule_set, _ in members], dtype=np.int64)
    return largest(chances, groups, np.array([place[rule] for _, rule in members], dtype=np.int64))
