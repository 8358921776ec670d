"""Cells: sums of contributions over the slices that the tables' margins and measures ask for.

Each query is built by a pure function and run by `fill_cells`; `keep_cells` writes what it made to `stats.cell`. The
widest slices of a table are summed from the records, the narrower ones from them: sums are integers and decimals, so
that both ways give the same bytes. Distinct patients do not add up and are counted from the records for every margin.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import duckdb

from codesets.database import identifier, literal
from transforms.measures.definitions import Definition
from transforms.measures.dimensions import FURTHER, PLAIN, STRATUM_SEPARATOR, expression, stratum_name
from transforms.measures.placing import period_expression, placed_for
from transforms.measures.specification import Margin, TableSpecification
from transforms.measures.sums import IN_PARTS, ONE_EACH, WEIGHTED, columns_for

# Columns of `stats.cell` that the cells of every table have, besides the sums that its measures need.
_OF_EVERY_CELL = (
    "table_id", '"domain"', "scheme", "scheme_version", "cause", "period_start", "period_end", "collection",
    *PLAIN, "stratum_name", "stratum",
)  # fmt: skip


@dataclass(frozen=True)
class Slice:
    """One breakdown of a table's records.

    `dimensions` are those of `PLAIN`, in its order; `further` those of `FURTHER`; `causes` says whether it has no
    causes, is by each cause, or stands as `all` beside each block of causes. `shown` slices are margins of the table,
    the others lie within a measure; only margins are `complete`.
    """

    dimensions: tuple[str, ...]
    causes: Literal["none", "each", "all"] = "none"
    further: tuple[str, ...] = ()
    shown: bool = True
    complete: bool = False

    @property
    def by_cause(self) -> bool:
        return self.causes == "each"

    @property
    def names(self) -> tuple[str, ...]:
        return self.dimensions + self.further

    def keys(self) -> list[str]:
        return ["scope_id", "period", *self.names, *(("scheme_version", "cause") if self.by_cause else ())]


def slice_of(margin: Margin, definition: Definition | None = None) -> Slice:
    """The slice behind a margin by each cause, or behind a measure in it: with the dimensions within the measure."""
    within = definition.within if definition else ()
    by = {*margin.by, *within}
    return Slice(
        dimensions=tuple(name for name in PLAIN if name in by),
        causes="each" if "cause" in by else "none",
        further=tuple(name for name in FURTHER if name in by),
        shown=not within,
        complete=margin.complete and not within,
    )


def slices(table: TableSpecification) -> list[Slice]:
    """The slices that a table needs, the widest first; one by cause is there twice: by each cause, and all causes."""
    found: dict[tuple, Slice] = {}

    def want(one: Slice) -> None:
        key = (one.dimensions, one.causes, one.further)
        known = found.get(key, replace(one, shown=False, complete=False))
        found[key] = replace(known, shown=known.shown or one.shown, complete=known.complete or one.complete)

    for margin in table.margins:
        for definition in (None, *table.definitions):
            if definition is not None and not (definition.within and definition.stands_in(margin)):
                continue
            one = slice_of(margin, definition)
            want(one)
            if one.by_cause:
                want(replace(one, causes="all"))
    return sorted(found.values(), key=lambda one: (-len(one.names), one.dimensions, one.further, one.causes != "each"))


def columns_of(table: TableSpecification) -> tuple[str, ...]:
    """The additive columns of `stats.cell` that the table's measures need."""
    used = {name for definition in table.definitions for name in definition.columns}
    return columns_for(used)


def rows_source(table: TableSpecification, dimensions: Sequence[str], by_cause: bool) -> str:
    """The FROM and WHERE that give a table's records as `p`, its age bands as `a`, its causes as `k`."""
    joins = [f"{placed_for(table)} as p", "join scope as s on s.scope_id = p.scope_id"]
    conditions = [f's."domain" = {literal(table.domain)}']
    if "age_band" in dimensions:
        joins.append("join age_place as a on a.scope_id = p.scope_id and a.age_key = p.age_key")
    if by_cause:
        if table.any_listed:
            joins.append("join listed_cause as k on k.scope_id = p.scope_id and k.record_number = p.record_number")
        else:
            joins.append("join cause_of as k on k.scope_id = p.scope_id and k.segment_id = p.segment_id")
        conditions.append(f"k.scheme = {literal(table.scheme or '')}")
        if table.in_parts:
            conditions.append("(k.sex is null or k.sex = p.sex)")
    if table.below_age is not None:
        conditions.append(f"p.age_key >= 0 and p.age_key % 1000 < {table.below_age}")
    for column, values in sorted(table.filters.items()):
        owner = "s" if column == "collection" else "p"
        conditions.append(f"{owner}.{identifier(column)} in ({', '.join(literal(value) for value in values)})")
    if table.is_rate or table.per_births:
        # A rate counts the events of the days and places that its population, or its births, stand for.
        joins.append(
            "semi join covered_event as v on v.scope_id = p.scope_id and v.event_date = p.event_date "
            "and v.date_precision = p.date_precision"
        )
        if "facility_id" not in dimensions:
            outside = "outside_area" if table.is_rate else "outside_birth_area"
            joins.append(f"anti join {outside} as o on o.scope_id = p.scope_id and o.area = p.area")
    return f"from {' '.join(joins)} where {' and '.join(conditions)}"


