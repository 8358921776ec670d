"""How far the open flags could move every figure: bounds, expected values and verdicts, from cells.

`assess` comes after `find_options` and `build_figures`. It fills the columns of stats.figure that follow the value, and
keeps, by classes of records that are alike, the change that each could bring to each figure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

import duckdb
import numpy as np
from numpy.typing import NDArray

from transforms.influence.effects import (
    Breakdown,
    Moves,
    breakdowns,
    coded_by_figure,
    find_moves,
    place_effects,
    place_weights,
    prepare,
)
from transforms.influence.forms import FORMS
from transforms.influence.placing import place_options, place_strata
from transforms.measures.ages import place_ages
from transforms.measures.person_time import place_years
from transforms.measures.placing import place_periods, placed_for
from transforms.measures.specification import Settings, TableSpecification


@dataclass(frozen=True)
class Base:
    """Every figure as coded: its value is numerator / denominator * multiplier; NaN where it is no such ratio."""

    numerator: NDArray[np.float64]
    denominator: NDArray[np.float64]
    multiplier: NDArray[np.float64]


def base_of(con: duckdb.DuckDBPyConnection) -> Base:
    """The figures by number (rowid of stats.figure) as the forms of their measures see them."""
    by_kind = {kind: [name for name, form in FORMS.items() if form.kind == kind] for kind in ("weighted",)}
    whole = by_kind["weighted"] + [name for name in FORMS if name.startswith("excess_deaths")]
    found = con.execute(
        """
        select
            case when measure in (select unnest($whole)) then "value" else numerator end as numerator,
            case when measure in (select unnest($whole)) then 1 else coalesce(denominator, 1) end as denominator,
            case when measure in (select unnest($whole)) then 1 else multiplier end as multiplier
        from stats.figure
        order by rowid
        """,
        {"whole": whole},
    ).fetchnumpy()
    return Base(*(np.ma.filled(np.ma.asarray(found[name], dtype=np.float64), np.nan) for name in found))


def moves_of(
    con: duckdb.DuckDBPyConnection,
    tables: Sequence[TableSpecification],
    settings: Settings,
    on_table: Callable[[str, Breakdown, Moves], None],
) -> None:
    """Tell `on_table` the moves of every breakdown of every table. `influence` and `stats` are filled."""
    place_options(con, tables)
    place_strata(con)
    prepare(con)

    def of_period(table: TableSpecification) -> tuple[str, str]:
        return table.period, placed_for(table)

    for (period, placed), group in groupby(sorted(tables, key=of_period), key=of_period):
        place_periods(con, period, settings.year_start, placed)
        for table in group:
            parts = breakdowns(table)
            if not parts:
                continue
            place_ages(con, table.table_id)
            if table.is_rate:
                place_years(con, table.domain)
            for part in parts:
                place_weights(con, part, settings)
                place_effects(con, part, settings.year_start)
                on_table(table.table_id, part, find_moves(con, part))
