"""Years of potential life lost before an age limit: the years, their rate, and the rate standardised by age."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from transforms.measures.composed import Request
from transforms.measures.families.grid import first_of, grids
from transforms.measures.methods.weighted_sum import weighted_sum
from transforms.measures.methods.years_lost import YearsLost, years_lost
from transforms.measures.standards import standard_of, weights_of


def years_of_potential_life_lost(request: Request, strata: pd.DataFrame) -> pd.DataFrame:
    """Years lost before the table's age limit; a death counts from the middle of its age band (see `years_each`)."""
    found = []
    for grid in grids(request, strata):
        below, each, problem = years_each(grid.bands, request.table.age_limit)
        years = weighted_sum(
            grid.events[:, below], np.broadcast_to(each, (len(grid.keys), len(each))), method="fay_feuer",
            confidence=request.confidence, variance=grid.squared[:, below],
        )  # fmt: skip
        holds = problem is None
        found.append(
            grid.keys.assign(
                numerator=grid.events[:, below].sum(axis=1),
                value=np.where(holds, years.value, np.nan),
                lower=np.where(holds & (request.method is not None), years.lower, np.nan),
                upper=np.where(holds & (request.method is not None), years.upper, np.nan),
                records=grid.records[:, below].sum(axis=1).astype(np.int64),
                left_out=grid.left_out,
                is_sampling=grid.is_sampling,
                problem=problem,
            )
        )
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame()


def years_of_potential_life_lost_rate(request: Request, strata: pd.DataFrame) -> pd.DataFrame:
    """Years lost for every 100,000 person-years lived below the age limit."""
    found = []
    for grid in grids(request, strata):
        below, lost, problem = _lost(request, grid, np.ones(len(grid.bands)))
        found.append(
            _figures(request, grid, below, lost.rate, lost.rate_lower, lost.rate_upper, first_of(problem, lost.problem))
        )
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame()


def years_of_potential_life_lost_adjusted_rate(request: Request, strata: pd.DataFrame) -> pd.DataFrame:
    """The same standardised by age: each band's rate of years lost, weighted with the standard's persons of it."""
    standard = standard_of(request.table, request.settings)
    found = []
    for grid in grids(request, strata):
        weights, misfit = weights_of(request.con, request.table.table_id, grid.collection, standard)
        below, lost, problem = _lost(request, grid, weights if misfit is None else weights + 1.0)
        figures = _figures(
            request, grid, below, lost.adjusted, lost.adjusted_lower, lost.adjusted_upper,
            first_of(problem, misfit, lost.adjusted_problem),
        )  # fmt: skip
        found.append(figures.assign(standard=standard))
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame()


def years_each(bands: pd.DataFrame, limit: int) -> tuple[NDArray[np.bool_], NDArray[np.float64], str | None]:
    """Which bands lie below the limit, the years that a death in each of them loses, and what rules them out.

    A death is set at the mean of the band's first and last completed year, at half a year for infants: on NCHS's
    groups these are `methods.years_lost.nchs_groups`, on single years `methods.years_lost.years_lost_by_age`.
    """
    first, last = bands["age_start"].to_numpy(np.float64), bands["age_end"].to_numpy(np.float64, na_value=np.inf)
    below = first < limit
    cut = np.flatnonzero(below & (last >= limit))
    problem = None
    if cut.size:
        problem = f"the limit of {limit} years lies within the age band {bands['age_band'].iloc[cut[0]]}"
    middle = np.where(last == 0, 0.5, (first + np.minimum(last, limit - 1.0)) / 2)
    return below, (limit - middle)[below], problem


def _lost(request: Request, grid, weights: NDArray[np.float64]) -> tuple[NDArray[np.bool_], YearsLost, NDArray]:
    below, each, problem = years_each(grid.bands, request.table.age_limit)
    lost = years_lost(
        grid.events[:, below], each, grid.population[:, below], weights[below],
        variance=grid.squared[:, below], confidence=request.confidence, multiplier=request.multiplier,
    )  # fmt: skip
    return below, lost, first_of(grid.problem, problem)


def _figures(request: Request, grid, below, value, lower, upper, problem) -> pd.DataFrame:
    holds = problem == None  # noqa: E711 - elementwise
    limited = holds & (request.method is not None)
    return grid.keys.assign(
        numerator=grid.events[:, below].sum(axis=1),
        denominator=np.where(holds, grid.population[:, below].sum(axis=1), np.nan),
        value=np.where(holds, value, np.nan),
        lower=np.where(limited, lower, np.nan),
        upper=np.where(limited, upper, np.nan),
        records=grid.records[:, below].sum(axis=1).astype(np.int64),
        left_out=grid.left_out,
        is_sampling=grid.is_sampling,
        problem=problem,
    )