def slice_from_rows(table: TableSpecification, one: Slice, year_start: int, weighted: Sequence[int] = ()) -> str:
    """SELECT that sums the records to one slice; `weighted` are the scopes with weights other than 1."""
    keys = _keys(table, one, year_start)
    source = rows_source(table, one.names, one.by_cause)
    scopes = ", ".join(str(scope) for scope in weighted) or "-1"

    def summed(sums: dict[str, str], condition: str) -> str:
        columns = ", ".join(f"{sums[name]} as {name}" for name in columns_of(table))
        return f"select {keys}, {columns} {source} and p.scope_id {condition} ({scopes}) group by all"

    if table.in_parts and one.by_cause:
        columns = ", ".join(f"{IN_PARTS[name]} as {name}" for name in columns_of(table))
        return f"select {keys}, {columns} {source} group by all"
    plain = summed(ONE_EACH, "not in")
    return f"{plain} union all by name {summed(WEIGHTED, 'in')}" if weighted else plain


def slice_from_slice(table: TableSpecification, source: str, one: Slice) -> str:
    """SELECT that sums a summed slice to one with fewer dimensions."""
    columns = [f"sum({name}) as {name}" for name in columns_of(table)]
    return f"select {', '.join(one.keys() + columns)} from {source} group by all"


def patients_of(table: TableSpecification, one: Slice, year_start: int) -> str:
    """SELECT that counts distinct patients in one slice."""
    source = rows_source(table, one.names, one.by_cause)
    return f"select {_keys(table, one, year_start)}, count(distinct p.patient_id) as patients {source} group by all"


def _keys(table: TableSpecification, one: Slice, year_start: int) -> str:
    keys = ["p.scope_id", f"{period_expression(table.period, year_start)} as period"]
    keys += [f"{expression(name)} as {name}" for name in one.names]
    return ", ".join(keys + (["k.scheme_version", "k.cause"] if one.by_cause else []))


def fill_cells(
    con: duckdb.DuckDBPyConnection,
    table: TableSpecification,
    year_start: int,
    weighted: Sequence[int],
    skipped: Sequence[int],
    into: str,
) -> None:
    """Create the temp table `into` with one table's cells: the columns of `stats.cell` that it has.

    `weighted` are the scopes with weights other than 1, `skipped` those that the table leaves out.
    """
    summed: list[tuple[str, Slice]] = []
    parts = []
    with_patients = any("patients" in definition.columns for definition in table.definitions)
    for place, one in enumerate(slices(table)):
        name = f"margin_{place}"
        wider = next((source for source, other in summed if _contains(table, other, one)), None)
        query = slice_from_slice(table, wider, one) if wider else slice_from_rows(table, one, year_start, weighted)
        con.execute(f"create or replace temp table {name} as {query}")
        summed.append((name, one))
        patients = None
        if one.shown and with_patients:
            patients = f"{name}_patients"
            con.execute(f"create or replace temp table {patients} as {patients_of(table, one, year_start)}")
        parts.append(_cells_of(table, name, one, skipped, patients))
    columns = ", ".join((*_OF_EVERY_CELL, *columns_of(table), *(("patients",) if with_patients else ())))
    con.execute(f"create or replace temp table {into} as select {columns} from stats.cell limit 0")
    con.execute(f"insert into {into} by name {' union all by name '.join(parts)}")
    for place, (name, _) in enumerate(summed):
        con.execute(f"drop table {name}; drop table if exists margin_{place}_patients")


def keep_cells(con: duckdb.DuckDBPyConnection, made: Sequence[str]) -> None:
    """Write the cells of the temp tables `made` to `stats.cell`, and drop them.

    In one transaction: the table is so wide that one for each of them takes several times as long.
    """
    con.begin()
    for name in made:
        con.execute(f"insert into stats.cell by name from {name}")
    con.commit()
    for name in made:
        con.execute(f"drop table {name}")


def _contains(table: TableSpecification, wide: Slice, one: Slice) -> bool:
    """Whether a summed slice holds all records of a narrower one; a rate's facilities count other records."""
    same_records = not table.is_rate or ("facility_id" in wide.dimensions) == ("facility_id" in one.dimensions)
    return same_records and wide.by_cause == one.by_cause and set(wide.names) >= set(one.names)


