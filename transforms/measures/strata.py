"""Strata: the cells behind a measure in one margin, with the population of each where the measure divides by it."""

from __future__ import annotations

from collections.abc import Sequence

from codesets.database import literal
from transforms.measures.cells import in_slice, slice_of
from transforms.measures.definitions import Definition
from transforms.measures.dimensions import PLAIN, unknown_of
from transforms.measures.person_time import person_time
from transforms.measures.specification import Margin, TableSpecification

# Why a collection has no rate at all; any other problem is of a stratum.
NO_POPULATION = "no population is given for this collection"


def strata_query(table: TableSpecification, definition: Definition, margin: Margin, cells: str = "stats.cell") -> str:
    """SELECT of the strata of a measure in one margin, from a relation of cells, in a total order.

    `cells` has the columns of `stats.cell`, or those of them that the table needs.

    Columns: collection, scheme_version, cause, period_start, period_end, every plain dimension (null where the
    strata are not by it), stratum where the measure has further dimensions, and the sums of the measure and of every
    cell. Per population also person_years, population_problem and is_unknown: a stratum in which a dimension within
    the measure is unknown has no population, and its events are for the family to leave out and count. Events that
    are unknown in a dimension of the margin are in no stratum.
    """
    one = slice_of(margin, definition)
    names = [name for name in PLAIN if name in one.dimensions]
    summed = sorted(definition.columns | {"records", "weight", "weight_squared", "sampling_records"})
    further = "c.stratum," if one.further else ""
    absent = "".join(f"null::varchar as {name}, " for name in PLAIN if name not in names)
    plain = "".join(f"c.{name}, " for name in names)
    columns = ", ".join(f"c.{name}" for name in summed)
    if not definition.is_rate:
        return f"""
            select
                c.collection, c.scheme_version, c.cause, c.period_start, c.period_end, {absent}
                {plain} {further} {columns}
            from {cells} as c
            where c.table_id = {literal(table.table_id)} and {in_slice(one)}
            order by all
        """
    within = [name for name in definition.within if name in names]
    in_margin = [f"c.{name} <> {literal(unknown_of(name))}" for name in names if name not in within]
    is_unknown = " or ".join(f"c.{name} = {literal(unknown_of(name))}" for name in within) or "false"
    dated = ("collection", "period_start", "period_end")
    same = " and ".join(f"h.{name} = f.{name}" for name in (*dated, *names))
    equal = " and ".join(
        f"c.{name} is not distinct from f.{name}" for name in (*dated, "scheme_version", "cause", *names)
    )
    place = ", ".join((*dated, *names))
    # Every cause stands in every stratum: one without events is a rate of 0.
    causes = (
        "join (select distinct collection, scheme_version, cause from cell) as x using (collection)"
        if "cause" in margin.by
        else "cross join (select null::varchar as scheme_version, null::varchar as cause) as x"
    )
    sums = ", ".join(f"coalesce(c.{name}, 0) as {name}" for name in summed)
    broken_down = set(margin.by) - {"cause"}
    given = "f.collection in (select collection from core.population)"
    return f"""
        with cell as (
            select *, {is_unknown} as is_unknown
            from {cells} as c
            where {
        " and ".join([f"c.table_id = {literal(table.table_id)}", in_slice(one), "c.period_start is not null"])
    }
        ),
        event as (from cell as c where {" and ".join(["not c.is_unknown", *in_margin])}),
        held as ({person_time(table, names)}),
        place as (
            select {place} from event union select {place} from held
        ),
        frame as (
            select {", ".join(f"k.{name}" for name in (*dated, *names))}, x.scheme_version, x.cause
            from place as k {causes}
        ),
        stratum as (
            select
                f.collection, f.scheme_version, f.cause, f.period_start, f.period_end, {absent}
                {"".join(f"f.{name}, " for name in names)} {sums}, h.person_years,
                case
                    when h.problem is not null then h.problem
                    when h.collection is null and not {given} then {literal(NO_POPULATION)}
                    when h.collection is null then 'the population has no persons of this kind'
                    when h.person_years = 0 and coalesce(c.weight, 0) > 0
                        then 'the population is zero where there are events'
                    when h.person_years = 0 then 'the population is zero'
                end as population_problem,
                false as is_unknown
            from frame as f
            left join event as c on {equal}
            left join held as h on {same}
            union all by name
            select
                c.collection, c.scheme_version, c.cause, c.period_start, c.period_end, {absent}
                {plain} {columns}, null::double as person_years, null::varchar as population_problem, c.is_unknown
            from cell as c
            where {" and ".join(["c.is_unknown", *in_margin])}
        )
        select f.*
        from stratum as f
        join scope as s on s."domain" = {literal(table.domain)} and s.collection = f.collection
        join calendar_period as t on t.scope_id = s.scope_id and t.period_start = f.period_start
        where t.days_covered > 0
            and {
        f"f.collection in (select collection from {holders(names)})"
        if broken_down
        else f"({given} or coalesce(f.cause, 'all') = 'all')"
    }
        order by all
    """


def holders(dimensions: Sequence[str]) -> str:
    """The rows of `core.population` that give a margin its population, as the FROM of a subquery."""
    if "facility_id" in dimensions:
        return "core.population where facility_id is not null"
    if "area" in dimensions:
        return "core.population where facility_id is null and area is not null"
    return "core.population where facility_id is null"
