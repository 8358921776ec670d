"""Which figures the cells of flagged records are in, and what of a cell enters them."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np
from numpy.typing import NDArray

from codesets.database import literal
from transforms.influence.breakdowns import Breakdown
from transforms.influence.effects import keys_of, rows_of
from transforms.influence.forms import FORMS
from transforms.influence.methods.choices import Booleans, Integers
from transforms.measures.cells import in_slice, slice_of
from transforms.measures.dimensions import PLAIN, stratum_name, unknown_of
from transforms.measures.methods.arrays import Floats

# Causes that no other code would put a record in: there is none, or it is of another system.
NO_CAUSE = ("all", "other_system", "unknown")


@dataclass(frozen=True)
class Cells:
    """Pairs of a cell and a figure that it is in, as rows sorted by cell.

    `n` and `d` are the columns, by number among those of the breakdown, that enter the figure's numerator and
    denominator (-1: none), `adds` what one of the numerator's adds to it, `likely` how likely any code is one of the
    figure's cause; `is_whole` marks what enters as the whole of which the figure is a share.
    """

    cell: Integers
    figure: Integers
    n: Integers
    d: Integers
    adds: Floats
    likely: Floats
    is_whole: Booleans


def place_figures(con: duckdb.DuckDBPyConnection, figures: str = "true") -> None:
    """Create `figure_at`: the figures that have a value by number. `figures` is a condition on stats.figure."""
    shares = ", ".join(literal(name) for name, form in FORMS.items() if form.kind == "share")
    con.execute(
        f"""
        create or replace temp table figure_at as
        with sized as (
            select
                rowid as figure, table_id, measure, collection, period_start, {", ".join(PLAIN)}, stratum_name, stratum,
                scheme_version, cause,
                -- A share's denominator is of all causes.
                if(measure in ({shares}), records, coalesce(denominator_records, records)) as size,
                {figures} as is_wanted
            from stats.figure
            where "value" is not null
        )
        select
            * exclude (size, is_wanted),
            -- How likely any code is one of the cause: as often as it is coded among records of the same kind.
            case when cause is not null then coalesce(size / nullif(max(size) filter (cause = 'all') over (
                partition by table_id, measure, collection, scheme_version, period_start, {", ".join(PLAIN)},
                    stratum_name, stratum
            ), 0), 0) end as share_of_all
        from sized
        qualify is_wanted
        """
    )


def figures_of_cells(con: duckdb.DuckDBPyConnection, part: Breakdown) -> Cells:
    """The figures of a breakdown that the cells of its table's `class_cell` are in."""
    found = con.execute(_figures_of_cells(part, rows_of(part, "from class_cell", "cell"))).fetchnumpy()
    columns = {name: np.ma.getdata(values) for name, values in found.items()}
    order = np.argsort(columns["cell"], kind="stable")
    return Cells(**{name: values[order] for name, values in columns.items()})


def _column_of(part: Breakdown, which: str) -> str:
    """CASE over a measure: which of the columns enters its numerator or its denominator, by number; -1: none."""
    cases: list[str] = []
    for definition in part.definitions:
        form = FORMS[definition.name]
        column = form.numerator if which == "numerator" else form.denominator
        if column is None or (which == "denominator" and form.kind == "share"):
            continue
        cases.append(f"when {literal(definition.name)} then {part.columns.index(column)}")
    return f"case f.measure {' '.join(cases)} else -1 end" if cases else "-1"


def weights_at_lengths(con: duckdb.DuckDBPyConnection, part: Breakdown) -> dict[str, NDArray]:
    """Weights of all records at lengths of stay, of a breakdown by these: figure, days and weight, a row a cell."""
    keys = ", ".join(keys_of(part.one))
    (weight,) = part.columns
    con.execute(
        f"""
        create or replace temp table length_cell as
        select row_number() over () as cell, *
        from (
            -- All causes stand beside each version of the scheme, and are the same there.
            select distinct {keys}, {weight}
            from (
                select * replace (if(cause = 'all', null, scheme_version) as scheme_version)
                from stats.cell as c
                where c.table_id = {literal(part.table.table_id)} and {in_slice(part.one)}
            )
        )
        """
    )
    found = con.execute(
        f"""
        select p.figure, p.adds as days, c.{weight}::double as weight
        from ({_figures_of_cells(part, "from length_cell")}) as p
        join length_cell as c using (cell)
        where c.{weight} <> 0
        order by all
        """
    ).fetchnumpy()
    con.execute("drop table length_cell")
    return {name: np.ma.getdata(values) for name, values in found.items()}


