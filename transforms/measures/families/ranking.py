"""Leading causes: the rank of each cause among those that are ranked."""

from __future__ import annotations

import pandas as pd

from transforms.measures.composed import Request
from transforms.measures.methods.ranking import leading_ranks


def leading_cause_rank(request: Request, strata: pd.DataFrame) -> pd.DataFrame:
    """Ranks by number of deaths within each margin, by the procedure of NCHS; causes that are not ranked have no row.

    The scheme says which of its groups are ranked; where it marks none, all its groups but subtotals and subsets are.
    A rank says of the causes before it only that each has more deaths: those hidden as small come after all shown.
    """
    labels = request.con.execute(
        """
        select
            scheme_version, group_code as cause,
            case when bool_or(is_rankable) over (partition by scheme_version) then is_rankable
                else not is_subtotal and not is_subset end as is_ranked
        from codes.group_label
        where scheme = ?
        """,
        [request.table.scheme],
    ).df()
    rows = strata.merge(labels[labels["is_ranked"]], on=["scheme_version", "cause"])
    if rows.empty:
        return pd.DataFrame()
    apart = [name for name in request.keys if name != "cause"]
    group = rows.groupby(apart, dropna=False, sort=False).ngroup()
    deaths = rows[request.definition.numerator].astype("float64")
    rows = rows.assign(value=leading_ranks(deaths, group, rows["is_ranked"]), deaths=deaths)
    rows = rows[rows["value"] > 0]
    return rows[request.keys].assign(
        value=rows["value"].astype("float64"),
        numerator=rows["deaths"],
        records=rows[request.definition.records].astype("int64"),
        is_sampling=rows["sampling_records"] > 0,
    )
