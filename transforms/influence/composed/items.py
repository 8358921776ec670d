"""What is read off life tables, and trends, as a function of the deaths in strata: many resolutions at once.

The figures of an *item* (a population; a population and a cause; two populations with their causes; the years of a
trend) hang on the deaths in its slots, each the sum of one stratum or of several, and on nothing else that flags could
change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from transforms.influence.methods.choices import Booleans, Integers
from transforms.measures.composed import Request
from transforms.measures.families.grid import Grid, grids
from transforms.measures.families.life_differences import (
    Pairs,
    are_of_all_areas,
    pairs_of_areas,
    pairs_of_sexes,
    pairs_over_time,
)
from transforms.measures.families.life_tables import place_of_all_causes
from transforms.measures.methods.arrays import Floats
from transforms.measures.methods.decomposition import per_unit_of_rate
from transforms.measures.methods.life_table import INFANT_FRACTION, Columns, columns_of, from_probabilities

# Deaths in one array at a time: a few megabytes stay in the cache.
_AT_ONCE = 2**18


@dataclass(frozen=True)
class Items:
    """Items of one shape. `sums` is (items x slots) by strata; `figures_of` takes deaths and the items they are of.

    Deaths are rows by slots, figures rows by figures of an item, NaN where there is none. `is_by_figure`: the order of
    all figures has the items within each of an item's figures, else the other way round. `in_proportion` says, where
    some slots move a few figures in proportion to their deaths, as long as all others stay: from deaths (of items,
    rows by slots), items and slots to figures and what one death adds, rows by a few each; and from which slot on.
    """

    number: int
    sums: sparse.csr_array
    figures_of: Callable[[Floats, Integers], Floats]
    figures: int
    is_by_figure: bool = False
    in_proportion: Callable[[Floats, Integers, Integers], tuple[Integers, Floats]] | None = None
    is_in_proportion: Booleans | None = None

    @property
    def slots(self) -> int:
        return self.sums.shape[0] // self.number

    def at(self, weights: Floats) -> Floats:
        """All figures, figures by draws, of weights of the strata by draws."""
        draws = weights.shape[1]
        found = np.empty((self.number, self.figures, draws))
        every = np.arange(self.number)
        size = max(1, _AT_ONCE // max(1, self.sums.shape[0]))
        for first in range(0, draws, size):
            deaths = (self.sums @ weights[:, first : first + size]).T.reshape(-1, self.slots)
            now = len(deaths) // self.number
            values = self.figures_of(deaths, np.tile(every, now)).reshape(now, self.number, self.figures)
            found[:, :, first : first + size] = values.transpose(1, 2, 0)
        if self.is_by_figure:
            found = found.transpose(1, 0, 2)
        return found.reshape(-1, draws)

    def coded(self, weights: Floats) -> Floats:
        """The deaths of all items, items by slots."""
        return (self.sums @ weights).reshape(self.number, self.slots)

    def place(self, item: Integers, figure: Integers) -> Integers:
        """The place among all figures of one of an item's."""
        return figure * self.number + item if self.is_by_figure else item * self.figures + figure


def _strata_of(grid: Grid, rows: Integers) -> Integers:
    """The strata of rows of a grid, by their places from 1; 0 for none."""
    return grid.events[rows].astype(np.int64)


def _sums(strata: Integers, size: int) -> sparse.csr_array:
    """Slots by strata, where each slot is one stratum or none; `strata` count from 1."""
    slot = np.flatnonzero(strata.reshape(-1) > 0)
    shape = (strata.size, size)
    return sparse.csr_array((np.ones(len(slot)), (slot, strata.reshape(-1)[slot] - 1)), shape=shape)


def _fraction(starts: Floats) -> Floats:
    """The fraction of each band lived by those who die in it; half of bands that hold more than infants first."""
    apart = starts[0] == 0 and len(starts) > 1 and starts[1] == 1
    return np.where(apart & (starts == 0), INFANT_FRACTION, 0.5)


