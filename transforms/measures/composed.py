"""Composed measures: worked out from several cells by a function of `families`, e.g. a rate standardised by age.

The cells within each figure are its strata. `strata_query` gives them with the population of each where the measure
divides by it; the family's function turns the frame of all strata of a margin into a frame of figures; `compose`
writes those to `figure_draft`. A family sees sums only, never records, so that a change of the cells changes its
figures by an amount that it can work out again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import duckdb
import pandas as pd

from codesets.database import literal
from transforms.measures.definitions import Definition
from transforms.measures.dimensions import PLAIN
from transforms.measures.specification import Margin, Settings, TableSpecification
from transforms.measures.strata import strata_query

# Columns that say which figure a stratum belongs to; null where the margin has no such dimension.
KEYS = (
    "collection", "scheme_version", "cause", "period_start", "period_end", "facility_id", "area", "sex", "age_band",
)  # fmt: skip

# What a family returns besides the keys, each optional but value: see `figure_draft`.
RESULTS = (
    "stratum_name", "stratum", "standard", "numerator", "denominator", "value", "lower", "upper", "method", "records",
    "denominator_records", "left_out", "is_sampling", "effective", "smallest_cell", "problem", "doubt", "confidence",
    "signal", "limits_problem",
)  # fmt: skip


@dataclass(frozen=True)
class Request:
    """What a family is asked for: one measure in one margin of a table.

    `con` is for small relations of the warehouse (standards, labels, births), never for records. `cells` is the
    relation that the strata are read from, with the columns of `stats.cell` that the table needs.
    """

    con: duckdb.DuckDBPyConnection
    table: TableSpecification
    definition: Definition
    margin: Margin
    settings: Settings
    cells: str = "stats.cell"

    @property
    def multiplier(self) -> float:
        return self.table.multiplier.get(self.definition.name, self.definition.multiplier)

    @property
    def confidence(self) -> float:
        return self.table.confidence or self.settings.confidence

    @property
    def method(self) -> str | None:
        """The method of limits, as the table or the measure says; None for no limits."""
        chosen = self.table.interval.get(self.definition.name, self.definition.interval)
        return None if chosen == "none" else chosen

    @property
    def keys(self) -> list[str]:
        """The key columns by which figures of this margin differ."""
        always = ("collection", "scheme_version", "cause", "period_start", "period_end")
        return [name for name in KEYS if name in always or name in self.margin.by]


# From the strata of a margin (columns: KEYS, `stratum` for further dimensions, the columns of the definition and of
# every cell and, per population, what `strata_query` says; in a total order) to figures (KEYS and RESULTS).
Family = Callable[[Request, pd.DataFrame], pd.DataFrame]


def compose(request: Request, family: Family) -> None:
    """Insert the figures of a composed measure in one margin into `figure_draft`."""
    con, table, definition = request.con, request.table, request.definition
    strata = con.execute(strata_query(table, definition, request.margin, request.cells)).df()
    figures = family(request, strata)
    if "problem" in figures:
        figures = _said_once(request, figures)
    if figures.empty:
        return
    if unknown := set(figures.columns) - {*KEYS, *RESULTS}:
        raise ValueError(f"{definition.name}: the family returns columns that no figure has: {sorted(unknown)}")
    con.register("composed_figure", figures)
    given = [name for name in (*KEYS, *RESULTS) if name in figures.columns]
    defaults = {
        "method": literal(request.method) if request.method else "null",
        "is_sampling": "false",
        "records": "0",
    }
    columns = ", ".join(
        [f"f.{name}" for name in given]
        + [f"{expression} as {name}" for name, expression in defaults.items() if name not in given]
    )
    con.execute(
        f"""
        insert into figure_draft by name
        select
            {literal(table.table_id)} as table_id, {literal(definition.name)} as measure, 'composed' as kind,
            {literal(table.scheme) if table.scheme and "cause" in request.margin.by else "null"} as scheme,
            {columns}, {request.multiplier!r}::double as multiplier,
            {literal(definition.reliability) if definition.reliability else "null"} as reliability,
            t.days, t.days_covered
        from composed_figure as f
        join scope as s on s."domain" = {literal(table.domain)} and s.collection = f.collection
        left join calendar_period as t on t.scope_id = s.scope_id and t.period_start = f.period_start::date
        """
    )
    con.unregister("composed_figure")


def _said_once(request: Request, figures: pd.DataFrame) -> pd.DataFrame:
    """The figures, but one row a period where all of a collection's have the same problem: what their kind needs lacks.

    The row stands for the whole collection and all causes, in the first of the table's margins with the fewest
    dimensions; the others have none.
    """
    has_problem = figures["problem"].notna()
    if not has_problem.any():
        return figures
    always = has_problem.groupby(figures["collection"], sort=False).transform("all")
    alone = figures["problem"].groupby(figures["collection"], sort=False).transform("nunique").eq(1) & always
    if not alone.any():
        return figures
    margins = [margin for margin in request.table.margins if request.definition.stands_in(margin)]
    said = figures[alone] if request.margin == min(margins, key=lambda one: len(one.by)) else figures[:0]
    if "cause" in request.margin.by:
        said = said[said["cause"] == "all"]
    said = said.drop_duplicates(["collection", "period_start", "period_end"])
    # Where a place is taken away, so are its numbers, which are not those of the whole.
    if any(name in said for name in PLAIN):
        said = said.assign(**{name: None for name in ("numerator", "denominator") if name in said}, records=0)
    said = said.assign(**{name: None for name in (*PLAIN, "stratum_name", "stratum") if name in said})
    return pd.concat([figures[~alone], said]) if len(said) else figures[~alone]
