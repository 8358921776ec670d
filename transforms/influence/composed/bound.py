"""Bounds and expected values of composed measures, and what single records do to them, from the cells behind them."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import numpy as np
import pandas as pd

from transforms.influence.composed.alone import changes_alone
from transforms.influence.composed.behind import Behind, Corners
from transforms.influence.composed.expected import expected_of
from transforms.influence.composed.followed import FOLLOWED, bound_followed
from transforms.influence.composed.items import ITEMS, Items
from transforms.influence.composed.life_tables import LIFE_TABLES
from transforms.influence.composed.trends import TREND_ITEMS, TRENDS
from transforms.influence.methods.bounds import Bounds, SingleChanges
from transforms.influence.methods.choices import Integers
from transforms.influence.methods.expected import Expected
from transforms.influence.patients.first import FIRST
from transforms.influence.results import Results
from transforms.influence.sights import Sights
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
    sights: Sights,
) -> None:
    """Set bounds and expected values of a table's composed measures, and tell `corners` what units alone can do.

    Its periods, ages and years are placed, and its options.
    """
    bound_followed(con, table, settings, results, corners, sights)
    for definition in table.definitions:
        name = definition.name
        # Tables whose series are too short for a trend are many.
        if name not in {**LIFE_TABLES, **TRENDS} or np.isnan(results.value[results.measure == name]).all():
            continue
        for margin in table.margins:
            if definition.stands_in(margin):
                _bound(Request(con, table, definition, margin, settings), results, corners, sights)


def _bound(request: Request, results: Results, corners: Corners, sights: Sights) -> None:
    """The same for one measure in one margin."""
    name = request.definition.name
    behind = corners.of(request, sights)
    found: list[pd.DataFrame] = []
    for low, high in _ENDS:
        if name in TRENDS:
            frames = list(TRENDS[name](request, behind.at(low), behind.at(high), behind.at("coded")))
        else:
            frames = list(LIFE_TABLES[name](request, behind.at(low), behind.at(high)))
        found.append(pd.concat(frames, ignore_index=True) if frames else pd.DataFrame())
    if found[0].empty:
        return
    figures = _figures(request, found[0][[name for name in _KEYS if name in found[0]]])
    known = figures >= 0
    named, every, without = ([frame[name].to_numpy()[known] for name in ("low", "high")] for frame in found)
    limits = Bounds(*named, *every)
    results.set_outer(figures[known], limits, (without[0] + without[1]) / 2, is_conditional=name in TRENDS)
    items = list({**ITEMS, **TREND_ITEMS}[name](request, behind.frame))
    _expect(figures, items, behind, results)
    corners.changes.append((behind.ways, _alone(figures, items, behind, results)))


def _expect(figures: Integers, items: Sequence[Items], behind: Behind, results: Results) -> None:
    """Set the expected values of figures that flags may move; `figures` are -1 where there is none."""
    is_open = (figures >= 0) & np.isnan(results.expected.expected[figures])
    if not is_open.any():
        return
    worst = [
        np.where(is_open, limits[figures], np.nan) for limits in (results.bounds.worst_low, results.bounds.worst_high)
    ]
    found = expected_of(items, behind, (worst[0], worst[1]))
    results.set_expected(figures[is_open], Expected(*(values[is_open] for values in vars(found).values())))


def _alone(figures: Integers, items: Sequence[Items], behind: Behind, results: Results) -> SingleChanges:
    """What each unit alone can do to figures, by their rows in stats.figure."""
    found = changes_alone(items, behind.ends["coded"], behind.ways, results.tolerance[figures])
    figure = figures[found.figure]
    known = np.flatnonzero(figure >= 0)
    return SingleChanges(figure[known], *(values[known] for values in (found.unit, found.low, found.high)))


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
