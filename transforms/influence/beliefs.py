"""How likely each flagged record is wrong: the rules that flag it, and what is believed of them.

What is believed of a rule starts from its severity and learns from the reviews of its flags that were drawn at random.
Those that a worklist chose for their influence are no random sample of the rule's, so they teach nothing here.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np

from transforms.influence.methods.chances import Beta, draw, largest, prior, update
from transforms.measures.methods.arrays import Floats

DRAWS = 400

# Whether a flag was drawn at random is asked of all decisions on it, its verdict of the one that stands. Flags whose
# evidence has changed since, and those that are closed, were reviewed all the same.
_REVIEWED = """
with reviewed as (
    select
        any_value(rule_id) as rule_id,
        max(verdict) filter (is_standing) as verdict
    from quality.review
    group by flag_id, evidence
    having bool_or(selected_by = 'random')
)
select
    r.rule_id, r.severity,
    count(*) filter (v.verdict = 'corrected') as found_right,
    count(*) filter (v.verdict in ('confirmed_correct', 'accepted_exception')) as found_wrong
from quality.rule as r
left join reviewed as v using (rule_id)
where r.rule_id in (
    select rule_id from influence.unit_flag
    union
    select rule_id from influence.added
)
group by r.rule_id, r.severity
order by r.rule_id
"""


@dataclass(frozen=True)
class Belief:
    """What is believed of a rule: how many of its flags drawn at random were found right and wrong, and what follows.

    Right: the record was corrected. Wrong: it was confirmed, or accepted as an exception. What nobody could determine
    counts for neither.
    """

    rule_id: str
    severity: str
    found_right: int
    found_wrong: int

    @property
    def chance(self) -> Beta:
        return update(prior(self.severity), self.found_right, self.found_wrong)


def find_beliefs(con: duckdb.DuckDBPyConnection) -> list[Belief]:
    """What is believed of each rule whose open flags may change records, or tell that some are absent, by rule_id."""
    return [Belief(*row) for row in con.execute(_REVIEWED).fetchall()]


def store_beliefs(con: duckdb.DuckDBPyConnection) -> None:
    """Fill influence.belief, which is empty before."""
    rows = [
        (one.rule_id, one.severity, one.found_right, one.found_wrong, one.chance.mean, *one.chance.limits())
        for one in find_beliefs(con)
    ]
    if rows:
        con.executemany("insert into influence.belief values (?, ?, ?, ?, ?, ?, ?)", rows)


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
    beliefs = find_beliefs(con)
    chances = draw([one.rule_id for one in beliefs], [one.chance for one in beliefs], draws=draws, seed=seed)
    place = {one.rule_id: number for number, one in enumerate(beliefs)}
    members = con.execute(
        """
        select rule_set, unnest(rules) as rule_id
        from (select distinct rule_set, rules from record_rules)
        order by rule_set, rule_id
        """
    ).fetchall()
    groups = np.array([rule_set for rule_set, _ in members], dtype=np.int64)
    return largest(chances, groups, np.array([place[rule] for _, rule in members], dtype=np.int64))
