"""Cells: sums of contributions over the margins that the tables list.

Each query is built by a pure function and run by `fill_cells`. The widest margins of a table are summed from the
records, the narrower ones from them: sums are integers and decimals, so that both ways give the same bytes. Distinct
patients do not add up and are counted from the records for every margin.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import duckdb

from codesets.database import identifier, literal
from transforms.measures.placing import period_expression
from transforms.measures.specification import Margin, TableSpecification

PLAIN = ("facility_id", "area", "sex", "age_band")

_ONE_EACH = {
    "records": "count(*)",
    "weight": "count(*)",
    "weight_squared": "count(*)",
    "sampling_records": "0::bigint",
    "identified_records": "count(p.patient_id)",
    "bed_days": "sum(p.bed_days)",
    "bed_days_squared": "sum(p.bed_days * p.bed_days)",
    "bed_days_variance": "sum(p.bed_days * p.bed_days)",
    "stays_with_length": "count(p.bed_days)",
    "length_records": "count(p.bed_days)",
    "length_squared": "count(p.bed_days)",
    "died": "count(*) filter (p.died)",
    "died_records": "count(*) filter (p.died)",
    "died_squared": "count(*) filter (p.died)",
    "outcome_known": "count(p.died)",
    "outcome_records": "count(p.died)",
    "outcome_squared": "count(p.died)",
}

# DuckDB keeps products of narrow decimals narrow, and they overflow: the wide type holds any weight times squared days.
_WEIGHT = "p.weight::decimal(28, 6)"
_DAYS = "p.bed_days::decimal(9, 0)"
# A survey's record is one record however much it stands for; a frequency row is as many as its weight.
_RECORDS = "(case p.weight_kind when 'sampling' then 1 else p.weight end)"
_SQUARED = f"(case p.weight_kind when 'sampling' then {_WEIGHT} * {_WEIGHT} else {_WEIGHT} end)::decimal(38, 6)"
_WEIGHTED = {
    "records": f"sum({_RECORDS})",
    "weight": "sum(p.weight)",
    "weight_squared": f"sum({_SQUARED})",
    "sampling_records": "count_if(p.weight_kind = 'sampling')",
    "identified_records": f"coalesce(sum({_RECORDS}) filter (p.patient_id is not null), 0)",
    "bed_days": f"sum({_WEIGHT} * {_DAYS})",
    "bed_days_squared": f"sum({_WEIGHT} * {_DAYS} * {_DAYS})",
    "bed_days_variance": f"sum({_SQUARED} * {_DAYS} * {_DAYS})",
    "stays_with_length": "coalesce(sum(p.weight) filter (p.bed_days is not null), 0)",
    "length_records": f"coalesce(sum({_RECORDS}) filter (p.bed_days is not null), 0)",
    "length_squared": f"coalesce(sum({_SQUARED}) filter (p.bed_days is not null), 0)",
    "died": "coalesce(sum(p.weight) filter (p.died), 0)",
    "died_records": f"coalesce(sum({_RECORDS}) filter (p.died), 0)",
    "died_squared": f"coalesce(sum({_SQUARED}) filter (p.died), 0)",
    "outcome_known": "coalesce(sum(p.weight) filter (p.died is not null), 0)",
    "outcome_records": f"coalesce(sum({_RECORDS}) filter (p.died is not null), 0)",
    "outcome_squared": f"coalesce(sum({_SQUARED}) filter (p.died is not null), 0)",
}

_ALWAYS = ("records", "weight", "weight_squared", "sampling_records")
_LENGTH = ("bed_days", "bed_days_squared", "bed_days_variance", "stays_with_length", "length_records", "length_squared")
_OUTCOME = ("died", "died_records", "died_squared", "outcome_known", "outcome_records", "outcome_squared")


@dataclass(frozen=True)
class Summed:
    """A margin that is summed already: its temp table, its plain dimensions, and whether it is by cause."""

    name: str
    dimensions: tuple[str, ...]
    by_cause: bool


def columns_of(table: TableSpecification) -> tuple[str, ...]:
    """The additive columns of `stats.cell` that the table's measures need."""
    needed = set(_ALWAYS)
    for definition in table.definitions:
        used = {definition.numerator, definition.records, definition.squared, definition.known}
        for group in (_LENGTH, _OUTCOME):
            if used & set(group):
                needed.update(group)
        if "identified_records" in used:
            needed.add("identified_records")
    return tuple(name for name in _ONE_EACH if name in needed)


