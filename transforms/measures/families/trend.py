"""Trends of standardised rates: annual percent change, by segments between joinpoints and on average."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from transforms.measures.composed import Family, Request
from transforms.measures.families.comparability import bridged
from transforms.measures.families.series import Series, joined, series
from transforms.measures.families.standardised import directly_standardised_rate
from transforms.measures.methods.joinpoint import Trend, fit_trend

FEWEST_YEARS = 5


def annual_percent_change(*, average: bool) -> Family:
    """The family of the annual percent change of directly standardised rates.

    A series is one cause, sex and area within one version of a classification, so that no line crosses a change of
    it but where the table gives the comparability ratio of the cause. Years that the sources cover in part are left
    out. A figure spans the years of its segment; `records` are the deaths of those years. A series with a year without
    deaths has no trend, and one of fewer than five years neither.
    """

    def family(request: Request, strata: pd.DataFrame) -> pd.DataFrame:
        rates = directly_standardised_rate(request, strata)
        if rates.empty:
            return rates
        rates = bridged(request, rates)
        return joined([_figures(request, one, average) for one in series(request, rates)])

    return family


def fitted_trends(request: Request, one: Series) -> Iterator[tuple[int, Trend | None, str | None]]:
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


def _figures(request: Request, one: Series, average: bool) -> pd.DataFrame:
    """The figures of all series: one for each segment of a trend, or one for its average; one where there is none."""
    years = one.periods["period_start"].dt.year.to_numpy()
    until = np.cumsum(np.nan_to_num(one.filled("records")), axis=1)
    rows = []
    for place, trend, problem in fitted_trends(request, one):
        if trend is None:
            rows.append((place, 0, len(years) - 1, np.nan, np.nan, np.nan, None, problem))
            continue
        for change in [trend.average] if average else trend.segments:
            first, last = (int(np.searchsorted(years, year)) for year in (change.start, change.end))
            method = f"joinpoint_{trend.selection}"
            rows.append((place, first, last, change.value, change.lower, change.upper, method, None))
    place, first, last, value, lower, upper, method, problem = (list(column) for column in zip(*rows, strict=True))
    before = np.where(np.equal(first, 0), 0.0, until[place, np.maximum(first, 1) - 1])
    return (
        one.keys.iloc[place]
        .reset_index(drop=True)
        .assign(
            period_start=one.periods["period_start"].iloc[first].to_numpy(),
            period_end=one.periods["period_end"].iloc[last].to_numpy(),
            value=value,
            lower=lower,
            upper=upper,
            method=method,
            records=(until[place, last] - before).astype("int64"),
            is_sampling=(np.nan_to_num(one.filled("is_sampling")) > 0).any(axis=1)[place],
            problem=problem,
        )
    )
