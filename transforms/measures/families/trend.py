"""Trends of standardised rates: annual percent change, by segments between joinpoints and on average."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from transforms.measures.composed import Family, Request
from transforms.measures.families.series import Series, joined, series
from transforms.measures.families.standardised import directly_standardised_rate
from transforms.measures.methods.joinpoint import Trend, fit_trend

FEWEST_YEARS = 5


def annual_percent_change(*, average: bool) -> Family:
    """The family of the annual percent change of directly standardised rates.

    A series is one cause, sex and area within one version of a classification, so that no line crosses a change of
    it. Years that the sources cover in part are left out. A figure spans the years of its segment; `records` are the
    deaths of those years. A series with a year without deaths has no trend, and one of fewer than five years neither.
    """

    def family(request: Request, strata: pd.DataFrame) -> pd.DataFrame:
        rates = directly_standardised_rate(request, strata)
        if rates.empty:
            return rates
        found = []
        for one in series(request, rates):
            for place, trend, problem in _fitted(request, one):
                found.append(_figures(one, place, trend, problem, average))
        return joined(found)

    return family


def _fitted(request: Request, one: Series) -> Iterator[tuple[int, Trend | None, str | None]]:
    """The trend of each series, or why it has none."""
    # The variance of a rate's logarithm is variance / rate²: one over its effective number of events.
    rates, weights = one.filled("value"), one.filled("effective")
    years = one.periods["period_start"].dt.year.to_numpy(dtype=np.float64)
    for place in range(len(one.keys)):
        known = ~np.isnan(rates[place])
        if known.sum() < FEWEST_YEARS:
            yield place, None, f"fewer than {FEWEST_YEARS} years with a rate"
        elif (rates[place, known] == 0).any():
            yield place, None, "a year without deaths has no logarithm"
        else:
            yield (
                place,
                fit_trend(
                    years[known],
                    rates[place, known],
                    weights[place, known],
                    most=request.table.most_joinpoints,
                    confidence=request.confidence,
                ),
                None,
            )


def _figures(one: Series, place: int, trend: Trend | None, problem: str | None, average: bool) -> pd.DataFrame:
    deaths = np.nan_to_num(one.filled("records")[place])
    years = one.periods["period_start"].dt.year.to_numpy()
    key = one.keys.iloc[[place]]
    if trend is None:
        first, last = (0, len(years) - 1)
        spans = [(first, last, None)]
    else:
        changes = [trend.average] if average else list(trend.segments)
        spans = [
            (int(np.searchsorted(years, change.start)), int(np.searchsorted(years, change.end)), change)
            for change in changes
        ]
    return pd.concat(
        [
            key.assign(
                period_start=one.periods["period_start"].iloc[first],
                period_end=one.periods["period_end"].iloc[last],
                value=np.nan if change is None else change.value,
                lower=np.nan if change is None else change.lower,
                upper=np.nan if change is None else change.upper,
                method=None if trend is None else f"joinpoint_{trend.selection}",
                records=int(deaths[first : last + 1].sum()),
                problem=problem,
            )
            for first, last, change in spans
        ],
        ignore_index=True,
    )
