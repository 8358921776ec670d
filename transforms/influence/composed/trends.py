"""Bounds of annual percent changes, with joinpoints and weights as they are fitted.

Given both, the slope of a segment is a sum over years of the logarithm of the year's standardised rate times a number
(methods.joinpoint.slopes_by_logs), and the annual percent change rises with the slope. So it is greatest with the rates
at their greatest in years whose number is positive, and at their least in the others. The rates of years are bounded
each from the deaths of every age at their ends. Fitted anew the line may bend elsewhere: the bounds are `conditional`.

A year that flags could leave without deaths has no logarithm, and the bound on its side is null.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from transforms.measures.composed import Request
from transforms.measures.families.comparability import bridged
from transforms.measures.families.series import Series, series
from transforms.measures.families.standardised import directly_standardised_rate
from transforms.measures.families.trend import fitted_trends
from transforms.measures.methods.arrays import Floats
from transforms.measures.methods.joinpoint import slopes_by_logs


def _changes(*, average: bool) -> Callable[..., Iterator[pd.DataFrame]]:
    def bounded(
        request: Request, fewest: pd.DataFrame, most: pd.DataFrame, coded: pd.DataFrame
    ) -> Iterator[pd.DataFrame]:
        """Frames of keys with `low` and `high`, from the strata with the least, the greatest and the coded deaths."""
        of = [_rates(request, strata) for strata in (coded, fewest, most)]
        if of[0].empty:
            return
        for one, low, high in zip(*(series(request, rates) for rates in of), strict=True):
            yield from _of_series(request, one, low.filled("value"), high.filled("value"), average)

    return bounded


def _rates(request: Request, strata: pd.DataFrame) -> pd.DataFrame:
    rates = directly_standardised_rate(request, strata)
    return rates if rates.empty else bridged(request, rates)


def _of_series(request: Request, one: Series, low: Floats, high: Floats, average: bool) -> Iterator[pd.DataFrame]:
    years = one.periods["period_start"].dt.year.to_numpy(dtype=np.float64)
    rates, weights = one.filled("value"), one.filled("effective")
    with np.errstate(divide="ignore"):
        logs = np.log(low), np.log(high)
    for place, trend, _ in fitted_trends(request, one):
        if trend is None:
            continue
        known = ~np.isnan(rates[place])
        segments, mean = slopes_by_logs(years[known], weights[place, known], trend.joinpoints)
        parts = [(trend.average, mean)] if average else zip(trend.segments, segments, strict=True)
        for change, of_years in parts:
            least, greatest = (end[place, known] for end in logs)
            first, last = (int(np.searchsorted(years, year)) for year in (change.start, change.end))
            # A year that has no part in a segment adds nothing, whatever its logarithm.
            has_part = of_years != 0
            falls = np.where(of_years > 0, least, greatest)[has_part] @ of_years[has_part]
            rises = np.where(of_years > 0, greatest, least)[has_part] @ of_years[has_part]
            yield one.keys.iloc[[place]].assign(
                period_start=one.periods["period_start"].iloc[first],
                period_end=one.periods["period_end"].iloc[last],
                low=_percent(falls),
                high=_percent(rises),
            )


def _percent(slope: float) -> float:
    return 100 * float(np.expm1(slope)) if np.isfinite(slope) else np.nan


TRENDS = {
    "annual_percent_change": _changes(average=False),
    "average_annual_percent_change": _changes(average=True),
}