def _columns(deaths: Floats, people: Floats, starts: Floats) -> Columns:
    """Life tables, groups by ages; where there is no population, or none is known, nothing is."""
    people = np.where(people > 0, people, np.nan)
    return columns_of(np.fmin(deaths, people), people, starts, np.broadcast_to(_fraction(starts), deaths.shape))


def _starts(grid: Grid) -> Floats:
    return grid.bands["age_start"].to_numpy(np.float64)


def _of_tables(name: str, places_of: Callable[[Request, Floats], Integers]) -> Callable:
    """Items of one population, whose figures are a column of its life table at some ages."""

    def items(request: Request, grid: Grid, size: int) -> Iterator[Items]:
        starts = _starts(grid)
        places = places_of(request, starts)

        def figures_of(deaths: Floats, item: Integers) -> Floats:
            return getattr(_columns(deaths, grid.population[item], starts), name)[:, places]

        if len(places):
            rows = np.arange(len(grid.keys))
            yield Items(len(rows), _sums(_strata_of(grid, rows), size), figures_of, len(places), is_by_figure=True)

    return items


def _of_ages(request: Request, starts: Floats) -> Integers:
    return np.array([place for age in request.table.ages for place in np.flatnonzero(starts == age)], dtype=np.int64)


def _without_cause(request: Request, grid: Grid, size: int) -> Iterator[Items]:
    """Items of a population and a cause: its deaths by age, then those of the cause."""
    keys = grid.keys
    whole = place_of_all_causes(request, keys)
    kept = np.flatnonzero((keys["cause"] != "all").to_numpy() & (whole >= 0))
    starts = _starts(grid)
    people = grid.population[whole[kept]]

    def figures_of(deaths: Floats, item: Integers) -> Floats:
        every, cause = np.split(deaths, 2, axis=1)
        table = _columns(every, people[item], starts)
        every = np.fmin(every, people[item])
        with np.errstate(divide="ignore", invalid="ignore"):
            left = np.where(every > 0, np.maximum(every - cause, 0.0) / every, 1.0)
            # Survival to the power of 0 is 1, from 0 as well: see life_table.cause_deleted.
            q = 1 - np.where(left == 0, 1.0, (1 - table.q) ** left)
            q[:, -1] = 1.0
            without = from_probabilities(table.m * left, q, table.a, np.append(np.diff(starts), np.inf))
            return (without["e"] - table.e)[:, :1]

    if kept.size:
        strata = np.concatenate([_strata_of(grid, whole[kept]), _strata_of(grid, kept)], axis=1)
        yield Items(len(kept), _sums(strata, size), figures_of, 1)


def _difference(pairs: Pairs, size: int) -> Items:
    """Items of two populations: their deaths by cause (all first) and age, those of the first population first."""
    grid, index = pairs.grid, pairs.index
    starts, causes = _starts(grid), index.shape[1]
    rows = index[np.stack([pairs.first, pairs.second], axis=1)]
    people = grid.population[rows[:, :, 0]]

    def tables_of(deaths: Floats, item: Integers) -> tuple[Columns, Columns, Floats]:
        """Of deaths (rows by sides, causes and ages) both life tables, and what their rates add by a unit."""
        tables = [_columns(deaths[:, side, 0], people[item, side], starts) for side in (0, 1)]
        with np.errstate(divide="ignore", invalid="ignore"):
            return *tables, per_unit_of_rate(*tables)

    def figures_of(deaths: Floats, item: Integers) -> Floats:
        deaths, of_all = deaths.reshape(len(item), 2, causes, len(starts)), people[item][:, :, None]
        first, second, slope = tables_of(deaths, item)
        with np.errstate(divide="ignore", invalid="ignore"):
            rates = np.fmin(deaths, of_all) / of_all
            parts = slope[:, None] * (rates[:, 1] - rates[:, 0])
            whole = parts.sum(axis=2, keepdims=True)
            whole[:, 0, 0] = second.e[:, 0] - first.e[:, 0]
        return np.concatenate([whole, parts], axis=2).reshape(len(item), -1)

    def in_proportion(deaths: Floats, item: Integers, slot: Integers) -> tuple[Integers, Floats]:
        """A death of a cause alone adds to its part at its age, and to its whole."""
        every = np.arange(len(deaths))
        _, _, slope = tables_of(deaths.reshape(len(deaths), 2, causes, len(starts)), every)
        side, cause, age = np.unravel_index(slot, (2, causes, len(starts)))
        adds = slope[item, age] * np.where(side == 1, 1.0, -1.0) / people[item, side, age]
        whole = cause * (len(starts) + 1)
        return np.stack([whole, whole + 1 + age], axis=1), np.stack([adds, adds], axis=1)

    return Items(
        len(rows), _sums_of_pairs(pairs, rows, size), figures_of, causes * (len(starts) + 1),
        in_proportion=in_proportion,
        is_in_proportion=np.tile(np.repeat(np.arange(causes) > 0, len(starts)), 2),
    )  # fmt: skip


