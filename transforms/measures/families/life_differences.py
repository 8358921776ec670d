"""Differences in life expectancy at birth, split by age and cause: over time, between the sexes, between areas.

Each is Arriaga's decomposition of two populations' life tables. The row `all` without an age is the difference; the
rows of its causes, of its ages, and of each cause at each age add up to it. Subtotals and subsets of the scheme are no
parts. `standard` names the population that is held against, in which a positive part has the higher mortality.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from transforms.measures.composed import Request
from transforms.measures.dimensions import unknown_of
from transforms.measures.families.grid import Grid, first_of, grids
from transforms.measures.families.life_tables import rows_of, smallest, tables_of, together
from transforms.measures.methods.decomposition import decompose
from transforms.measures.methods.life_table import LifeTables

Places = NDArray[np.intp]


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """Pairs of populations whose life expectancies are held against each other.

    `first` and `second` are rows of `index`: populations by causes, all causes first, as rows of the grid. The figures
    are the second's, against the first; the records behind them are the deaths of the second, or of both.
    """

    grid: Grid
    index: Places
    first: Places
    second: Places
    standard: str
    of_both: bool = False

    def figures(self) -> pd.DataFrame:
        """A row for each pair, cause, and age band (first the whole): the second's keys with their stratum."""
        keys = self.grid.keys.loc[self.index[self.second].reshape(-1)]
        bands = list(self.grid.bands["age_band"])
        return keys.loc[keys.index.repeat(len(bands) + 1)].assign(
            stratum_name=np.tile(np.array([None, *["age_band"] * len(bands)], dtype=object), len(keys)),
            stratum=np.tile(np.array([None, *bands], dtype=object), len(keys)),
            standard=self.standard,
        )


def pairs_over_time(request: Request, strata: pd.DataFrame) -> Iterator[Pairs]:
    """Each period against the first of its place and sex."""
    for grid in grids(request, _leaves(request, strata)):
        for keys, index in _by_cause(grid, request.keys):
            apart = [name for name in keys if name not in ("period_start", "period_end")]
            for _, rows in keys.groupby(apart, dropna=False, sort=False):
                places = rows.index.to_numpy()
                since = f"since_{pd.Timestamp(rows['period_start'].iloc[0]):%Y}"
                first = np.repeat(places[:1], len(places) - 1)
                yield Pairs(grid=grid, index=index, first=first, second=places[1:], standard=since)


def pairs_of_sexes(request: Request, strata: pd.DataFrame) -> Iterator[Pairs]:
    """Women against men; the keys have a sex, which is none of the figures'."""
    keys = [*request.keys, "sex"]
    strata = _leaves(request, strata)
    for grid in grids(request, strata[strata["sex"].isin(["F", "M"])], keys):
        for places, index in _by_cause(grid, keys):
            wide = places.reset_index().pivot_table(
                index=[name for name in places if name != "sex"], columns="sex", values="index", dropna=False
            )
            if not {"F", "M"} <= set(wide):
                continue
            pairs = wide.dropna(subset=["F", "M"]).sort_values("F")
            women, men = (pairs[sex].to_numpy(dtype=np.intp) for sex in ("F", "M"))
            yield Pairs(grid=grid, index=index, first=men, second=women, standard="women_less_men", of_both=True)


def pairs_of_areas(request: Request, strata: pd.DataFrame) -> Iterator[Pairs]:
    """Each area against all areas together."""
    for grid in grids(request, _leaves(request, strata)):
        whole = _of_all_areas(request, grid)
        for keys, index in _by_cause(whole, request.keys):
            apart = [name for name in keys if name != "area"]
            group = keys.groupby(apart, dropna=False, sort=False).ngroup().to_numpy()
            is_whole = keys["area"].isna().to_numpy()
            total = np.full(int(group.max(initial=-1)) + 1, -1, dtype=np.intp)
            total[group[is_whole]] = np.flatnonzero(is_whole)
            areas = np.flatnonzero(~is_whole & (total[group] >= 0))
            yield Pairs(grid=whole, index=index, first=total[group[areas]], second=areas, standard="collection_total")


def life_expectancy_change(request: Request, strata: pd.DataFrame) -> pd.DataFrame:
    """Years by which life expectancy at birth changed from the first period to each; `standard` names the first."""
    return together([_differences(request, pairs) for pairs in pairs_over_time(request, strata)])


def life_expectancy_difference_between_sexes(request: Request, strata: pd.DataFrame) -> pd.DataFrame:
    """Years that women live longer than men: life expectancy at birth of women less that of men.

    The deaths behind it are those of both; deaths of unknown sex or age are left out and counted.
    """
    figures = together([_differences(request, pairs) for pairs in pairs_of_sexes(request, strata)])
    if figures.empty:
        return figures
    of_no_sex = _leaves(request, strata)
    of_no_sex = of_no_sex[~of_no_sex["sex"].isin(["F", "M"])]
    others = of_no_sex.groupby(request.keys, dropna=False)["records"].sum().rename("of_no_sex").reset_index()
    figures = figures.drop(columns="sex").merge(others, on=request.keys, how="left")
    left_out = figures["left_out"] + figures.pop("of_no_sex").fillna(0).astype("int64")
    return figures.assign(left_out=left_out)


def life_expectancy_difference_between_areas(request: Request, strata: pd.DataFrame) -> pd.DataFrame:
    """Years that the people of an area live longer than those of all areas together, in the same period.

    An area without a full population is no part of all areas. Deaths of unknown area or age are left out.
    """
    return together([_differences(request, pairs) for pairs in pairs_of_areas(request, strata)])


