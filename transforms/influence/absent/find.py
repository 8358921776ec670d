"""How many records may be absent from each figure, where nobody can tell, and how many are expected to be."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from transforms.influence.absent.absent import Absent
from transforms.influence.beliefs import find_beliefs
from transforms.influence.methods.chances import draw
from transforms.influence.methods.expected import Expected, Outcomes, simulate
from transforms.measures.methods.arrays import Floats
from transforms.measures.specification import TableSpecification

HERE = Path(__file__).parent
# A number between the least and the greatest is expected to be one of so many, evenly spread.
_NUMBERS = 21

_BY_SCOPE = """
with number as (
    select c.scope, c.of_told, sum(a.greatest) as greatest, min(nullif(a.behind, 0)) as behind
    from absent_counted as c
    join absent_finding as a using (finding)
    group by all
),
open_scope as (
    select distinct t.scope
    from absent_touch as t
    join absent_finding as a using (finding)
    where a.greatest is null
)
select
    f.figure, f.scope, f.is_total,
    coalesce(e.greatest, 0)::double as every, coalesce(n.greatest, 0)::double as told,
    coalesce(e.behind, 0)::bigint as behind, coalesce(n.behind, 0)::bigint as behind_told,
    f.scope in (from open_scope) as is_open,
    (f.collection, f."domain") in (select (collection, "domain") from absent_weighted) as is_weighted
from absent_figure as f
left join number as e on e.scope = f.scope and not e.of_told
left join number as n on n.scope = f.scope and n.of_told
order by f.figure
"""

_TOLD = """
select c.scope, a.finding, a.rule_id, a.least, a.greatest, a.is_of_group
from absent_counted as c
join absent_finding as a using (finding)
where c.of_told
order by c.scope, a.finding
"""

_WORK = ("absent_finding", "absent_figure", "absent_touch", "absent_weighted", "absent_counted")


def find_absent(con: duckdb.DuckDBPyConnection, tables: Sequence[TableSpecification]) -> Absent:
    """What may be absent from the figures of a warehouse, by their rows in stats.figure.

    `influence.added` is filled. Nothing is read where it is empty.
    """
    measures = con.execute("select measure from stats.figure order by rowid").fetchnumpy()["measure"]
    absent = Absent.nothing(np.ma.getdata(measures).astype(str))
    if not con.execute("select exists (from influence.added where coalesce(greatest, 1) > 0)").fetchone()[0]:
        return absent
    con.register("absent_table", _facts(tables))
    con.execute((HERE / "scopes.sql").read_text(encoding="utf-8"))
    found = {name: np.ma.getdata(values) for name, values in con.execute(_BY_SCOPE).fetchnumpy().items()}
    figures, scope = found["figure"], found["scope"]
    is_told = absent.is_of_every_record[figures] & found["is_total"] & ~found["is_weighted"]
    # What is no sum over records may hang on others elsewhere: a stay followed by one of another facility.
    is_boundless = found["is_open"] | (found["is_weighted"] & (found["every"] > 0)) | absent.is_composed[figures]
    absent.greatest[figures] = np.where(is_boundless, np.inf, found["every"])
    absent.told[figures] = np.where(is_told, found["told"], 0.0)
    absent.is_lacking[figures] = found["is_total"] & (found["told"] > 0)
    absent.behind[figures] = found["behind"]
    absent.behind_told[figures] = np.where(is_told, found["behind_told"], 0)
    absent.is_open[figures] = found["is_open"]
    expected = _expected(con, int(scope.max(initial=-1)) + 1)
    for name, values in vars(expected).items():
        getattr(absent.expected, name)[figures] = np.where(is_told, values[scope], 0.0)
    con.unregister("absent_table")
    for name in _WORK:
        con.execute(f"drop table temp.{name}")
    return absent


def _facts(tables: Sequence[TableSpecification]) -> pd.DataFrame:
    """By table: its domain, whether its periods are those of the events, and whether it holds all their records."""
    return pd.DataFrame(
        {
            "table_id": [table.table_id for table in tables],
            "domain": [str(table.domain) for table in tables],
            "is_dated": [table.date_of == "death" for table in tables],
            "is_whole": [not table.filters and table.below_age is None and not table.in_parts for table in tables],
        }
    )


def _expected(con: duckdb.DuckDBPyConnection, scopes: int) -> Expected:
    """How many records are expected to be absent from each scope, of those told of it.

    A finding about a group is right with its rule's chance, and the number then as likely one as another from the least
    to the greatest; flags on records are right each for itself, and what they stand for is absent in the same way.
    """
    rows = con.execute(_TOLD).df()
    beliefs = find_beliefs(con)
    chances = draw([one.rule_id for one in beliefs], [one.chance for one in beliefs])
    place = {one.rule_id: number for number, one in enumerate(beliefs)}
    rows["rule"] = rows["rule_id"].map(place).astype(np.int64)
    least, greatest = (rows[name].to_numpy(np.float64) for name in ("least", "greatest"))
    is_group = rows["is_of_group"].to_numpy(bool)
    groups, records = rows[is_group], rows[~is_group]
    numbers, each = _between(least[is_group], greatest[is_group])
    of_groups = groups.loc[groups.index.repeat(each)]
    both = pd.concat([of_groups, records])
    outcomes = Outcomes(
        figure=both["scope"].to_numpy(np.int64),
        record=both["finding"].to_numpy(np.int64),
        rule=both["rule"].to_numpy(np.int64),
        dn=np.concatenate([numbers, np.ones(len(records))]),
        dd=np.zeros(len(both)),
        share=np.concatenate([np.repeat(1 / each, each), (least + greatest)[~is_group] / (2 * greatest[~is_group])]),
        count=np.concatenate([np.ones(len(numbers)), greatest[~is_group]]),
    )
    return simulate(np.zeros(scopes), np.ones(scopes), outcomes, chances, fixed_denominator=np.ones(scopes, dtype=bool))


def _between(least: Floats, greatest: Floats) -> tuple[Floats, np.ndarray]:
    """Numbers from the least to the greatest of each row, evenly spread, and how many they are."""
    each = np.minimum(greatest - least + 1, _NUMBERS).astype(np.int64)
    row = np.repeat(np.arange(len(each)), each)
    step = np.arange(len(row)) - np.repeat(np.cumsum(each) - each, each)
    return least[row] + step * (greatest - least)[row] / np.maximum(each[row] - 1, 1), each
