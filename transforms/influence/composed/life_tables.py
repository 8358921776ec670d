"""Bounds of what is read off life tables, from the least and greatest deaths of each age.

They are `outer`. Life expectancy is no sum over records: it is a smooth function of the deaths of every age, and a
record whose age is in doubt moves deaths from one to another, so that the greatest value over all resolutions is a
non-linear problem over combinations of units without the separation by unit that sums have. What can be had is certain
and near: everything here is made of factors that each rise or fall with each death rate, so that it lies between what
the factors come to with every age's deaths at their least and at their greatest. Where flags only add or take
away deaths these corners are attained.

- Expectancy and survivors fall with every rate.
- A difference between two populations lies between the differences at opposite corners. Its part of an age (or cause)
  is slope * (change of the rate): the slope (see decomposition.per_unit_of_rate) is at most 0 and nearer to 0 the
  higher any rate, so it lies between those of the two corners, and the product between products of ends.
- What a cause takes is a sum over ages (Arriaga's identity, of the population against itself without the cause):
  survivors * (survival without the cause - survival) * (years left beyond the age without the cause). With D deaths,
  C of them of the cause, and h the cumulative hazard -ln(1 - q(D)), survival is exp(-h) and survival without the
  cause exp(-h (D - C) / D), so that their difference is exp(-h(D)) (exp(C h(D) / D) - 1): it rises with C, and
  h(D) / D, which changes little, rises or falls over the whole range. Each factor is taken at its ends.

An open age band without deaths has no expectancy: where flags could empty it there is no such resolution, but no
greatest value short of it is known, and the bound is null. Deaths beyond the population of their age are none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from transforms.measures.composed import Request
from transforms.measures.families.grid import Grid, grids
from transforms.measures.families.life_differences import Pairs, pairs_of_areas, pairs_of_sexes, pairs_over_time
from transforms.measures.families.life_tables import place_of_all_causes
from transforms.measures.methods.arrays import Floats
from transforms.measures.methods.decomposition import per_unit_of_rate
from transforms.measures.methods.life_table import LifeTables, from_probabilities, life_tables

# The same grid with the least and with the greatest deaths.
Ends = tuple[Grid, Grid]


@dataclass(frozen=True)
class Range:
    """Numbers that are only known to lie between two ends."""

    low: Floats
    high: Floats

    def times(self, other: Range) -> Range:
        """Every product; where an end is not a number the product has none."""
        with np.errstate(invalid="ignore"):
            ends = np.stack([a * b for a in (self.low, self.high) for b in (other.low, other.high)])
        return Range(ends.min(axis=0), ends.max(axis=0))

    def less(self, other: Range) -> Range:
        return Range(self.low - other.high, self.high - other.low)

    def at(self, *place: object) -> Range:
        return Range(self.low[place], self.high[place])

    def summed(self, axis: int) -> Range:
        return Range(self.low.sum(axis=axis), self.high.sum(axis=axis))


def _tables(request: Request, grid: Grid, rows: NDArray[np.intp] | None = None) -> LifeTables:
    """Life tables of a grid at a corner: of any size and width, deaths at most the population."""
    starts = grid.bands["age_start"].to_numpy(np.float64)
    apart = bool(starts[0] == 0 and len(starts) > 1 and starts[1] == 1)
    rows = np.arange(len(grid.keys)) if rows is None else rows
    return life_tables(
        np.fmin(grid.events[rows], grid.population[rows]), grid.population[rows], starts,
        fraction_lived=None if apart else 0.5, confidence=request.confidence, least_person_years=0,
        widest_interval=np.inf,
    )  # fmt: skip


def expectancy(request: Request, ends: Ends) -> Iterator[pd.DataFrame]:
    """Frames of keys with `low` and `high`, a row a figure, as of every measure here; `ends` are least and greatest."""
    fewest, most = (_tables(request, grid) for grid in ends)
    for age in request.table.ages:
        for place in np.flatnonzero(fewest.starts == age):
            yield ends[0].keys.assign(stratum=str(age), low=most.e[:, place], high=fewest.e[:, place])


def survivors(request: Request, ends: Ends) -> Iterator[pd.DataFrame]:
    fewest, most = (_tables(request, grid) for grid in ends)
    for place, start in enumerate(fewest.starts):
        yield ends[0].keys.assign(stratum=str(int(start)), low=most.l[:, place], high=fewest.l[:, place])


def gain_without_cause(request: Request, ends: Ends) -> Iterator[pd.DataFrame]:
    keys = ends[0].keys
    whole = place_of_all_causes(request, keys)
    kept = np.flatnonzero((keys["cause"] != "all").to_numpy() & (whole >= 0))
    if not kept.size:
        return
    of_all = whole[kept]
    people = ends[0].population[of_all]
    deaths = Range(*(np.fmin(grid.events[of_all], people) for grid in ends))
    cause = Range(*(np.fmin(grid.events[kept], limit) for grid, limit in zip(ends, vars(deaths).values(), strict=True)))
    fewest, most = (_tables(request, grid, of_all) for grid in ends)
    gain = _gain(fewest, most, deaths, cause, people)
    yield keys.iloc[kept].reset_index(drop=True).assign(stratum=None, low=gain.low, high=gain.high)


def _gain(fewest: LifeTables, most: LifeTables, deaths: Range, cause: Range, people: Floats) -> Range:
    """The years that a cause takes; `fewest` and `most` are the tables at the ends of the deaths of all causes."""
    width = np.append(np.diff(fewest.starts), np.inf)
    others = Range(np.maximum(deaths.low - cause.high, 0.0), deaths.high - cause.low)
    n, a = width[:-1], fewest.a[:, :-1]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        # Of each death the cumulative hazard: without deaths its limit, the years of the band over its people.
        each = [
            np.where(count > 0, -np.log1p(-table.q[:, :-1]) / np.where(count > 0, count, 1.0), n / people[:, :-1])
            for count, table in ((deaths.low[:, :-1], fewest), (deaths.high[:, :-1], most))
        ]
        per_death = Range(np.fmin(*each), np.fmax(*each))
        alive = Range(1 - most.q[:, :-1], 1 - fewest.q[:, :-1])
        saved = [
            survival * np.expm1(np.where(count > 0, hazard * count, 0.0))
            for survival, hazard, count in (
                (alive.low, per_death.low, cause.low[:, :-1]),
                (alive.high, per_death.high, cause.high[:, :-1]),
            )
        ]
        # A band in which all may die has no finite hazard.
        saved = Range(np.nan_to_num(saved[0], nan=0.0), np.fmin(saved[1], 1 - alive.low))
        without = [
            _expectancy_without(np.where(count[:, :-1] > 0, hazard * count[:, :-1], 0.0), count[:, -1], people, fewest)
            for hazard, count in ((per_death.high, others.high), (per_death.low, others.low))
        ]
        left = Range(without[0][:, 1:], without[1][:, 1:])
        living = Range(most.l / most.l[:, :1], fewest.l / fewest.l[:, :1])
        years = Range(n * (1 - a) + left.low, n * (1 - a) + left.high)
        closed = living.at(slice(None), slice(None, -1)).times(saved).times(years).summed(axis=1)
        last = Range(
            people[:, -1] * cause.low[:, -1] / (others.high[:, -1] * deaths.high[:, -1]),
            people[:, -1] * cause.high[:, -1] / (others.low[:, -1] * deaths.low[:, -1]),
        )
        # Without a death of the cause the open band adds nothing.
        last = Range(*(np.where(count[:, -1] == 0, 0.0, end) for count, end in zip(
            vars(cause).values(), vars(last).values(), strict=True)))  # fmt: skip
        opened = living.at(slice(None), -1).times(last)
    return _finite(Range(closed.low + opened.low, closed.high + opened.high))


def _expectancy_without(hazard: Floats, deaths_last: Floats, people: Floats, like: LifeTables) -> Floats:
    """Expectancies (groups by ages) of cumulative hazards and of deaths in the open band."""
    width = np.append(np.diff(like.starts), np.inf)
    q = np.concatenate([-np.expm1(-hazard), np.ones((len(hazard), 1))], axis=1)
    m = np.zeros_like(q)
    m[:, -1] = deaths_last / people[:, -1]
    return from_probabilities(m, q, like.a, width)["e"]


def _differences(pairs_of: Callable[[Request, pd.DataFrame], Iterator[Pairs]]) -> Callable:
    def bounded(request: Request, fewest: pd.DataFrame, most: pd.DataFrame) -> Iterator[pd.DataFrame]:
        for low, high in zip(pairs_of(request, fewest), pairs_of(request, most), strict=True):
            if len(low.second):
                yield _difference(request, low, high)

    return bounded


def _difference(request: Request, fewest: Pairs, most: Pairs) -> pd.DataFrame:
    """The figures of pairs, whole and by age and cause; `fewest` and `most` are the same pairs at both ends."""
    first, second, index = fewest.first, fewest.second, fewest.index
    ends = (fewest.grid, most.grid)
    tables = [_tables(request, grid, index[:, 0]) for grid in ends]
    people = ends[0].population[index[:, 0]]
    expectancies = Range(tables[1].e[:, 0], tables[0].e[:, 0])
    whole = expectancies.at(second).less(expectancies.at(first))
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = Range(*(per_unit_of_rate(_rows(table, first), _rows(table, second)) for table in tables))
        rates = Range(*(np.fmin(grid.events[index], people[:, None]) / people[:, None] for grid in ends))
    change = rates.at(second).less(rates.at(first))
    parts = Range(slope.low[:, None], slope.high[:, None]).times(change)
    of_whole = parts.summed(axis=2)
    of_whole.low[:, 0], of_whole.high[:, 0] = whole.low, whole.high
    of_whole, parts = _finite(of_whole), _finite(parts)

    def laid_out(total: Floats, by_age: Floats) -> Floats:
        return np.concatenate([total[:, :, None], by_age], axis=2).reshape(-1)

    return fewest.figures().assign(low=laid_out(of_whole.low, parts.low), high=laid_out(of_whole.high, parts.high))


def _rows(table: LifeTables, rows: NDArray[np.intp]) -> LifeTables:
    return LifeTables(
        starts=table.starts, **{name: values[rows] for name, values in vars(table).items() if name != "starts"}
    )


def _finite(found: Range) -> Range:
    return Range(*(np.where(np.isfinite(values), values, np.nan) for values in vars(found).values()))


def _by_grid(each: Callable[[Request, Ends], Iterator[pd.DataFrame]]) -> Callable:
    def bounded(request: Request, fewest: pd.DataFrame, most: pd.DataFrame) -> Iterator[pd.DataFrame]:
        # Both ends are laid out alike: the layout is found once, of the places of the strata.
        places = fewest.assign(weight=np.arange(len(fewest)) + 1)
        weights = [np.append(0.0, strata["weight"].to_numpy(np.float64)) for strata in (fewest, most)]
        for grid in grids(request, places):
            low, high = (replace(grid, events=of[grid.events.astype(np.int64)]) for of in weights)
            yield from each(request, (low, high))

    return bounded


# From the strata at the least and at the greatest deaths to frames of figures with `low` and `high`.
Family = Callable[[Request, pd.DataFrame, pd.DataFrame], Iterator[pd.DataFrame]]
LIFE_TABLES: dict[str, Family] = {
    "life_expectancy": _by_grid(expectancy),
    "life_table_survivors": _by_grid(survivors),
    "life_expectancy_gain_without_cause": _by_grid(gain_without_cause),
    "life_expectancy_change": _differences(pairs_over_time),
    "life_expectancy_difference_between_sexes": _differences(pairs_of_sexes),
    "life_expectancy_difference_between_areas": _differences(pairs_of_areas),
}
