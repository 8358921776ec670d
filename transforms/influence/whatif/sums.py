"""The cells of every table as a change of one record would leave them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import duckdb

from codesets.database import literal
from transforms.influence.whatif.excerpt import Excerpt
from transforms.measures.build import weighted_scopes
from transforms.measures.cells import Slice, columns_of, in_slice, slices
from transforms.measures.dimensions import STRATUM_SEPARATOR
from transforms.measures.facts import find_stay_facts, group_stays
from transforms.measures.fill import OF_EVERY_CELL, cells_of, fill_cells
from transforms.measures.placing import place, place_by_registration, place_periods, place_rates, placed_for
from transforms.measures.specification import Settings, TableSpecification
from transforms.measures.summed import Summed


def of_period(table: TableSpecification) -> tuple[str, str]:
    """What tables are grouped by whose periods are placed together."""
    return table.period, placed_for(table)


def place_excerpt(
    con: duckdb.DuckDBPyConnection, held: Excerpt, tables: Sequence[TableSpecification], settings: Settings
) -> None:
    """Place the records of an excerpt in time, age and cause, as coded and changed, with the facts of their stays."""
    find_stay_facts(con)
    if settings.msdrg:
        group_stays(con)
        con.execute(_TITLES_AS_STORED.format(source=held.source))
    listed = [table for table in tables if table.scheme and table.any_listed]
    place(
        con,
        [table.scheme for table in tables if table.scheme],
        listed=[(table.domain, table.scheme) for table in listed],
        since=[table.scheme for table in listed if table.looks_back],
    )
    place_rates(con)
    if any(table.date_of == "registration" for table in tables):
        place_by_registration(con)


# The wording of a group's title depends on which versions of the grouper all stays had.
_TITLES_AS_STORED = """
update stats.stay_drg as d
set drg = s.drg
from (select distinct split_part(drg, ' ', 1) as number, drg from {source}.stats.stay_drg) as s
where s.number = split_part(d.drg, ' ', 1);

update stats.stay_drg as d
set base_drg = s.base_drg
from (select distinct split_part(base_drg, ' ', 1) as number, base_drg from {source}.stats.stay_drg) as s
where s.number = split_part(d.base_drg, ' ', 1);
"""


def difference_of(table: TableSpecification) -> str:
    """The name of the temporary table that has what changes in the cells of a table."""
    return f"difference_{table.table_id}"


def find_differences(
    con: duckdb.DuckDBPyConnection, held: Excerpt, tables: Sequence[TableSpecification], settings: Settings
) -> Iterator[TableSpecification]:
    """Create the differences of each table's cells, changed less as coded; yields the tables that have any."""
    bands = con.execute(
        "select table_id, collection, string_agg(age_band, ' ' order by sort_order) from stats.age_band group by all"
    ).fetchall()
    chosen = {
        table_id: ((collection, names),) for table_id, collection, names in bands if collection == held.collection
    }
    weighted = weighted_scopes(con)
    for (period, placed), group in groupby(sorted(tables, key=of_period), key=of_period):
        place_periods(con, period, settings.year_start, placed)
        same_period = [_counted(table, held) for table in group]
        summed = Summed(con, same_period, settings.year_start, weighted, chosen)
        for table in same_period:
            fill_cells(con, table, summed, (), into="excerpt_cell")
            if _keep_difference(con, table, held):
                yield next(one for one in tables if one.table_id == table.table_id)
        summed.drop()


def _counted(table: TableSpecification, held: Excerpt) -> TableSpecification:
    """A table as it counts the records of an excerpt: of both collections, and without true zeros."""
    margins = tuple(margin.model_copy(update={"complete": False}) for margin in table.margins)
    filters = dict(table.filters)
    if held.collection in filters.get("collection", ()):
        filters["collection"] = (*filters["collection"], held.changed)
    return table.model_copy(update={"margins": margins, "filters": filters})


def _sums_of(table: TableSpecification) -> tuple[str, ...]:
    """The columns of a table's cells that are sums."""
    with_patients = any("patients" in definition.columns for definition in table.definitions)
    return (*columns_of(table), *(("patients",) if with_patients else ()))


_KEYS = ", ".join(OF_EVERY_CELL)