def _sums_of_pairs(pairs: Pairs, rows: Integers, size: int) -> sparse.csr_array:
    """Slots by strata; all areas together have the sum of the areas'."""
    grid = pairs.grid
    every = np.arange(len(grid.keys))
    if pairs.standard != "collection_total":
        return _sums(_strata_of(grid, rows), size)
    parts, apart = are_of_all_areas(grid), [name for name in grid.keys if name != "area"]
    group = grid.keys.groupby(apart, dropna=False, sort=False).ngroup().to_numpy()
    is_whole = grid.keys["area"].isna().to_numpy()
    whole = np.full(int(group.max(initial=-1)) + 1, -1, dtype=np.int64)
    whole[group[is_whole]] = np.flatnonzero(is_whole)
    part = np.flatnonzero(parts & (whole[group] >= 0))
    into = sparse.csr_array(
        (
            np.ones(len(part) + int((~is_whole).sum())),
            (np.concatenate([every[~is_whole], whole[group[part]]]), np.concatenate([every[~is_whole], part])),
        ),
        shape=(len(every), len(every)),
    )
    bands = len(grid.bands)
    strata = _strata_of(grid, every)
    strata[is_whole] = 0
    by_band = sparse.kron(into, sparse.eye_array(bands), format="csr") @ _sums(strata, size)
    slots = (rows.reshape(-1)[:, None] * bands + np.arange(bands)).reshape(-1)
    return by_band[slots]


def _differences(pairs_of: Callable[[Request, pd.DataFrame], Iterator[Pairs]]) -> Callable:
    def items(request: Request, strata: pd.DataFrame) -> Iterator[Items]:
        for pairs in pairs_of(request, _numbered(strata)):
            if len(pairs.second):
                yield _difference(pairs, len(strata))

    return items


def _by_grid(each: Callable[[Request, Grid, int], Iterator[Items]]) -> Callable:
    def items(request: Request, strata: pd.DataFrame) -> Iterator[Items]:
        for grid in grids(request, _numbered(strata)):
            yield from each(request, grid, len(strata))

    return items


def _numbered(strata: pd.DataFrame) -> pd.DataFrame:
    """Strata whose weights are their places from 1, by which a layout shows where each stands."""
    return strata.assign(weight=np.arange(len(strata)) + 1.0)


# From the strata to items whose figures are in the order of those of LIFE_TABLES.
ITEMS: dict[str, Callable[[Request, pd.DataFrame], Iterator[Items]]] = {
    "life_expectancy": _by_grid(_of_tables("e", _of_ages)),
    "life_table_survivors": _by_grid(_of_tables("l", lambda _, starts: np.arange(len(starts)))),
    "life_expectancy_gain_without_cause": _by_grid(_without_cause),
    "life_expectancy_change": _differences(pairs_over_time),
    "life_expectancy_difference_between_sexes": _differences(pairs_of_sexes),
    "life_expectancy_difference_between_areas": _differences(pairs_of_areas),
}