def _cells_of(table: TableSpecification, source: str, one: Slice, skipped: Sequence[int], patients: str | None) -> str:
    """SELECT of the cells of one summed slice, with its true zeros where the margin is complete."""
    columns = columns_of(table)
    keys = one.keys()
    ctes = []
    filled = source
    if patients:
        ctes.append(
            f"counted as (select m.*, n.patients from {source} as m join {patients} as n on "
            + " and ".join(f"m.{key} is not distinct from n.{key}" for key in keys)
            + ")"
        )
        filled = "counted"
        columns = (*columns, "patients")
    if one.complete:
        ctes.append(f"frame as ({_frame(table, source, one)})")
        zeros = ", ".join(f"0 as {name}" for name in columns)
        ctes.append(
            f"complete as (select {', '.join((*keys, *columns))} from {filled} union all by name "
            f"select f.*, {zeros} from frame as f anti join {filled} as m on "
            + " and ".join(f"m.{key} is not distinct from f.{key}" for key in keys)
            + ")"
        )
        filled = "complete"
    scheme = literal(table.scheme) if table.scheme else "null"
    cause, block = "null as scheme_version, null as cause", ""
    if one.causes == "each":
        cause = "m.scheme_version, m.cause"
    elif one.causes == "all":
        cause = "b.scheme_version, 'all' as cause"
        block = f"join block as b on b.scope_id = m.scope_id and b.scheme = {scheme}"
    with_clause = f"with {', '.join(ctes)} " if ctes else ""
    left_out = f"where m.scope_id not in ({', '.join(str(scope) for scope in skipped)})" if skipped else ""
    plain = "".join(f"m.{name}, " for name in one.dimensions)
    if one.further:
        values = ", ".join(f"m.{name}" for name in one.further)
        plain += (
            f"{literal(stratum_name(one.further))} as stratum_name, "
            f"concat_ws({literal(STRATUM_SEPARATOR)}, {values}) as stratum, "
        )
    return (
        f'({with_clause}select {literal(table.table_id)} as table_id, s."domain", {scheme} as scheme, {cause}, '
        f"t.period_start, t.period_end, s.collection, {plain}"
        f"{', '.join(f'm.{name}' for name in columns)} "
        f"from {filled} as m join scope as s on s.scope_id = m.scope_id {block} "
        f"left join calendar_period as t on t.scope_id = m.scope_id and t.period = m.period {left_out})"
    )


def _frame(table: TableSpecification, source: str, one: Slice) -> str:
    """SELECT of every combination that a complete margin shows in the periods its scope covers.

    Facilities, areas and causes are those that the scope has records of; sexes are F and M; age bands are the table's.
    """
    keys = ["t.scope_id", "t.period"]
    joins = [
        "calendar_period as t",
        f'join scope as s on s.scope_id = t.scope_id and s."domain" = {literal(table.domain)}',
    ]
    for name in one.dimensions:
        if name == "sex":
            joins.append("cross join (values ('F'), ('M')) as sexes (sex)")
            keys.append("sexes.sex")
        elif name == "age_band":
            joins.append(
                f"join stats.age_band as bands on bands.collection = s.collection "
                f"and bands.table_id = {literal(table.table_id)}"
            )
            keys.append("bands.age_band")
        else:
            joins.append(
                f"join (select distinct scope_id, {name} from {source} where {name} <> 'unknown') as of_{name} "
                f"on of_{name}.scope_id = t.scope_id"
            )
            keys.append(f"of_{name}.{name}")
    if one.by_cause:
        joins.append(
            f"join (select distinct scope_id, scheme_version, cause from {source} "
            "where cause not in ('unmapped', 'other_system', 'unknown')) as causes on causes.scope_id = t.scope_id"
        )
        keys += ["causes.scheme_version", "causes.cause"]
    return f"select {', '.join(keys)} from {' '.join(joins)} where t.days_covered > 0"


def in_slice(one: Slice, alias: str = "c") -> str:
    """Condition on rows of `stats.cell` or the drafts: those of one slice; an `all` row belongs to `each`."""
    conditions = [f"{alias}.{name} is {'not ' if name in one.dimensions else ''}null" for name in PLAIN]
    conditions.append(f"{alias}.cause is {'null' if one.causes == 'none' else 'not null'}")
    name = stratum_name(one.further)
    conditions.append(f"{alias}.stratum_name = {literal(name)}" if name else f"{alias}.stratum_name is null")
    return " and ".join(conditions)


def shown_slices(table: TableSpecification) -> Iterator[Slice]:
    """The slices that are margins of the table."""
    return (one for one in slices(table) if one.shown and one.causes != "all")
