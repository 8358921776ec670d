"""Life tables: expectancies, survivors, and what a cause takes from them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from transforms.measures.composed import Request
from transforms.measures.families.grid import Grid, first_of, grids
from transforms.measures.methods.life_table import LifeTables, cause_deleted, life_tables

# Deaths of a cell that a figure would give away, where there are any: see transforms.disclosure.
_NO_CELL = np.iinfo(np.int64).max


def life_expectancy(request: Request, strata: pd.DataFrame) -> pd.DataFrame:
    """Years still to be lived at the ages that the table names, with the limits of Chiang's and Silcocks's variance."""
    found = []
    for grid in grids(request, strata):
        tables, problem = tables_of(request, grid)
        for age in request.table.ages:
            column = np.flatnonzero(tables.starts == age)
            if not column.size:
                continue
            place = int(column[0])
            found.append(
                _about(grid).assign(
                    stratum_name="age",
                    stratum=str(age),
                    value=tables.e[:, place],
                    lower=tables.lower[:, place],
                    upper=tables.upper[:, place],
                    problem=first_of(problem, tables.problem[:, place]),
                )
            )
    return together(found)


def life_table_survivors(request: Request, strata: pd.DataFrame) -> pd.DataFrame:
    """Of 100,000 born, how many live to the start of each age band at the rates of the period."""
    found = []
    for grid in grids(request, strata):
        tables, problem = tables_of(request, grid)
        for place, start in enumerate(tables.starts):
            found.append(
                _about(grid).assign(
                    stratum_name="age",
                    stratum=str(int(start)),
                    value=tables.l[:, place],
                    smallest_cell=smallest(grid.records[:, :place]),
                    problem=first_of(problem, tables.problem[:, 0]),
                )
            )
    return together(found)


def life_expectancy_gain_without_cause(request: Request, strata: pd.DataFrame) -> pd.DataFrame:
    """Years by which life expectancy at birth would rise were a cause eliminated, the others as they are."""
    found = []
    for grid in grids(request, strata):
        keys = grid.keys
        whole = place_of_all_causes(request, keys)
        kept = np.flatnonzero((keys["cause"] != "all").to_numpy() & (whole >= 0))
        if not kept.size:
            continue
        of_cause = rows_of(grid, kept)
        of_all = rows_of(grid, whole[kept])
        tables, problem = tables_of(request, of_all)
        gain = cause_deleted(tables, of_all.events, np.minimum(of_cause.events, of_all.events))
        found.append(_about(of_cause).assign(value=gain.gain[:, 0], problem=first_of(problem, gain.problem[:, 0])))
    return together(found)


def tables_of(request: Request, grid: Grid) -> tuple[LifeTables, NDArray[np.object_]]:
    """The life table of each figure of a grid, and why there is none."""
    starts = grid.bands["age_start"].to_numpy(np.float64)
    # Bands that hold more than infants first have no known share of the band lived; half of it is no life table.
    apart = bool(starts[0] == 0 and len(starts) > 1 and starts[1] == 1)
    tables = life_tables(
        grid.events, grid.population, starts, fraction_lived=None if apart else 0.5, variance=grid.squared,
        confidence=request.confidence,
    )  # fmt: skip
    return tables, first_of(grid.problem, None if apart else "the data do not tell infants apart")


def _about(grid: Grid) -> pd.DataFrame:
    """What is the same in every figure of a life table: all its deaths and person-years are behind each."""
    return grid.keys.assign(
        numerator=grid.events.sum(axis=1),
        denominator=grid.population.sum(axis=1),
        records=grid.known_records,
        left_out=grid.left_out,
        is_sampling=grid.is_sampling,
    )


def place_of_all_causes(request: Request, keys: pd.DataFrame) -> NDArray[np.int64]:
    """For each figure the place of that of all causes beside it; -1 where there is none."""
    apart = [name for name in request.keys if name != "cause"]
    group = keys.groupby(apart, dropna=False, sort=False).ngroup().to_numpy()
    place = np.full(int(group.max(initial=-1)) + 1, -1)
    is_all = (keys["cause"] == "all").to_numpy()
    place[group[is_all]] = np.flatnonzero(is_all)
    return place[group]


def rows_of(grid: Grid, rows: NDArray[np.int64]) -> Grid:
    """Some of a grid's figures, in the order asked for."""
    arrays = ("events", "squared", "records", "population", "problem", "left_out", "is_sampling")
    return Grid(
        collection=grid.collection,
        keys=grid.keys.iloc[rows].reset_index(drop=True),
        bands=grid.bands,
        **{name: getattr(grid, name)[rows] for name in arrays},
    )


def smallest(counts: NDArray[np.float64]) -> pd.Series:
    """The smallest count but 0 of each row; null where there is none."""
    least = np.where(counts > 0, counts, _NO_CELL).min(axis=1, initial=_NO_CELL)
    return pd.Series(np.where(least == _NO_CELL, np.nan, least)).astype("Int64")


def together(found: list[pd.DataFrame]) -> pd.DataFrame:
    """Frames of figures as one, without the numbers of those with a problem."""
    found = [frame for frame in found if not frame.empty]
    if not found:
        return pd.DataFrame()
    figures = pd.concat(found, ignore_index=True)
    has_problem = figures["problem"].notna()
    numbers = [name for name in ("value", "lower", "upper") if name in figures]
    figures[numbers] = figures[numbers].astype("float64").mask(has_problem)
    return figures
