"""Excess deaths: deaths of a period less those that a stated baseline leads to expect."""

from __future__ import annotations

import numpy as np
import pandas as pd

from transforms.measures.composed import Request
from transforms.measures.families.grid import Grid, first_of, grids
from transforms.measures.families.series import Series, joined, series, whole_periods
from transforms.measures.methods.excess import brought_forward, excess_over_average, excess_over_regression

FEWEST_BASELINE_YEARS = 3
# Months of the baseline that a regression with trend and season needs here: three whole years.
FEWEST_BASELINE_PERIODS = 36
OF_A_SURVEY = "a survey's weights are no deaths to hold against a baseline"


def excess_deaths(request: Request, strata: pd.DataFrame) -> pd.DataFrame:
    """Deaths less the average of the same period in the years before, with its prediction interval.

    The baseline is the `baseline_years` years before each period, or those of them that the sources cover whole, at
    least three; the figure's stratum says how many. It does not allow for a population that grows or ages. The
    numerator is the deaths, the denominator those expected.
    """
    found = []
    for one in series(request, strata):
        starts = pd.DatetimeIndex(one.periods["period_start"])
        deaths = one.filled(request.definition.numerator)
        for column in range(len(starts)):
            earlier = [
                starts[column] - pd.DateOffset(years=back) for back in range(1, request.table.baseline_years + 1)
            ]
            columns = starts.get_indexer(earlier)
            columns = columns[columns >= 0]
            held = ~np.isnan(deaths[:, column]) & ~np.isnan(deaths[:, columns]).any(axis=1)
            if len(columns) < FEWEST_BASELINE_YEARS or not held.any():
                continue
            excess = excess_over_average(
                deaths[held, column], deaths[np.ix_(held, columns)].T, confidence=request.confidence
            )
            found.append(_figures(one, held, column, excess, f"{excess.baseline} of {len(columns)} years"))
    return joined(found)


def excess_deaths_by_rate(request: Request, strata: pd.DataFrame) -> pd.DataFrame:
    """Deaths less those at the average rates of the years before, age by age, among those who live here now.

    As `excess_deaths`, but each earlier year's deaths of an age band are brought to today's population of it, so that
    a population that grows or ages is no excess. Deaths of unknown age are left out.
    """
    whole = whole_periods(request)
    found = []
    for grid in grids(request, strata):
        covered = whole.loc[whole["collection"] == grid.collection, "period_start"]
        apart = [name for name in request.keys if not name.startswith("period_")]
        starts = pd.DatetimeIndex(grid.keys["period_start"])
        place = grid.keys.groupby(apart, dropna=False, sort=False).ngroup()
        is_whole = np.asarray(starts.isin(covered))
        rows = pd.MultiIndex.from_arrays([place, starts])
        earlier = np.stack(
            [
                rows.get_indexer(pd.MultiIndex.from_arrays([place, starts - pd.DateOffset(years=back)]))
                for back in range(1, request.table.baseline_years + 1)
            ]
        )
        earlier = np.where((earlier >= 0) & is_whole[earlier], earlier, -1)
        years = (earlier >= 0).sum(axis=0)
        for number in sorted(set(years[is_whole & (years >= FEWEST_BASELINE_YEARS)].tolist())):
            for pattern in np.unique((earlier >= 0)[:, is_whole & (years == number)], axis=1).T:
                now = np.flatnonzero(is_whole & ((earlier >= 0) == pattern[:, None]).all(axis=0))
                found.append(_by_rate(request, grid, now, earlier[pattern][:, now]))
    return joined(found)


def _by_rate(request: Request, grid: Grid, now: np.ndarray, earlier: np.ndarray) -> pd.DataFrame:
    """The figures of some rows of a grid; `earlier` are the rows of their baseline, years by figures."""
    brought = brought_forward(grid.events[earlier], grid.population[earlier], grid.population[now])
    known = ~np.isnan(brought).any(axis=0)
    excess = excess_over_average(
        grid.events[now].sum(axis=1), np.where(known, brought, 0.0), by_rate=True, confidence=request.confidence
    )
    is_sampling = grid.is_sampling[now]
    problem = first_of(
        grid.problem[now],
        np.where(known, None, "an age band has no population"),
        np.where(is_sampling, OF_A_SURVEY, None),
        excess.problem,
    )
    return grid.keys.iloc[now].assign(
        stratum_name="baseline",
        stratum=f"{excess.baseline} of {len(earlier)} years",
        numerator=excess.observed,
        denominator=np.where(known, excess.expected, np.nan),
        value=excess.excess,
        lower=excess.excess_lower,
        upper=excess.excess_upper,
        method="prediction",
        records=grid.known_records[now],
        left_out=grid.left_out[now],
        is_sampling=is_sampling,
        problem=problem,
    )


def excess_deaths_by_trend(request: Request, strata: pd.DataFrame) -> pd.DataFrame:
    """Deaths of the last year less those of a regression on the years before it, with trend and season.

    Quasi-Poisson, one pair of seasonal terms, days of the month as exposure; at least three whole years of baseline.
    """
    found = []
    for one in series(request, strata):
        starts = pd.DatetimeIndex(one.periods["period_start"])
        deaths = one.filled(request.definition.numerator)
        is_baseline = np.asarray(starts < starts[-1] - pd.DateOffset(months=11))
        if is_baseline.sum() < FEWEST_BASELINE_PERIODS:
            continue
        time = (starts.year + (starts.month - 0.5) / 12).to_numpy(dtype=np.float64)
        days = one.periods["days"].to_numpy(dtype=np.float64)
        for place in np.flatnonzero(~np.isnan(deaths).any(axis=1) & (deaths[:, is_baseline].sum(axis=1) > 0)):
            fitted = excess_over_regression(deaths[place], days, time, is_baseline, confidence=request.confidence)
            for offset, column in enumerate(np.flatnonzero(~is_baseline)):
                held = np.arange(len(deaths)) == place
                found.append(_figures(one, held, column, fitted.periods, fitted.periods.baseline, np.array([offset])))
    return joined(found)


def _figures(one: Series, held: np.ndarray, column: int, excess, baseline: str, at: np.ndarray | None = None):
    """The figures of the series that are `held`, in one period; `at` are their places in the excess."""
    at = np.arange(int(held.sum())) if at is None else at
    records = np.nan_to_num(one.filled("records")[held, column]).astype(np.int64)
    is_sampling = np.nan_to_num(one.filled("sampling_records")).sum(axis=1)[held] > 0
    return one.keys[held].assign(
        period_start=one.periods["period_start"].iloc[column],
        period_end=one.periods["period_end"].iloc[column],
        stratum_name="baseline",
        stratum=baseline,
        numerator=excess.observed[at],
        denominator=excess.expected[at],
        value=excess.excess[at],
        lower=excess.excess_lower[at],
        upper=excess.excess_upper[at],
        method="prediction",
        records=records,
        is_sampling=is_sampling,
        problem=np.where(is_sampling, OF_A_SURVEY, excess.problem[at]),
    )
