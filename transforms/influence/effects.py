"""What the options of flagged records come to in the cells of a table."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pandas as pd

from codesets.database import literal
from transforms.influence.breakdowns import Breakdown, breakdowns
from transforms.influence.forms import FORMS
from transforms.influence.sight import look, sees_diagnoses
from transforms.measures.cells import Slice, rows_source
from transforms.measures.composed import Request
from transforms.measures.dimensions import FURTHER, PLAIN, STRATUM_SEPARATOR, expression
from transforms.measures.placing import period_expression
from transforms.measures.specification import Settings, TableSpecification
from transforms.measures.strata import strata_query
from transforms.measures.sums import IN_PARTS, WEIGHTED


def place_table(
    con: duckdb.DuckDBPyConnection, table: TableSpecification, year_start: int, source: str = "influence"
) -> list[Breakdown]:
    """Create `option_row`: every option in the widest cells of a table, in each of its causes and (null) in all.

    Returns the table's breakdowns. An option whose code may be any code stands in the cause `*`. Rates count other
    records in margins by facility than in others: `by_facility` tells the rows apart, and is null in other tables.
    `cell` is a number for the cell: a hash of all that it is told apart by.
    """
    parts = breakdowns(table)
    if not parts:
        return parts
    look(con, source, sees_diagnoses(table, parts))
    plain = [name for name in PLAIN if any(name in part.one.dimensions for part in parts)]
    further = [name for name in FURTHER if any(name in part.one.further for part in parts)]
    columns = sorted({name for part in parts for name in part.columns})
    sides = [True, False] if table.is_rate and "facility_id" in plain else [None]
    selects = []
    for by_facility in sides:
        dimensions = [name for name in plain if by_facility is not False or name != "facility_id"]
        whole = _option_rows(table, dimensions, further, columns, year_start, False)
        flag = "null" if by_facility is None else str(by_facility).lower()
        selects.append(f"select *, {flag}::boolean as by_facility from ({whole})")
        if table.scheme and any(part.one.by_cause for part in parts):
            each = _option_rows(table, dimensions, further, columns, year_start, True)
            selects.append(f"select *, {flag}::boolean as by_facility from ({each}) where not is_wild")
            selects.append(
                f"select * replace ('*' as cause), {flag}::boolean as by_facility from ({whole}) where is_wild"
            )
    names = ["by_facility", "collection", "period_start", *plain, *further, "scheme_version", "cause"]
    con.execute(
        f"""
        create or replace temp table option_row as
        select *, hash({", ".join(names)}) as cell from ({" union all by name ".join(selects)})
        """
    )
    return parts


def _option_rows(
    table: TableSpecification,
    dimensions: Sequence[str],
    further: Sequence[str],
    columns: Sequence[str],
    year_start: int,
    by_cause: bool,
) -> str:
    sums = IN_PARTS if table.in_parts and by_cause else WEIGHTED
    # A sum over what is not known, e.g. a length of stay, is nothing.
    totals = "".join(f", coalesce(({sums[name]})::double, 0) as {name}" for name in columns)
    names = "".join(f", {expression(name)} as {name}" for name in (*dimensions, *further))
    cause = "k.scheme_version, k.cause" if by_cause else "null::varchar as scheme_version, null::varchar as cause"
    return f"""
        select
            e.* exclude (scope_id, period), o.record, o.is_wild, s.collection, t.period_start
        from (
            select
                p.record_number as option_id, p.scope_id, {period_expression(table.period, year_start)} as period,
                {cause} {names} {totals}
            {rows_source(table, dimensions, by_cause)}
                and p.record_number in (select option_id from option_brief)
            group by all
        ) as e
        join option_brief as o using (option_id)
        join scope as s on s.scope_id = e.scope_id
        left join calendar_period as t on t.scope_id = e.scope_id and t.period = e.period
    """


def rows_of(part: Breakdown, source: str = "option_row", kept: str = "record, option_id, is_wild") -> str:
    """SELECT of the table's `option_row` in the cells of a breakdown; the whole stands as the cause `all`.

    `source` may be another table of its cells, of which the columns `kept` are wanted.
    """
    one = part.one
    names = ["collection", "period_start", *one.dimensions, "scheme_version"]
    names.append("if(cause is null, 'all', cause) as cause" if one.by_cause else "cause")
    if one.further:
        names.append(f"concat_ws({literal(STRATUM_SEPARATOR)}, {', '.join(one.further)}) as stratum")
    where = ["true" if one.by_cause else "cause is null"]
    if part.table.is_rate:
        by_facility = "facility_id" in one.dimensions
        where.append(f"by_facility is {'not false' if by_facility else 'not true'}")
    return f"select {kept}, {', '.join(names)} from {source} where {' and '.join(where)}"


def keys_of(one: Slice) -> list[str]:
    """The columns by which cells of a slice differ."""
    further = ["stratum"] if one.further else []
    return ["collection", "period_start", *one.dimensions, *further, "scheme_version", "cause"]


def place_weights(con: duckdb.DuckDBPyConnection, part: Breakdown, settings: Settings) -> None:
    """Create `stratum_weight`: what one event of each stratum adds to the value of its figure, where that differs."""
    found = []
    for definition in part.definitions:
        weights = FORMS[definition.name].weights
        if weights is None:
            continue
        request = Request(con, part.table, definition, part.margin, settings)
        strata = con.execute(strata_query(part.table, definition, part.margin)).df()
        if not definition.is_rate:
            strata = _with_empty(con, part, strata)
        names = ["collection", "period_start", *PLAIN, "scheme_version", "cause"]
        found.append(strata[names].assign(measure=definition.name, adds=weights(request, strata)))
    if found:
        frame = pd.concat(found, ignore_index=True)
        con.register("stratum_frame", frame[frame["adds"] != 0])
        columns = ", ".join(f"{name}::varchar as {name}" for name in (*PLAIN, "scheme_version", "cause"))
        con.execute(
            "create or replace temp table stratum_weight as "
            f"select measure, collection, period_start::date as period_start, {columns}, adds from stratum_frame"
        )
        con.unregister("stratum_frame")


def _with_empty(con: duckdb.DuckDBPyConnection, part: Breakdown, strata: pd.DataFrame) -> pd.DataFrame:
    """The keys of every figure's strata, those too that are empty as coded and that an option would give a record.

    Only rates have all strata already. Sums are left as they are in one stratum of the figure and mean nothing here.
    """
    within = [name for name in part.one.dimensions if name not in part.margin.by]
    if not within:
        return strata
    keys = ["collection", *within]
    held = con.execute(f"select distinct {', '.join(keys)} from option_row").df()
    values = pd.concat([strata[keys], held]).drop_duplicates().sort_values(keys)
    others = [name for name in ("period_start", *PLAIN, "scheme_version", "cause") if name not in within]
    figures = strata.drop_duplicates(["collection", *others]).drop(columns=within)
    return figures.merge(values, on="collection")
