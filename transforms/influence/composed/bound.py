"""Bounds of composed measures, from the corners of the cells behind them."""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd

from transforms.influence.composed.extremes import Corners
from transforms.influence.composed.followed import FOLLOWED, bound_followed
from transforms.influence.composed.life_tables import LIFE_TABLES
from transforms.influence.composed.trends import TRENDS
from transforms.influence.methods.bounds import Bounds
from transforms.influence.patients.first import FIRST, bound_first
from transforms.influence.results import Results
from transforms.measures.composed import Request
from transforms.measures.specification import Settings, TableSpecification

COMPOSED = (*LIFE_TABLES, *TRENDS, *FOLLOWED, *FIRST)

# By what a figure is found again among those of its table, measure and margin.
_KEYS = (
    "collection", "scheme_version", "cause", "period_start", "period_end", "facility_id", "area", "sex", "stratum",
)  # fmt: skip
_ENDS = (("bound_low", "bound_high"), ("worst_low", "worst_high"), ("without", "without"))


def begin_composed(results: Results) -> None:
    """Take it that no flag moves a composed measure, until it is seen that some do."""
    figures = np.flatnonzero(np.isin(results.measure, COMPOSED) & ~np.isnan(results.value))
    value = results.value[figures]
    results.set_outer(figures, Bounds(value, value, value, value), value)


def bound_composed(
    con: duckdb.DuckDBPyConnection,
    table: TableSpecification,
    settings: Settings,
    results: Results,
    corners: Corners,
) -> None:
    """Set the bounds of a table's composed measures; its periods, ages and years are placed, and its options too."""
    bound_followed(con, table, settings, results)
    bound_first(con, table, settings, results)
    for definition in table.definitions:
        name = definition.name
        # Tables whose series are too short for a trend are many.
        if name not in {**LIFE_TABLES, **TRENDS} or np.isnan(results.value[results.measure == name]).all():
            continue
        for margin in table.margins:
            if definition.stands_in(margin):
                _bound(Request(con, table, definition, margin, settings), results, corners)


def _bound(request: Request, results: Results, corners: Corners) -> None:
    """Set the bounds of one measure in one margin."""
    name = request.definition.name
    strata = corners.of(request)
    found: list[pd.DataFrame] = []
    for low, high in _ENDS:
        if name in TRENDS:
            frames = list(TRENDS[name](request, strata[low], strata[high], strata["coded"]))
        else:
            frames = list(LIFE_TABLES[name](request, strata[low], strata[high]))
        found.append(pd.concat(frames, ignore_index=True) if frames else pd.DataFrame())
    if found[0].empty:
        return
    figures = _figures(request, found[0][[name for name in _KEYS if name in found[0]]])
    known = figures >= 0
    named, every, without = ([frame[name].to_numpy()[known] for name in ("low", "high")] for frame in found)
    limits = Bounds(*named, *every)
    results.set_outer(figures[known], limits, (without[0] + without[1]) / 2, is_conditional=name in TRENDS)


def _figures(request: Request, keys: pd.DataFrame) -> np.ndarray:
    """The figure of each row of keys, by its place in stats.figure; -1 for none with a value."""
    con = request.con
    con.register("composed_key", keys.assign(place=range(len(keys))))
    same = " and ".join(
        f"f.{name} is not distinct from k.{name}{'::date' if name.startswith('period_') else '::varchar'}"
        for name in keys
        if name not in ("sex",) or "sex" in request.margin.by
    )
    found = con.execute(
        f"""
        select k.place, coalesce(f.rowid, -1) as figure
        from composed_key as k
        left join stats.figure as f
            on f.table_id = $table_id and f.measure = $measure and f."value" is not null and {same}
            and {_of_margin(request)}
        order by k.place
        """,
        {"table_id": request.table.table_id, "measure": request.definition.name},
    ).fetchnumpy()
    con.unregister("composed_key")
    return np.ma.getdata(found["figure"])


def _of_margin(request: Request) -> str:
    places = ("facility_id", "area", "sex")
    return " and ".join(f"f.{name} is {'not ' if name in request.margin.by else ''}null" for name in places)