def rows_source(table: TableSpecification, dimensions: Sequence[str], by_cause: bool) -> str:
    """The FROM and WHERE that give a table's records as `p`, its age bands as `a`, its causes as `k`."""
    joins = ["placed as p", "join scope as s on s.scope_id = p.scope_id"]
    conditions = [f's."domain" = {literal(table.domain)}']
    if "age_band" in dimensions:
        joins.append("join age_place as a on a.scope_id = p.scope_id and a.age_key = p.age_key")
    if by_cause:
        joins.append("join cause_of as k on k.scope_id = p.scope_id and k.segment_id = p.segment_id")
        conditions.append(f"k.scheme = {literal(table.scheme or '')}")
    for column, values in sorted(table.filters.items()):
        owner = "s" if column == "collection" else "p"
        conditions.append(f"{owner}.{identifier(column)} in ({', '.join(literal(value) for value in values)})")
    if table.is_rate:
        # A rate counts the events of the days and places that its population stands for.
        joins.append(
            "semi join covered_event as v on v.scope_id = p.scope_id and v.event_date = p.event_date "
            "and v.date_precision = p.date_precision"
        )
        if "facility_id" not in dimensions:
            joins.append("anti join outside_area as o on o.scope_id = p.scope_id and o.area = p.area")
    return f"from {' '.join(joins)} where {' and '.join(conditions)}"


def dimension_expression(name: str) -> str:
    """How a record's value of a plain dimension is read in `rows_source`."""
    return "a.age_band" if name == "age_band" else f"p.{name}"


def margin_from_rows(
    table: TableSpecification, dimensions: Sequence[str], by_cause: bool, year_start: int, weighted: Sequence[int] = ()
) -> str:
    """SELECT that sums the records to one margin; `weighted` are the scopes with weights other than 1.

    Records that stand for themselves are counted in integers, which is several times as fast as decimals.
    """
    keys = _keys(table, dimensions, by_cause, year_start)
    source = rows_source(table, dimensions, by_cause)
    scopes = ", ".join(str(scope) for scope in weighted) or "-1"

    def summed(sums: dict[str, str], condition: str) -> str:
        columns = ", ".join(f"{sums[name]} as {name}" for name in columns_of(table))
        return f"select {keys}, {columns} {source} and p.scope_id {condition} ({scopes}) group by all"

    plain = summed(_ONE_EACH, "not in")
    return f"{plain} union all by name {summed(_WEIGHTED, 'in')}" if weighted else plain


def margin_from_margin(table: TableSpecification, source: str, dimensions: Sequence[str], by_cause: bool) -> str:
    """SELECT that sums a summed margin to one with fewer dimensions."""
    keys = ["scope_id", "period", *dimensions, *(("scheme_version", "cause") if by_cause else ())]
    columns = [f"sum({name}) as {name}" for name in columns_of(table)]
    return f"select {', '.join(keys + columns)} from {source} group by all"


def patients_of(table: TableSpecification, dimensions: Sequence[str], by_cause: bool, year_start: int) -> str:
    """SELECT that counts distinct patients in one margin."""
    keys = _keys(table, dimensions, by_cause, year_start)
    source = rows_source(table, dimensions, by_cause)
    return f"select {keys}, count(distinct p.patient_id) as patients {source} group by all"


def _keys(table: TableSpecification, dimensions: Sequence[str], by_cause: bool, year_start: int) -> str:
    keys = ["p.scope_id", f"{period_expression(table.period, year_start)} as period"]
    keys += [f"{dimension_expression(name)} as {name}" for name in dimensions]
    return ", ".join(keys + (["k.scheme_version", "k.cause"] if by_cause else []))


def margins_to_sum(table: TableSpecification) -> Iterator[tuple[Margin, tuple[str, ...], bool]]:
    """The margins of a table, the widest first; a margin by cause is there twice: by cause, and all causes."""
    for margin in sorted(table.margins, key=lambda margin: (-len(margin.by), margin.by)):
        plain = tuple(name for name in PLAIN if name in margin.by)
        if "cause" in margin.by:
            yield margin, plain, True
        yield margin, plain, False