def _keep_difference(con: duckdb.DuckDBPyConnection, table: TableSpecification, held: Excerpt) -> bool:
    names = _sums_of(table)
    signed = ", ".join(f"sum(if(is_changed, {name}, -{name})) as {name}" for name in names)
    con.execute(
        f"""
        create or replace temp table {difference_of(table)} as
        select {_KEYS}, {signed}
        from (
            select
                * replace ({literal(held.collection)} as collection),
                collection = {literal(held.changed)} as is_changed
            from excerpt_cell
        )
        group by {_KEYS}
        having {" or ".join(f"{name} <> 0" for name in names)}
        """
    )
    return con.execute(f"select exists (from {difference_of(table)})").fetchone()[0]


def fill_changed_cells(con: duckdb.DuckDBPyConnection, table: TableSpecification, held: Excerpt, into: str) -> None:
    """Create the temporary table `into`: a table's cells of the collection with the differences in them.

    Its periods are placed, of all cells (see `place_stored_periods`).
    """
    names = _sums_of(table)
    columns = ", ".join((*OF_EVERY_CELL, *names))
    con.execute(
        f"""
        create or replace temp table {into} as select {columns}, false as is_other from stats.cell limit 0;

        insert into {into} by name
        select
            {_KEYS}, {", ".join(f"sum({name}) as {name}" for name in names)},
            (coalesce(sum(records) filter (is_stored), 0) > 0) <> (sum(records) > 0) as is_other
        from (
            select {columns}, true as is_stored
            from {held.source}.stats.cell
            where table_id = {literal(table.table_id)} and collection = {literal(held.collection)}
            union all by name
            select {columns}, false as is_stored from {difference_of(table)}
        )
        group by {_KEYS};
        """
    )
    if con.execute(f"select coalesce(bool_or(is_other), false) from {into}").fetchone()[0]:
        _complete(con, table, into, names)
    con.execute(f"alter table {into} drop column is_other")


def _complete(con: duckdb.DuckDBPyConnection, table: TableSpecification, cells: str, names: Sequence[str]) -> None:
    """Leave cells without records only where a complete margin shows them: of what has records elsewhere."""
    con.execute(
        f"""
        create or replace temp table held_cell as from {cells} where records > 0;
        delete from {cells} where records = 0;
        """
    )
    for one in slices(table):
        if one.complete:
            con.execute(_place_slice(table, one, names))
            empty = cells_of(table, "slice_cell", one, (), "slice_patients" if "patients" in names else None)
            con.execute(f"insert into {cells} by name select *, true as is_other from {empty} where records = 0")


def _place_slice(table: TableSpecification, one: Slice, names: Sequence[str]) -> str:
    """SQL that creates `slice_cell`, the sums of a slice as they were summed from records, and `slice_patients`."""
    keys = ["s.scope_id", "t.period", *(f"c.{name}" for name in one.dimensions)]
    keys += [
        f"string_split(c.stratum, {literal(STRATUM_SEPARATOR)})[{place}] as {name}"
        for place, name in enumerate(one.further, start=1)
    ]
    keys += ["c.scheme_version", "c.cause"] if one.by_cause else []
    of_cause = {"none": "true", "each": "c.cause <> 'all'", "all": "c.cause = 'all' and c.scheme_version = v.first"}
    first = "cross join (select min(scheme_version) as first from held_cell) as v" if one.causes == "all" else ""
    sums = ", ".join(f"c.{name}" for name in names if name != "patients")
    rows = f"""
        from held_cell as c
        join scope as s on s."domain" = {literal(table.domain)} and s.collection = c.collection
        left join calendar_period as t on t.scope_id = s.scope_id and t.period_start = c.period_start
        {first}
        where {in_slice(one)} and {of_cause[one.causes]}
    """
    text = f"create or replace temp table slice_cell as select {', '.join(keys)}, {sums} {rows};"
    if "patients" in names:
        text += f"create or replace temp table slice_patients as select {', '.join(keys)}, c.patients {rows};"
    return text


def place_stored_periods(
    con: duckdb.DuckDBPyConnection, held: Excerpt, tables: Sequence[TableSpecification], settings: Settings
) -> None:
    """Create `calendar_period` for tables of one length of period: those of all cells, and of the excerpt's records."""
    period, placed = of_period(tables[0])
    named = ", ".join(literal(table.table_id) for table in tables)
    relation = f"""(
        select scope_id, month_index, calendar_year from {placed}
        union
        select
            s.scope_id, (year(c.period_start) * 12 + month(c.period_start) - 1)::integer, year(c.period_start)::integer
        from (
            select distinct "domain", collection, period_start
            from {held.source}.stats.cell
            where table_id in ({named}) and collection = {literal(held.collection)}
        ) as c
        join scope as s using ("domain", collection)
    )"""
    place_periods(con, period, settings.year_start, relation)