def _figures_of_cells(part: Breakdown, source: str) -> str:
    """SELECT of the pairs of `Cells`; `source` has each cell's number and what it is told apart by."""
    margin = [name for name in PLAIN if name in part.margin.by]
    table = part.table
    same = ["f.collection = e.collection", "f.period_start is not distinct from e.period_start"]
    same += [f"f.{name} = e.{name}" for name in margin]
    own = [f"f.table_id = {literal(table.table_id)}"]
    own += [f"f.{name} is null" for name in PLAIN if name not in margin]
    named = ", ".join(literal(definition.name) for definition in part.definitions)
    own.append(f"f.measure in ({named})")
    further = tuple(name for name in part.one.further if name in part.margin.by)
    if further:
        own.append(f"f.stratum_name = {literal(stratum_name(further))}")
        same.append("f.stratum = e.stratum")
    else:
        others = [stratum_name(slice_of(margin).further) for margin in table.margins if slice_of(margin).further]
        if others:
            own.append(f"(f.stratum_name is null or f.stratum_name not in ({', '.join(map(literal, others))}))")
    if any(FORMS[definition.name].of_known for definition in part.definitions):
        same += [f"e.{name} <> {literal(unknown_of(name))}" for name in part.one.dimensions if name not in margin]
    by_cause = "cause" in part.margin.by
    own.append(f"f.cause is {'not ' if by_cause else ''}null")
    figures = f"(select * from figure_at as f where {' and '.join(own)})"
    adds, weights = "1.0::double", ""
    if any(FORMS[definition.name].weights for definition in part.definitions):
        on = " and ".join(f"w.{name} is not distinct from f.{name}" for name in ("collection", "period_start", *margin))
        on += "".join(f" and w.{name} = e.{name}" for name in part.one.dimensions if name not in margin)
        if by_cause:
            on += " and w.scheme_version is not distinct from f.scheme_version and w.cause = f.cause"
        adds, weights = "w.adds", f"join stratum_weight as w on w.measure = f.measure and {on}"
    if part.is_of_lengths:
        adds = "coalesce(try_cast(e.stratum as bigint), 0)::double"
    n, d = _column_of(part, "numerator"), _column_of(part, "denominator")
    cells = f"({source})"

    def where(condition: str, likely: str = "1.0::double") -> str:
        return (
            f"select f.figure, e.cell, {n} as n, {d} as d, {adds} as adds, {likely} as likely, false as is_whole "
            f"from {cells} as e join {figures} as f on {' and '.join(same)} {condition} {weights}"
        )

    if not by_cause:
        return where("")
    others = ", ".join(map(literal, NO_CAUSE))
    parts = [
        where("and e.scheme_version = f.scheme_version and e.cause = f.cause"),
        where("and e.cause = 'all' and f.cause = 'all'"),
        where(f"and e.cause = '*' and f.cause not in ({others})", "f.share_of_all"),
    ]
    shares = [definition for definition in part.definitions if FORMS[definition.name].kind == "share"]
    if shares:
        of_all = " ".join(
            f"when {literal(one.name)} then {part.columns.index(FORMS[one.name].denominator)}" for one in shares
        )
        measures = ", ".join(literal(definition.name) for definition in shares)
        parts.append(
            f"select f.figure, e.cell, -1 as n, case f.measure {of_all} end as d, 1.0::double as adds, "
            f"1.0::double as likely, true as is_whole from {cells} as e join {figures} as f on {' and '.join(same)} "
            f"and e.cause = 'all' and f.measure in ({measures})"
        )
    return " union all by name ".join(parts)