def fill_cells(
    con: duckdb.DuckDBPyConnection,
    table: TableSpecification,
    year_start: int,
    weighted: Sequence[int],
    skipped: Sequence[int],
) -> None:
    """Insert one table's cells into `stats.cell`.

    `weighted` are the scopes with weights other than 1, `skipped` those that the table leaves out.
    """
    summed: list[Summed] = []
    for place, (margin, dimensions, by_cause) in enumerate(margins_to_sum(table)):
        name = f"margin_{place}"
        wider = next((one for one in summed if _contains(table, one, dimensions, by_cause)), None)
        query = (
            margin_from_margin(table, wider.name, dimensions, by_cause)
            if wider
            else margin_from_rows(table, dimensions, by_cause, year_start, weighted)
        )
        con.execute(f"create or replace temp table {name} as {query}")
        summed.append(Summed(name, dimensions, by_cause))
        patients = "patients" in table.measures
        if patients:
            query = patients_of(table, dimensions, by_cause, year_start)
            con.execute(f"create or replace temp table margin_patients as {query}")
        con.execute(_insertion(table, name, margin, dimensions, by_cause, skipped, patients))
    for one in summed:
        con.execute(f"drop table {one.name}")


def _contains(table: TableSpecification, one: Summed, dimensions: Sequence[str], by_cause: bool) -> bool:
    """Whether a summed margin holds all records of a narrower one; a rate's facilities count other records."""
    same_records = not table.is_rate or ("facility_id" in one.dimensions) == ("facility_id" in dimensions)
    return same_records and one.by_cause == by_cause and set(one.dimensions) >= set(dimensions)


def _insertion(
    table: TableSpecification,
    source: str,
    margin: Margin,
    dimensions: Sequence[str],
    by_cause: bool,
    skipped: Sequence[int],
    patients: bool,
) -> str:
    """INSERT of one summed margin into `stats.cell`, with its true zeros where the margin is complete."""
    has_cause = "cause" in margin.by
    columns = columns_of(table)
    keys = ["scope_id", "period", *dimensions, *(("scheme_version", "cause") if by_cause else ())]
    ctes = []
    filled = source
    if patients:
        ctes.append(
            f"counted as (select m.*, n.patients from {source} as m join margin_patients as n on "
            + " and ".join(f"m.{key} is not distinct from n.{key}" for key in keys)
            + ")"
        )
        filled = "counted"
        columns = (*columns, "patients")
    if margin.complete:
        ctes.append(f"frame as ({_frame(table, source, dimensions, by_cause)})")
        zeros = ", ".join(f"0 as {name}" for name in columns)
        ctes.append(
            f"complete as (select {', '.join((*keys, *columns))} from {filled} union all by name "
            f"select f.*, {zeros} from frame as f anti join {filled} as m on "
            + " and ".join(f"m.{key} is not distinct from f.{key}" for key in keys)
            + ")"
        )
        filled = "complete"
    scheme = literal(table.scheme) if table.scheme else "null"
    if by_cause:
        cause, block = "m.scheme_version, m.cause", ""
    elif has_cause:
        cause, block = (
            "b.scheme_version, 'all' as cause",
            (f"join block as b on b.scope_id = m.scope_id and b.scheme = {scheme}"),
        )
    else:
        cause, block = "null as scheme_version, null as cause", ""
    with_clause = f"with {', '.join(ctes)} " if ctes else ""
    left_out = f"where m.scope_id not in ({', '.join(str(scope) for scope in skipped)})" if skipped else ""
    plain = "".join(f"m.{name}, " for name in dimensions)
    return (
        f"insert into stats.cell by name {with_clause}"
        f'select {literal(table.table_id)} as table_id, s."domain", {scheme} as scheme, {cause}, '
        f"t.period_start, t.period_end, s.collection, {plain}"
        f"{', '.join(f'm.{name}' for name in columns)} "
        f"from {filled} as m join scope as s on s.scope_id = m.scope_id {block} "
        f"left join calendar_period as t on t.scope_id = m.scope_id and t.period = m.period {left_out}"
    )


def _frame(table: TableSpecification, source: str, dimensions: Sequence[str], by_cause: bool) -> str:
    """SELECT of every combination that a complete margin shows in the periods its scope covers.

    Facilities, areas and causes are those that the scope has records of; sexes are F and M; age bands are the table's.
    """
    keys = ["t.scope_id", "t.period"]
    joins = [
        "calendar_period as t",
        f'join scope as s on s.scope_id = t.scope_id and s."domain" = {literal(table.domain)}',
    ]
    for name in dimensions:
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
    if by_cause:
        joins.append(
            f"join (select distinct scope_id, scheme_version, cause from {source} "
            "where cause not in ('unmapped', 'other_system', 'unknown')) as causes on causes.scope_id = t.scope_id"
        )
        keys += ["causes.scheme_version", "causes.cause"]
    return f"select {', '.join(keys)} from {' '.join(joins)} where t.days_covered > 0"
