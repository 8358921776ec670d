"""Strata as arrays: a row for each figure of a margin, a column for each age band (of each sex) within it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from transforms.measures.composed import Request
from transforms.measures.strata import NO_POPULATION

SEXES = ("F", "M")


@dataclass(frozen=True, kw_only=True)
class Grid:
    """The strata of one collection's figures.

    `keys` has a row for each figure. `bands` has a row for each age band (age_band, age_start, age_end). The arrays
    are figures by columns, a column for each band, or for each band of each sex where the measure has both within it.
    `population` is NaN where it is not known; `problem` is the first of each figure's strata, None without one.
    `left_out` counts the records whose age (or sex) is unknown, `is_sampling` says whether survey weights are behind.
    """

    collection: str
    keys: pd.DataFrame
    bands: pd.DataFrame
    events: NDArray[np.float64]
    squared: NDArray[np.float64]
    records: NDArray[np.float64]
    population: NDArray[np.float64]
    problem: NDArray[np.object_]
    left_out: NDArray[np.int64]
    is_sampling: NDArray[np.bool_]

    @property
    def effective(self) -> NDArray[np.float64]:
        """The events of each figure as the count that is as precise: itself, and Kish's effective size in a survey."""
        events, squared = self.events.sum(axis=1), self.squared.sum(axis=1)
        return np.where(squared > 0, events**2 / np.where(squared > 0, squared, 1.0), 0.0)

    @property
    def known_records(self) -> NDArray[np.int64]:
        return self.records.sum(axis=1).astype(np.int64)


def grids(request: Request, strata: pd.DataFrame, by: Sequence[str] | None = None) -> Iterator[Grid]:
    """The strata as one grid a collection, rows in the order of `strata`; `by` are the keys, else the margin's."""
    keys = list(by or request.keys)
    for collection, rows in strata.groupby("collection", sort=False):
        bands = request.con.execute(
            "select age_band, age_start, age_end from stats.age_band "
            "where table_id = ? and collection = ? order by sort_order",
            [request.table.table_id, collection],
        ).df()
        if not bands.empty:
            by_sex = "sex" in request.definition.within and "sex" not in keys
            yield _grid(str(collection), rows, bands, keys, by_sex)


def _grid(collection: str, rows: pd.DataFrame, bands: pd.DataFrame, keys: list[str], by_sex: bool) -> Grid:
    figure = rows.groupby(keys, dropna=False, sort=False).ngroup().to_numpy()
    count = int(figure.max()) + 1 if len(figure) else 0
    column, columns = _columns(rows, list(bands["age_band"]), by_sex)
    known = column >= 0
    cell = figure[known] * columns + column[known]
    if len(np.unique(cell)) < len(cell):
        raise ValueError("two strata of a figure claim one age band; the keys of the figures are too few")

    def filled(name: str, fill: float = 0.0) -> NDArray[np.float64]:
        array = np.full(count * columns, fill)
        array[cell] = rows[name].to_numpy(dtype=np.float64, na_value=np.nan)[known]
        return array.reshape(count, columns)

    has_population = "person_years" in rows
    return Grid(
        collection=collection,
        keys=rows.loc[np.append(True, np.diff(np.maximum.accumulate(figure)) > 0), keys].reset_index(drop=True)
        if len(rows)
        else rows[keys],
        bands=bands,
        events=filled("weight"),
        squared=filled("weight_squared"),
        records=filled("records"),
        population=filled("person_years", np.nan) if has_population else np.full((count, columns), np.nan),
        problem=_problems(rows, figure, count) if has_population else np.full(count, None, dtype=object),
        left_out=np.bincount(figure[~known], _numbers(rows, "records")[~known], count).astype(np.int64),
        is_sampling=np.bincount(figure, _numbers(rows, "sampling_records"), count) > 0,
    )


def _columns(rows: pd.DataFrame, bands: list[str], by_sex: bool) -> tuple[NDArray[np.int64], int]:
    """The column of each stratum, -1 where its age (or sex) is unknown, and how many columns there are."""

    def places(name: str, values: Sequence[str]) -> NDArray[np.int64]:
        found = rows[name].map({value: place for place, value in enumerate(values)})
        return found.fillna(-1).to_numpy(dtype=np.int64)

    band = places("age_band", bands)
    if not by_sex:
        return band, len(bands)
    sex = places("sex", SEXES)
    return np.where((band < 0) | (sex < 0), -1, sex * len(bands) + band), len(SEXES) * len(bands)


def _numbers(rows: pd.DataFrame, name: str) -> NDArray[np.float64]:
    return rows[name].to_numpy(dtype=np.float64)


def _problems(rows: pd.DataFrame, figure: NDArray, count: int) -> NDArray[np.object_]:
    """The first problem of each figure's population, with its age band; an empty band is left to the methods."""
    problem = np.full(count, None, dtype=object)
    sentences = rows["population_problem"]
    found = (sentences.notna() & ~sentences.str.startswith("the population is zero").eq(True)).to_numpy()
    where, first = np.unique(figure[found], return_index=True)
    named = sentences[found].where(
        sentences[found] == NO_POPULATION, sentences[found] + " (" + rows["age_band"][found] + ")"
    )
    problem[where] = named.to_numpy(dtype=object)[first]
    return problem


def first_of(*problems: NDArray[np.object_] | str | None) -> NDArray[np.object_]:
    """For each figure the first problem that there is."""
    arrays = np.broadcast_arrays(*(np.asarray(problem, dtype=object) for problem in problems))
    found = arrays[0].copy()
    for array in arrays[1:]:
        found = np.where(found == None, array, found)  # noqa: E711 - elementwise
    return found
