"""Directly standardised rates."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from transforms.measures.composed import Request
from transforms.measures.families.grid import first_of, grids
from transforms.measures.methods.standardisation import directly_standardised
from transforms.measures.standards import interval_of, standard_of, weights_of


def directly_standardised_rate(request: Request, strata: pd.DataFrame) -> pd.DataFrame:
    """Rates standardised by age to the table's standard population, collapsed onto the bands that the data fill.

    The method of limits is the table's, else the configuration's, else that of the standard's publisher. Events of
    unknown age have no band; they are left out and counted. Where the table counts only those below an age, so do the
    population and the standard.
    """
    standard = standard_of(request.table, request.settings)
    method = (
        request.table.interval.get(request.definition.name)
        or request.settings.standard_interval
        or interval_of(standard)
    )
    found = []
    for grid in grids(request, strata):
        weights, misfit = weights_of(request.con, request.table.table_id, grid.collection, standard)
        has_weights = misfit is None
        below, cut = _below(grid.bands, request.table.below_age)
        rates = directly_standardised(
            grid.events[:, below],
            grid.population[:, below],
            (weights if has_weights else weights + 1.0)[below],
            method="fay_feuer" if method == "none" else method,
            confidence=request.confidence,
            variance=grid.squared[:, below],
            multiplier=request.multiplier,
        )
        problem = first_of(grid.problem, misfit, cut, rates.problem)
        limited = (problem == None) & (method != "none")  # noqa: E711 - elementwise
        found.append(
            grid.keys.assign(
                standard=standard,
                numerator=rates.events,
                denominator=rates.population,
                value=pd.Series(rates.rate).where(problem == None),  # noqa: E711
                lower=pd.Series(rates.lower).where(limited),
                upper=pd.Series(rates.upper).where(limited),
                method=None if method == "none" else method,
                records=grid.known_records,
                left_out=grid.left_out,
                is_sampling=grid.is_sampling,
                effective=rates.effective,
                limits_problem=None if method == "none" else rates.limits_problem,
                problem=problem,
            )
        )
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame()


def _below(bands: pd.DataFrame, age: int | None) -> tuple[NDArray[np.bool_], str | None]:
    """Which bands lie below an age (None: all), and what rules that out."""
    if age is None:
        return np.ones(len(bands), dtype=bool), None
    last = bands["age_end"].to_numpy(np.float64, na_value=np.inf)
    crossing = bands["age_band"][(bands["age_start"].to_numpy() < age) & (last >= age)]
    problem = None if crossing.empty else f"the age of {age} years lies within the age band {crossing.iloc[0]}"
    return last < age, problem
