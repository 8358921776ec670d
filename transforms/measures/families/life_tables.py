"""Life tables: expectancies, survivors, what a cause takes from them, and what made them change."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from transforms.measures.composed import Request
from transforms.measures.families.grid import Grid, first_of, grids
from transforms.measures.methods.decomposition import decompose
from transforms.measures.methods.life_table import LifeTables, cause_deleted, life_tables

# Deaths of a cell that a figure would give away, where there are any: see transforms.disclosure.
_NO_CELL = np.iinfo(np.int64).max


def life_expectancy(request: Request, strata: pd.DataFrame) -> pd.DataFrame:
    """Years still to be lived at the ages that the table names, with the limits of Chiang's and Silcocks's variance."""
    found = []
    for grid in grids(request, strata):
        tables, problem = _tables(request, grid)
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
    return _together(found)


def life_table_survivors(request: Request, strata: pd.DataFrame) -> pd.DataFrame:
    """Of 100,000 born, how many live to the start of each age band at the rates of the period."""
    found = []
    for grid in grids(request, strata):
        tables, problem = _tables(request, grid)
        for place, start in enumerate(tables.starts):
            found.append(
                _about(grid).assign(
                    stratum_name="age",
                    stratum=str(int(start)),
                    value=tables.l[:, place],
                    smallest_cell=_smallest(grid.records[:, :place]),
                    problem=first_of(problem, tables.problem[:, 0]),
                )
            )
    return _together(found)


def life_expectancy_gain_without_cause(request: Request, strata: pd.DataFrame) -> pd.DataFrame:
    """Years by which life expectancy at birth would rise were a cause eliminated, the others as they are."""
    found = []
    for grid in grids(request, strata):
        keys = grid.keys
        whole = _all_causes(request, keys)
        kept = np.flatnonzero((keys["cause"] != "all").to_numpy() & (whole >= 0))
        if not kept.size:
            continue
        of_cause = _rows(grid, kept)
        of_all = _rows(grid, whole[kept])
        tables, problem = _tables(request, of_all)
        gain = cause_deleted(tables, of_all.events, np.minimum(of_cause.events, of_all.events))
        found.append(_about(of_cause).assign(value=gain.gain[:, 0], problem=first_of(problem, gain.problem[:, 0])))
    return _together(found)


def life_expectancy_change(request: Request, strata: pd.DataFrame) -> pd.DataFrame:
    """Years by which life expectancy at birth changed from the first period to each, by age and by cause (Arriaga).

    The row `all` without an age is the change; the rows of its causes, of its ages, and of each cause at each age add
    up to it. Subtotals and subsets of the scheme are no parts. `standard` names the first period.
    """
    if not request.table.scheme:
        return pd.DataFrame()
    parts = request.con.execute(
        "select scheme_version, group_code as cause from codes.group_label "
        "where scheme = ? and (is_subtotal or is_subset)",
        [request.table.scheme],
    ).df()
    again = set(zip(parts["scheme_version"], parts["cause"], strict=True))
    # As an array: an empty list would choose no columns instead of no rows.
    pairs = zip(strata["scheme_version"], strata["cause"], strict=True)
    strata = strata[np.array([pair not in again for pair in pairs], dtype=bool)]
    found = []
    for grid in grids(request, strata):
        apart = [name for name in request.keys if name not in ("cause", "period_start", "period_end")]
        for _, rows in grid.keys.groupby(apart, dropna=False, sort=False):
            found += _changes(request, grid, rows)
    return _together(found)


def _changes(request: Request, grid: Grid, rows: pd.DataFrame) -> list[pd.DataFrame]:
    """The change from the first of some periods to each other one, of one population."""
    causes = [cause for cause in dict.fromkeys(rows["cause"]) if cause != "all"]
    periods = list(dict.fromkeys(rows["period_start"]))
    if len(periods) < 2 or not causes:
        return []
    place = {(row.period_start, row.cause): index for index, row in zip(rows.index, rows.itertuples(), strict=True)}
    whole = _rows(grid, np.array([place[period, "all"] for period in periods]))
    tables, problem = _tables(request, whole)
    rates = _by_cause(grid, [[place[period, cause] for cause in causes] for period in periods])
    # Rates by cause add up to those of all causes but for rounding, which the tables' own rates are free of.
    first = _table_rows(tables, np.zeros(len(periods) - 1, dtype=int))
    later = _table_rows(tables, np.arange(1, len(periods)))
    values = decompose(first, later, np.broadcast_to(rates[:1], rates[1:].shape), rates[1:])
    reason = first_of(problem[1:], problem[:1], values.problem)
    found = []
    for number, period in enumerate(periods[1:]):
        then, now = ([place[when, cause] for cause in ("all", *causes)] for when in (periods[0], period))
        parts_of = np.vstack([values.by_age[number], values.by_cause[number].T])
        whole_of = np.append(values.difference[number], values.by_cause[number].sum(axis=0))
        cells = np.stack([grid.records[then], grid.records[now]])
        found.append(
            _changes_of(
                grid.keys.loc[now],
                list(grid.bands["age_band"]),
                np.column_stack([whole_of, parts_of]),
                np.concatenate([cells.sum(axis=2, keepdims=True), cells], axis=2),
            ).assign(
                standard=f"since_{pd.Timestamp(periods[0]):%Y}",
                left_out=np.repeat(grid.left_out[now], len(grid.bands) + 1),
                is_sampling=bool(grid.is_sampling[now].any()),
                problem=reason[number],
            )
        )
    return found


def _changes_of(
    keys: pd.DataFrame, bands: list[str], change: NDArray[np.float64], cells: NDArray[np.float64]
) -> pd.DataFrame:
    """A row for each cause as a whole and at each age.

    `change` is causes by (whole, ages), `cells` the deaths of each, then and now.
    """
    columns = len(bands) + 1
    causes = len(keys)
    now = cells[1].reshape(-1)
    return keys.loc[keys.index.repeat(columns)].assign(
        stratum_name=np.tile(np.array([None, *["age_band"] * len(bands)], dtype=object), causes),
        stratum=np.tile(np.array([None, *bands], dtype=object), causes),
        value=change.reshape(-1),
        numerator=now,
        records=now.astype(np.int64),
        smallest_cell=_smallest(cells.reshape(2, -1).T).to_numpy(),
    )


def _tables(request: Request, grid: Grid) -> tuple[LifeTables, NDArray[np.object_]]:
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


def _all_causes(request: Request, keys: pd.DataFrame) -> NDArray[np.int64]:
    """For each figure the place of that of all causes beside it; -1 where there is none."""
    apart = [name for name in request.keys if name != "cause"]
    group = keys.groupby(apart, dropna=False, sort=False).ngroup().to_numpy()
    place = np.full(int(group.max(initial=-1)) + 1, -1)
    is_all = (keys["cause"] == "all").to_numpy()
    place[group[is_all]] = np.flatnonzero(is_all)
    return place[group]


def _rows(grid: Grid, rows: NDArray[np.int64]) -> Grid:
    arrays = ("events", "squared", "records", "population", "problem", "left_out", "is_sampling")
    return Grid(
        collection=grid.collection,
        keys=grid.keys.iloc[rows].reset_index(drop=True),
        bands=grid.bands,
        **{name: getattr(grid, name)[rows] for name in arrays},
    )


def _table_rows(tables: LifeTables, rows: NDArray[np.int64]) -> LifeTables:
    columns = {name: values[rows] for name, values in vars(tables).items() if name != "starts"}
    return LifeTables(starts=tables.starts, **columns)


def _by_cause(grid: Grid, places: list[list[int]]) -> NDArray[np.float64]:
    """Death rates by cause: periods by age bands by causes; 0 where there is no population, which has its problem."""
    index = np.array(places)
    with np.errstate(divide="ignore", invalid="ignore"):
        rates = grid.events[index] / grid.population[index]
    return np.nan_to_num(rates, nan=0.0, posinf=0.0).transpose(0, 2, 1)


def _smallest(counts: NDArray[np.float64]) -> pd.Series:
    """The smallest count but 0 of each row; null where there is none."""
    least = np.where(counts > 0, counts, _NO_CELL).min(axis=1, initial=_NO_CELL)
    return pd.Series(np.where(least == _NO_CELL, np.nan, least)).astype("Int64")


def _together(found: list[pd.DataFrame]) -> pd.DataFrame:
    if not found:
        return pd.DataFrame()
    figures = pd.concat(found, ignore_index=True)
    has_problem = figures["problem"].notna()
    numbers = [name for name in ("value", "lower", "upper") if name in figures]
    figures[numbers] = figures[numbers].astype("float64").mask(has_problem)
    return figures
