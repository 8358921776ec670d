"""Bounds of annual percent changes, with joinpoints and weights as they are fitted.

Given both, the slope of a segment is a sum over years of the logarithm of the year's standardised rate times a number
(methods.joinpoint.slopes_by_logs), and the annual percent change rises with the slope. So it is greatest with the rates
at their greatest in years whose number is positive, and at their least in the others. The rates of years are bounded
each from the deaths of every age at their ends. Fitted anew the line may bend elsewhere: the bounds are `conditional`.

A year that flags could leave without deaths has no logarithm, and the bound on its side is null. Expected values, and
what one record alone does, have the same joinpoints and weights.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
from scipy import sparse

from transforms.influence.composed.items import Items
from transforms.influence.forms import FORMS
from transforms.influence.methods.choices import Integers
from transforms.measures.composed import Request
from transforms.measures.families.comparability import bridged
from transforms.measures.families.series import Series, series
from transforms.measures.families.standardised import directly_standardised_rate
from transforms.measures.families.trend import fitted_trends
from transforms.measures.methods.arrays import Floats
from transforms.measures.methods.joinpoint import PercentChange, slopes_by_logs


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
    with np.errstate(divide="ignore"):
        logs = np.log(low), np.log(high)
    for place, change, of_years in _parts(request, one, average):
        least, greatest = (end[place] for end in logs)
        # A year that has no part in a segment adds nothing, whatever its logarithm.
        has_part = of_years != 0
        falls = np.where(of_years > 0, least, greatest)[has_part] @ of_years[has_part]
        rises = np.where(of_years > 0, greatest, least)[has_part] @ of_years[has_part]
        first, last = (int(np.searchsorted(_years(one), year)) for year in (change.start, change.end))
        yield one.keys.iloc[[place]].assign(
            period_start=one.periods["period_start"].iloc[first],
            period_end=one.periods["period_end"].iloc[last],
            low=_percent(falls),
            high=_percent(rises),
        )


def _years(one: Series) -> Floats:
    return one.periods["period_start"].dt.year.to_numpy(dtype=np.float64)


def _parts(request: Request, one: Series, average: bool) -> Iterator[tuple[int, PercentChange, Floats]]:
    """The changes of the trends of series: the series, the change, and what each year's logarithm adds to its slope."""
    years, rates, weights = _years(one), one.filled("value"), one.filled("effective")
    for place, trend, _ in fitted_trends(request, one):
        if trend is None:
            continue
        known = ~np.isnan(rates[place])
        segments, mean = slopes_by_logs(years[known], weights[place, known], trend.joinpoints)
        for change, of_known in [(trend.average, mean)] if average else zip(trend.segments, segments, strict=True):
            of_years = np.zeros(len(years))
            of_years[known] = of_known
            yield place, change, of_years


def _items(*, average: bool) -> Callable[..., Iterator[Items]]:
    def items(request: Request, strata: pd.DataFrame) -> Iterator[Items]:
        """Items of one change, whose slots are the rates of the years; in the order of the frames of `TRENDS`."""
        rates = _rates(request, strata)
        if rates.empty:
            return
        adds = _adds(request, strata)
        for one in series(request, rates):
            parts = list(_parts(request, one, average))
            if parts:
                yield _of_parts(one, np.array([place for place, *_ in parts]), np.stack([of for *_, of in parts]), adds)

    return items


def _adds(request: Request, strata: pd.DataFrame) -> pd.DataFrame:
    """Which rate each stratum's deaths add to, and how much one does; a change of classification is bridged."""
    each = FORMS["directly_standardised_rate"].weights(request, strata)
    found = strata[request.keys].assign(stratum=np.arange(len(strata)), adds=each)
    given = {(one.earlier_version, one.earlier_cause): one for one in request.table.comparability}
    if not given or "cause" not in request.margin.by:
        return found
    bridges = [given.get(cause) for cause in zip(found["scheme_version"], found["cause"], strict=True)]
    moved = np.array([bridge is not None for bridge in bridges])
    ratio = np.array([1.0 if bridge is None else bridge.ratio for bridge in bridges])
    return found.assign(
        adds=each * ratio,
        scheme_version=found["scheme_version"].where(~moved, [bridge and bridge.version for bridge in bridges]),
        cause=found["cause"].where(~moved, [bridge and bridge.cause for bridge in bridges]),
    )


def _of_parts(one: Series, place: Integers, of_years: Floats, adds: pd.DataFrame) -> Items:
    strata = len(adds)
    years = len(one.periods)
    names = list(one.keys)
    rows = adds.merge(one.keys.assign(place=np.arange(len(one.keys))), on=names)
    column = pd.Index(one.periods["period_start"]).get_indexer(rows["period_start"])
    rows, column = rows[column >= 0], column[column >= 0]
    cell = (rows["place"].to_numpy() * years + column, rows["stratum"].to_numpy())
    rates = sparse.csr_array((rows["adds"].to_numpy(np.float64), cell), shape=(len(one.keys) * years, strata))

    def figures_of(rate: Floats, item: Integers) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            slope = np.where(of_years[item] != 0, np.log(rate) * of_years[item], 0.0).sum(axis=1, keepdims=True)
            return 100 * np.expm1(slope)

    slots = (place[:, None] * years + np.arange(years)).reshape(-1)
    return Items(len(place), rates[slots], figures_of, 1)


def _percent(slope: float) -> float:
    return 100 * float(np.expm1(slope)) if np.isfinite(slope) else np.nan


TRENDS = {
    "annual_percent_change": _changes(average=False),
    "average_annual_percent_change": _changes(average=True),
}

TREND_ITEMS = {
    "annual_percent_change": _items(average=False),
    "average_annual_percent_change": _items(average=True),
}
