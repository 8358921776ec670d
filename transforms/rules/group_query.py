"""The query behind a rule about groups: its cells put together at a level, each beside what it is compared with."""

from __future__ import annotations

from collections.abc import Iterable

from codesets.database import identifier
from transforms.rules.header import LEVELS, Comparison, RuleError

# What names a group, in the order in which groups are written.
GROUP_KEYS = ("collection", "area", "facility_id", "department", "coder_id", "code", "period_start", "period_end")
# Keys within which groups are compared at every level, and departments: with the same department elsewhere.
_SUBJECTS = ("code",)
_ALIKE = {"department": ("department",)}
_PERIODS = ("period_start", "period_end")
# Numbers that a query may give of each cell, with their types; all are summed over the cells of a group.
MEASURES = {
    "observed": "bigint",
    "records": "bigint",
    "squares": "bigint",
    "expected": "decimal(18, 6)",
    "add_least": "bigint",
    "add_greatest": "bigint",
}


def group_columns(name: str, comparison: Comparison, columns: Iterable[str]) -> None:
    """Raise RuleError, naming the file `name`, where the query's columns do not fit its comparison."""
    given = set(columns)
    required = {"collection", "observed", "records"}
    required |= {key for level in comparison.levels for key in LEVELS[level]}
    required |= {"expected"} if "given" in comparison.against else set()
    required |= {"squares"} if comparison.distribution == "normal" else set()
    required |= set(_PERIODS) if "history" in comparison.against else set()
    if absent := sorted(required - given):
        raise RuleError(f"{name}: the query must also give {', '.join(absent)}")
    if surplus := sorted(given - {*GROUP_KEYS, *MEASURES, "stratum"}):
        raise RuleError(f"{name}: the query gives {', '.join(surplus)}, which no rule about groups has")
    if comparison.distribution == "poisson" and "stratum" in given:
        raise RuleError(f"{name}: events are compared without strata; leave out the column stratum")


def cell_query(query: str, columns: Iterable[str]) -> str:
    """SELECT of a rule's cells with whole numbers in place of whatever its query sums to."""
    measures = [f"cast({column} as {kind}) as {column}" for column, kind in MEASURES.items() if column in columns]
    keys = [identifier(column) for column in columns if column not in MEASURES]
    return f"select {', '.join([*keys, *measures])} from (\n{query}\n)"


def level_query(reference: str, level: str, columns: Iterable[str]) -> str:
    """SELECT of the groups of a level, one row a group and stratum, from the table `group_cell`, in a total order.

    Against peers, the periods of a group are taken together.
    Besides the keys: `observed`, `records` (and what else of MEASURES the rule gives), and `other_observed`,
    `other_records`, `other_squares` of the peers or the earlier periods in the same stratum; `other_periods` counts
    those earlier periods. Records without the level's own key belong to no group.
    """
    given = [key for key in GROUP_KEYS if key in set(columns)]
    own = ["collection", *LEVELS[level]]
    subjects = [key for key in _SUBJECTS if key in given]
    periods = [key for key in _PERIODS if key in given and reference != "peers"]
    stratum = ["stratum"] if "stratum" in set(columns) else []
    keys = ", ".join([*own, *subjects, *periods, *stratum])
    measures = [column for column in MEASURES if column in set(columns)]
    known = f"{LEVELS[level][-1]} is not null" if LEVELS[level] else "true"
    others, window = _others(
        reference, [*own, *subjects, *stratum], [*subjects, *_ALIKE.get(level, ()), *stratum], measures
    )
    return f"""
with cell as (
    select {keys}, {", ".join(f"sum({measure}) as {measure}" for measure in measures)}
    from group_cell
    where {known}
    group by all
)
select *{others}
from cell
{window}
order by {keys}"""


def _others(reference: str, own: list[str], peers: list[str], measures: list[str]) -> tuple[str, str]:
    """The columns on what each row is compared with, and the window over which they are summed."""
    summed = [measure for measure in measures if measure in ("observed", "records", "squares")]
    if reference == "peers":
        columns = [f"sum({measure}) over peers - {measure} as other_{measure}" for measure in summed]
        window = f"window peers as (partition by {', '.join(['collection', *peers])})"
    elif reference == "history":
        columns = [f"coalesce(sum({measure}) over earlier, 0) as other_{measure}" for measure in summed]
        columns.append("count(*) over earlier as other_periods")
        window = (
            f"window earlier as (partition by {', '.join(own)} order by period_start "
            "rows between unbounded preceding and 1 preceding)"
        )
    else:
        return "", ""
    return "".join(f",\n    {column}" for column in columns), window
