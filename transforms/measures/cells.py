"""Cells: which slices of the records the tables' margins and measures ask for, and how each is summed.

Pure builders of queries: `summed.py` runs them and `fill.py` makes cells of the slices. The widest slices are summed
from the records, the narrower ones from them: sums are integers and decimals, so that both ways give the same bytes.
Distinct patients do not add up and are counted from the records for every margin.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from codesets.database import identifier, literal
from transforms.measures.definitions import Definition
from transforms.measures.dimensions import FURTHER, PLAIN, expression, stratum_name
from transforms.measures.placing import period_expression, placed_for
from transforms.measures.specification import Margin, TableSpecification
from transforms.measures.sums import IN_PARTS, ONE_EACH, WEIGHTED, columns_for


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


def _counts_listed_stays(table: TableSpecification) -> bool:
    return table.any_listed and table.domain == "discharge"


def rows_source(
    table: TableSpecification,
    dimensions: Sequence[str],
    by_cause: bool,
    *,
    numbered: bool = False,
    numbers: str = "listed_stay_number",
) -> str:
    """The FROM and WHERE that give a table's records as `p`, its age bands as `a`, its causes as `k`.

    Where `numbered`, the causes of stays by all their diagnoses are those of `listed_stay_name`, by their number; they
    are read from the relation `numbers`, which may hold some stays only.

    In a table that looks back, `is_first` says whether no discharge of the patient, with the same cause where there are
    causes, lies in the days before that it names.
    """
    placed, listed = placed_for(table), numbers if numbered else "listed_cause"
    if table.looks_back:
        first = f"coalesce(days_since > {table.look_back_days}, true) as is_first"
        listed = f"(select *, {first} from {'listed_stay_since' if numbered else 'listed_since'})"
        placed = placed if by_cause else f"(select *, {first} from {placed})"
    joins = [f"{placed} as p", "join scope as s on s.scope_id = p.scope_id"]
    conditions = [f's."domain" = {literal(table.domain)}']
    if "age_band" in dimensions:
        joins.append("join age_place as a on a.scope_id = p.scope_id and a.age_key = p.age_key")
    if by_cause:
        if table.any_listed:
            joins.append(f"join {listed} as k on k.scope_id = p.scope_id and k.record_number = p.record_number")
        else:
            joins.append("join cause_of as k on k.scope_id = p.scope_id and k.segment_id = p.segment_id")
        scheme = literal(table.scheme or "")
        conditions.append(
            f"k.cause_number in (select cause_number from listed_stay_name where scheme = {scheme})"
            if numbered
            else f"k.scheme = {scheme}"
        )
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


def slice_from_rows(
    table: TableSpecification, one: Slice, names: Sequence[str], year_start: int, weighted: Sequence[int] = ()
) -> str:
    """SELECT that sums the records to the columns `names` of one slice.

    `weighted` are the scopes with weights other than 1.
    """
    numbered = one.by_cause and _counts_listed_stays(table)
    keys = _keys(table, one, year_start, numbered=numbered)
    source = rows_source(table, one.names, one.by_cause, numbered=numbered)
    scopes = ", ".join(str(scope) for scope in weighted) or "-1"

    def summed(sums: dict[str, str], condition: str) -> str:
        columns = ", ".join(f"{sums[name]} as {name}" for name in names)
        return f"select {keys}, {columns} {source} and p.scope_id {condition} ({scopes}) group by all"

    if table.in_parts and one.by_cause:
        columns = ", ".join(f"{IN_PARTS[name]} as {name}" for name in names)
        return f"select {keys}, {columns} {source} group by all"
    plain = summed(ONE_EACH, "not in")
    query = f"{plain} union all by name {summed(WEIGHTED, 'in')}" if weighted else plain
    return _named(query) if numbered else query


def slice_from_slice(source: str, one: Slice, names: Sequence[str]) -> str:
    """SELECT that sums the columns `names` of a summed slice to one with fewer dimensions."""
    columns = [f"sum({name}) as {name}" for name in names]
    return f"select {', '.join(one.keys() + columns)} from {source} group by all"


def patients_of(table: TableSpecification, one: Slice, year_start: int) -> str:
    """SELECT that counts distinct patients in one slice."""
    numbered = one.by_cause and _counts_listed_stays(table)
    source = rows_source(table, one.names, one.by_cause, numbered=numbered)
    keys = _keys(table, one, year_start, numbered=numbered)
    # Distinct rows counted are several times as fast as distinct values counted in many groups.
    query = (
        f"select * exclude (patient_number), count(patient_number) as patients "
        f"from (select distinct {keys}, p.patient_number {source}) group by all"
    )
    return _named(query) if numbered else query


def _named(query: str) -> str:
    """SELECT of sums by the number of a cause as sums by the cause: numbers are grouped by much faster than names."""
    return (
        f"select q.* exclude (cause_number), n.scheme_version, n.cause from ({query}) as q "
        "join listed_stay_name as n using (cause_number)"
    )


def _keys(table: TableSpecification, one: Slice, year_start: int, *, numbered: bool) -> str:
    keys = ["p.scope_id", f"{period_expression(table.period, year_start)} as period"]
    keys += [f"{expression(name)} as {name}" for name in one.names]
    if one.by_cause:
        keys += ["k.cause_number"] if numbered else ["k.scheme_version", "k.cause"]
    return ", ".join(keys)


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
