"""Strata as series: a row for each place or cause, a column for each period in order of time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from transforms.measures.composed import Request


@dataclass(frozen=True, kw_only=True)
class Series:
    """The series of one collection.

    `keys` has a row for each series. `periods` has a row for each period that the sources cover whole, in order
    (period_start, period_end, days). `place` and `column` say where each row of `rows` stands.
    """

    collection: str
    keys: pd.DataFrame
    periods: pd.DataFrame
    rows: pd.DataFrame
    place: NDArray[np.intp]
    column: NDArray[np.intp]

    def filled(self, name: str) -> NDArray[np.float64]:
        """A column of the strata as series by periods; NaN where there is no such row."""
        values = np.full((len(self.keys), len(self.periods)), np.nan)
        values[self.place, self.column] = self.rows[name].to_numpy(dtype=np.float64, na_value=np.nan)
        return values

    def figures(self, held: NDArray[np.bool_], **columns: NDArray) -> pd.DataFrame:
        """A row for each series and period where `held`; `columns` are series by periods."""
        place, column = np.nonzero(held)
        periods = self.periods.iloc[column].reset_index(drop=True)
        return (
            self.keys.iloc[place]
            .reset_index(drop=True)
            .assign(
                period_start=periods["period_start"],
                period_end=periods["period_end"],
                **{name: values[place, column] for name, values in columns.items()},
            )
        )


def series(request: Request, strata: pd.DataFrame) -> Iterator[Series]:
    """The strata of a margin as one set of series a collection; periods that are partly covered are left out."""
    covered = whole_periods(request)
    names = [name for name in request.keys if not name.startswith("period_")]
    for collection, rows in strata[strata["period_start"].notna()].groupby("collection", sort=True):
        periods = covered[covered["collection"] == collection].reset_index(drop=True)
        column = pd.Index(periods["period_start"]).get_indexer(rows["period_start"])
        rows = rows[column >= 0]
        if rows.empty:
            continue
        place = rows.groupby(names, dropna=False, sort=False).ngroup().to_numpy()
        yield Series(
            collection=str(collection),
            keys=rows.drop_duplicates(names)[names].reset_index(drop=True),
            periods=periods[["period_start", "period_end", "days"]],
            rows=rows,
            place=place,
            column=column[column >= 0],
        )


def whole_periods(request: Request) -> pd.DataFrame:
    """The periods that the sources of each collection cover whole: collection, period_start, period_end, days."""
    return request.con.execute(
        """
        select s.collection, t.period_start, t.period_end, t.days
        from calendar_period as t
        join scope as s using (scope_id)
        where s."domain" = $domain and t.days_covered = t.days
        order by all
        """,
        {"domain": request.table.domain},
    ).df()


def joined(found: list[pd.DataFrame]) -> pd.DataFrame:
    """Frames of figures as one; an empty frame where there are none."""
    found = [frame for frame in found if not frame.empty]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame()
