"""Indirect standardisation: mortality ratios of areas or facilities, standardised and proportionate."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from transforms.measures.composed import Request
from transforms.measures.families.grid import SEXES, Grid, first_of, grids
from transforms.measures.methods.standardisation import Indirect, expected_events, observed_over_expected
from transforms.measures.specification import Reference

PLACES = ("facility_id", "area")


def standardised_mortality_ratio(request: Request, strata: pd.DataFrame) -> pd.DataFrame:
    """100 times the deaths of an area or facility over those expected had each sex and age the reference's rates.

    The reference is the sum of the collection's own areas (facilities) in the same period, or in the period that the
    table names, or the rates that it gives. A place without a full population is no part of it.
    """
    reference = request.table.reference
    found = []
    for grid in grids(request, strata):
        sound = (grid.problem == None) & ~np.isnan(grid.population).any(axis=1)  # noqa: E711 - elementwise
        if reference and reference.rates:
            events, people, misfit = _given(grid, reference)
        else:
            group = _reference_group(request, grid.keys, reference)
            events = _summed(np.where(sound[:, None], grid.events, 0.0), *group)
            people = _summed(np.where(sound[:, None], grid.population, 0.0), *group)
            misfit = np.where(group[1] < 0, "there is no reference for this period or cause", None)
        expected, problem = expected_events(grid.population, events, people)
        ratio = observed_over_expected(
            grid.events.sum(axis=1), expected, method=request.method or "phe", confidence=request.confidence,
            multiplier=request.multiplier, effective=grid.effective, problem=first_of(grid.problem, misfit, problem),
        )  # fmt: skip
        found.append(_figures(request, grid, ratio).assign(standard=_name(reference)))
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame()


def proportionate_mortality_ratio(request: Request, strata: pd.DataFrame) -> pd.DataFrame:
    """100 times the deaths of a cause over those expected had it the whole collection's share of each sex and age.

    Needs no population; a place with few deaths of other causes has a high ratio without a high rate.
    """
    found = []
    for grid in grids(request, strata):
        keys = grid.keys
        is_all = (keys["cause"] == "all").to_numpy()
        apart = [name for name in request.keys if name not in ("cause", *PLACES)]
        same_place = [name for name in request.keys if name != "cause"]
        total = keys.groupby(same_place, dropna=False, sort=False).ngroup().to_numpy()
        deaths_here = _summed(np.where(is_all[:, None], grid.events, 0.0), total, total)
        everywhere = keys.groupby(apart, dropna=False, sort=False).ngroup().to_numpy()
        of_cause = keys.groupby([*apart, "cause"], dropna=False, sort=False).ngroup().to_numpy()
        deaths = _summed(np.where(is_all[:, None], grid.events, 0.0), everywhere, everywhere)
        expected, _ = expected_events(deaths_here, _summed(grid.events, of_cause, of_cause), deaths)
        ratio = observed_over_expected(
            grid.events.sum(axis=1), expected, method=request.method or "phe", confidence=request.confidence,
            multiplier=request.multiplier, effective=grid.effective,
        )  # fmt: skip
        found.append(_figures(request, grid, ratio)[~is_all])
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame()


def _figures(request: Request, grid: Grid, ratio: Indirect) -> pd.DataFrame:
    holds = ratio.problem == None  # noqa: E711 - elementwise
    limited = holds & (request.method is not None)
    return grid.keys.assign(
        numerator=ratio.observed,
        denominator=ratio.expected,
        value=np.where(holds, ratio.ratio, np.nan),
        lower=np.where(limited, ratio.lower, np.nan),
        upper=np.where(limited, ratio.upper, np.nan),
        records=grid.known_records,
        left_out=grid.left_out,
        is_sampling=grid.is_sampling,
        problem=ratio.problem,
    )


def _reference_group(
    request: Request, keys: pd.DataFrame, reference: Reference | None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each figure the reference group that it adds to, and the one that it is held against; -1 for none."""
    apart = [name for name in request.keys if name not in PLACES]
    if reference is None or reference.year is None:
        group = keys.groupby(apart, dropna=False, sort=False).ngroup().to_numpy()
        return group, group
    timeless = [name for name in apart if name not in ("period_start", "period_end")]
    group = keys.groupby(timeless, dropna=False, sort=False).ngroup().to_numpy()
    in_reference = pd.to_datetime(keys["period_start"]).dt.year.to_numpy() == reference.year
    return np.where(in_reference, group, -1), np.where(np.isin(group, group[in_reference]), group, -1)


def _summed(values: NDArray[np.float64], adds_to: NDArray[np.int64], held_to: NDArray[np.int64]) -> NDArray[np.float64]:
    """The sums of the rows of each group, at each row the sum of the group that it is held against."""
    sums = np.zeros((max(int(adds_to.max(initial=-1)), int(held_to.max(initial=-1))) + 2, values.shape[1]))
    np.add.at(sums, np.where(adds_to < 0, len(sums) - 1, adds_to), values)
    sums[-1] = 0.0
    return sums[np.where(held_to < 0, len(sums) - 1, held_to)]


def _given(grid: Grid, reference: Reference) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.object_]]:
    """The events and persons of a table's own reference in each stratum of each figure, and what they lack."""
    causes = grid.keys["cause"] if "cause" in grid.keys else pd.Series([None] * len(grid.keys))
    events, people = np.zeros_like(grid.events), np.zeros_like(grid.events)
    problem = np.full(len(grid.keys), None, dtype=object)
    for cause in dict.fromkeys(causes):
        rows = np.flatnonzero(causes.isna() if cause is None else (causes == cause).to_numpy())
        column = 0
        for sex in SEXES:
            for band in grid.bands.itertuples():
                last = float("inf") if pd.isna(band.age_end) else band.age_end
                within = [
                    rate
                    for rate in reference.rates
                    if rate.sex in (sex, None)
                    and (rate.cause or "all") == (cause or "all")
                    and rate.age_start >= band.age_start
                    and (float("inf") if rate.age_end is None else rate.age_end) <= last
                ]
                events[rows, column] = sum(rate.events for rate in within)
                people[rows, column] = sum(rate.persons for rate in within)
                if not within:
                    problem[rows] = f"the reference lacks the age band {band.age_band} of sex {sex} of this cause"
                column += 1
    return events, people, problem


def _name(reference: Reference | None) -> str:
    if reference is None:
        return "collection_total"
    return f"collection_{reference.year}" if reference.year else reference.name