def _leaves(request: Request, strata: pd.DataFrame) -> pd.DataFrame:
    """The strata of causes that are parts of all causes, each once, and of all causes."""
    if not request.table.scheme:
        return strata[:0]
    parts = request.con.execute(
        "select scheme_version, group_code as cause from codes.group_label "
        "where scheme = ? and (is_subtotal or is_subset)",
        [request.table.scheme],
    ).df()
    again = set(zip(parts["scheme_version"], parts["cause"], strict=True))
    # As an array: an empty list would choose no columns instead of no rows.
    pairs = zip(strata["scheme_version"], strata["cause"], strict=True)
    return strata[np.array([pair not in again for pair in pairs], dtype=bool)]


def _by_cause(grid: Grid, keys: Sequence[str]) -> list[tuple[pd.DataFrame, Places]]:
    """For each version of the scheme its populations, and the rows of the grid: populations by causes, all first."""
    found = []
    for _, rows in grid.keys.groupby("scheme_version", dropna=False, sort=False):
        causes = ["all", *(cause for cause in dict.fromkeys(rows["cause"]) if cause != "all")]
        apart = [name for name in keys if name != "cause"]
        place = rows.groupby(apart, dropna=False, sort=False).ngroup().to_numpy()
        index = np.full((int(place.max(initial=-1)) + 1, len(causes)), -1, dtype=np.intp)
        index[place, rows["cause"].map({cause: column for column, cause in enumerate(causes)})] = rows.index
        if len(causes) > 1 and (index >= 0).all():
            found.append((grid.keys.loc[index[:, 0], apart].reset_index(drop=True), index))
    return found


def _differences(request: Request, pairs: Pairs) -> pd.DataFrame:
    """The figures of pairs of populations: a row for each cause as a whole and at each age, of the second's keys."""
    grid, index, first, second, of_both = pairs.grid, pairs.index, pairs.first, pairs.second, pairs.of_both
    if not len(second):
        return pd.DataFrame()
    tables, problem = tables_of(request, rows_of(grid, index[:, 0]))
    with np.errstate(divide="ignore", invalid="ignore"):
        rates = grid.events[index[:, 1:]] / grid.population[index[:, :1]]
    # No population has its problem, and rates by cause add up to those of all causes but for rounding.
    rates = np.nan_to_num(rates, nan=0.0, posinf=0.0).transpose(0, 2, 1)
    values = decompose(_tables(tables, first), _tables(tables, second), rates[first], rates[second])
    of_cause = values.by_cause.transpose(0, 2, 1)
    at_age = np.concatenate([values.by_age[:, None, :], of_cause], axis=1)
    whole = np.column_stack([values.difference, of_cause.sum(axis=2)])
    deaths = _with_total(grid.events[index[second]] + (grid.events[index[first]] if of_both else 0.0))
    records = _with_total(grid.records[index[second]] + (grid.records[index[first]] if of_both else 0.0))
    cells = np.stack([_with_total(grid.records[index[side]]) for side in (first, second)], axis=-1)
    columns = len(grid.bands) + 1
    left_out = grid.left_out[index[second]] + (grid.left_out[index[first]] if of_both else 0)
    sampling = (grid.is_sampling[index[second]] | grid.is_sampling[index[first]]).any(axis=1)
    reason = first_of(problem[second], problem[first], values.problem)
    of_pair = index.shape[1] * columns
    figures = pairs.figures().assign(
        value=np.concatenate([whole[:, :, None], at_age], axis=2).reshape(-1),
        numerator=deaths.reshape(-1),
        records=records.reshape(-1).astype(np.int64),
        smallest_cell=smallest(cells.reshape(-1, 2)).to_numpy(),
        left_out=np.repeat(left_out.reshape(-1), columns),
        is_sampling=np.repeat(sampling, of_pair),
        problem=np.repeat(reason, of_pair),
    )
    # A difference that cannot be given has no parts: its own row says why.
    return figures[figures["problem"].isna() | ((figures["cause"] == "all") & figures["stratum"].isna())]


def _with_total(parts: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.concatenate([parts.sum(axis=2, keepdims=True), parts], axis=2)


def _tables(tables: LifeTables, rows: Places) -> LifeTables:
    columns = {name: values[rows] for name, values in vars(tables).items() if name != "starts"}
    return LifeTables(starts=tables.starts, **columns)


def are_of_all_areas(grid: Grid) -> NDArray[np.bool_]:
    """Which rows of a grid by area are parts of all areas together: none without a full population."""
    known = grid.keys["area"].notna() & (grid.keys["area"] != unknown_of("area"))
    has_population = ~np.isnan(grid.population).any(axis=1)
    return known.to_numpy() & (grid.problem == None) & has_population  # noqa: E711 - elementwise


def _of_all_areas(request: Request, grid: Grid) -> Grid:
    """The grid with a row more for each period and cause: all areas together, whose area is null."""
    sound = are_of_all_areas(grid)
    apart = [name for name in request.keys if name != "area"]
    group = grid.keys[sound].groupby(apart, dropna=False, sort=False).ngroup().to_numpy()
    totals = grid.keys[sound].drop_duplicates(apart).assign(area=None)

    def summed(values: NDArray) -> NDArray:
        sums = np.zeros((len(totals), *values.shape[1:]), dtype=values.dtype)
        np.add.at(sums, group, values[sound])
        return np.concatenate([values, sums])

    none = np.full(len(totals), None, dtype=object)
    return Grid(
        collection=grid.collection,
        keys=pd.concat([grid.keys, totals], ignore_index=True),
        bands=grid.bands,
        problem=np.concatenate([grid.problem, none]),
        is_sampling=np.concatenate([grid.is_sampling, np.full(len(totals), bool(grid.is_sampling[sound].any()))]),
        **{name: summed(getattr(grid, name)) for name in ("events", "squared", "records", "population", "left_out")},
    )
