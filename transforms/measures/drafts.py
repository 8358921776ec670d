"""From cells to drafts of figures: numerator, denominator and what their interval needs, by pure SQL builders."""

from __future__ import annotations

from codesets.database import literal
from transforms.measures.cells import in_slice, slice_of
from transforms.measures.definitions import Definition
from transforms.measures.dimensions import PLAIN
from transforms.measures.specification import Margin, TableSpecification
from transforms.measures.strata import strata_query

DRAFT = """
create or replace temp table figure_draft (
    table_id varchar, measure varchar, kind varchar, scheme varchar, scheme_version varchar, cause varchar,
    period_start date, period_end date, collection varchar, facility_id varchar, area varchar, sex varchar,
    age_band varchar, numerator double, denominator double, multiplier double, squares double, effective double,
    method varchar, records bigint, denominator_records bigint, left_out bigint, is_sampling boolean, problem varchar,
    days integer, days_covered integer, additive_over varchar, reliability varchar, stratum_name varchar,
    stratum varchar, standard varchar, value double, lower double, upper double, doubt varchar,
    confidence double, signal varchar, smallest_cell bigint, limits_problem varchar
)
"""

_KEYS = (
    "c.table_id, c.scheme, c.scheme_version, c.cause, c.period_start, c.period_end, c.collection, "
    "c.facility_id, c.area, c.sex, c.age_band"
)
_STRATUM = "c.stratum_name, c.stratum"
_ALL_CAUSES = (
    "partition by c.collection, c.scheme_version, c.period_start, c.period_end, "
    "c.facility_id, c.area, c.sex, c.age_band, c.stratum_name, c.stratum"
)
NO_PATIENTS = "a survey does not count patients"
# Methods for survey weights, by the kind of the measure: the same intervals at Kish's effective size.
KISH = {
    "count": "kish_poisson",
    "rate": "kish_poisson",
    "mean": "kish_normal",
    "score": "kish_normal",
    "proportion": "kish_wilson",
    "share_of_all": "kish_wilson",
}


def method_expression(table: TableSpecification, definition: Definition) -> str:
    """The method of a measure's limits: the table's choice, else the measure's own; Kish's for survey weights."""
    chosen = table.interval.get(definition.name, definition.interval)
    plain = literal(chosen) if chosen and chosen != "none" else "null"
    survey = literal(KISH[definition.kind]) if definition.kind in KISH else "null"
    # The share of all causes is 1 by definition: chance has no part in it.
    is_whole = definition.kind == "share_of_all" and definition.numerator == definition.denominator
    certain = "when c.cause = 'all' then null " if is_whole else ""
    return f"case {certain}when c.sampling_records > 0 then {survey} else {plain} end"


def period_problem(table: TableSpecification, definition: Definition) -> str | None:
    """What rules a measure out in a period of `calendar_period as t`, as conditions of a CASE; None for nothing."""
    if definition.looks_back:
        days = table.look_back_days
        return (
            f"when coalesce(t.days_before, 0) < {days} "
            f"then {literal(f'the sources do not cover the {days} days before this period')}"
        )
    if definition.whole_years:
        return "when t.days_covered < t.days then 'the sources do not cover this period whole'"
    return None


def _shown_periods(table: TableSpecification, definition: Definition) -> str:
    """Condition that leaves out the causes of a period that a measure is ruled out in: the row of all says so."""
    problem = period_problem(table, definition)
    return f"and (c.cause = 'all' or case {problem} end is null)" if problem else ""


def draft_from_cells(table: TableSpecification, definition: Definition, cells: str = "stats.cell") -> str:
    """INSERT of the drafts of one measure that is a matter of the table's own cells."""
    multiplier = table.multiplier.get(definition.name, definition.multiplier)
    numerator = f"c.{definition.numerator}::double"
    size = numerator
    denominator, denominator_records = "null::double", "null::bigint"
    if definition.kind == "share_of_all":

        def of_all(column: str | None) -> str:
            return f"max(c.{column}) filter (c.cause = 'all') over ({_ALL_CAUSES})"

        denominator = f"({of_all(definition.denominator)})::double"
        denominator_records = of_all(definition.denominator_records)
        squared = f"({of_all(definition.squared)})::double"
        size = denominator
    else:
        squared = f"c.{definition.squared}::double"
        if definition.denominator:
            denominator = f"c.{definition.denominator}::double"
            size = denominator
        if definition.denominator_records:
            denominator_records = f"c.{definition.denominator_records}"
    problem = "null"
    left_out = "null::bigint"
    if definition.known:
        # Where nothing is known the numerator is unknown, not 0.
        nothing_known = f"c.records > 0 and coalesce(c.{definition.known}, 0) = 0"
        left_out = f"c.records - c.{definition.known}"
        problem = f"case when {nothing_known} then {literal(definition.missing)} end"
        numerator = f"case when not ({nothing_known}) then {numerator} end"
    if definition.of_patients:
        problem = f"case when c.sampling_records > 0 then {literal(NO_PATIENTS)} else {problem} end"
    if denominator != "null::double":
        problem = f"case when coalesce({denominator}, 0) = 0 then {literal(definition.missing)} else {problem} end"
    if of_period := period_problem(table, definition):
        problem = f"case {of_period} else {problem} end"
    margins = [in_slice(slice_of(margin)) for margin in table.margins if definition.stands_in(margin)] or ["false"]
    squares = f"c.{definition.squares}::double" if definition.squares else "null::double"
    stratum = _STRATUM
    if definition.stratum:
        name, value = definition.stratum
        stratum = f"{literal(name)} as stratum_name, {literal(value)} as stratum"
    return f"""
        insert into figure_draft by name
        select
            {_KEYS}, {stratum}, {literal(definition.name)} as measure, {literal(definition.kind)} as kind,
            {numerator} as numerator, {denominator} as denominator, {multiplier!r}::double as multiplier,
            {squares} as squares, {size} * {size} / nullif({squared}, 0) as effective,
            {method_expression(table, definition)} as method, c.{definition.records} as records,
            {denominator_records} as denominator_records, {left_out} as left_out,
            c.sampling_records > 0 as is_sampling, {problem} as problem, t.days, t.days_covered,
            {literal(definition.additive_over) if definition.additive_over else "null"} as additive_over,
            {literal(definition.reliability) if definition.reliability else "null"} as reliability
        from {cells} as c
        join scope as s on s."domain" = c."domain" and s.collection = c.collection
        left join calendar_period as t on t.scope_id = s.scope_id and t.period_start = c.period_start
        where c.table_id = {literal(table.table_id)} and ({" or ".join(margins)})
            {_shown_periods(table, definition)}
    """


def draft_of_rates(table: TableSpecification, definition: Definition, margin: Margin, cells: str = "stats.cell") -> str:
    """INSERT of the drafts of one population rate in one margin, from the table's cells and the population.

    Strata are those that the population or the events have; without a population of the margin's kind a collection
    has one row a period, and only in the margin without dimensions.
    """
    multiplier = table.multiplier.get(definition.name, definition.multiplier)
    dimensions = "".join(f"c.{name}, " for name in PLAIN if name in margin.by)
    scheme = literal(table.scheme) if table.scheme and "cause" in margin.by else "null"
    numerator, squared = f"c.{definition.numerator}::double", f"c.{definition.squared}::double"
    problem, left_out = "c.population_problem", "null::bigint"
    if definition.known:
        nothing_known = f"c.records > 0 and c.{definition.known} = 0"
        left_out = f"c.records - c.{definition.known}"
        problem = f"case when {nothing_known} then {literal(definition.missing)} else {problem} end"
    if definition.of_patients:
        problem = f"case when c.sampling_records > 0 then {literal(NO_PATIENTS)} else {problem} end"
    if of_period := period_problem(table, definition):
        problem = f"case {of_period} else {problem} end"
    return f"""
        insert into figure_draft by name
        select
            {literal(table.table_id)} as table_id, {scheme} as scheme, c.scheme_version, c.cause,
            c.collection, c.period_start, c.period_end, {dimensions}
            {literal(definition.name)} as measure, 'rate' as kind,
            {numerator} as numerator, c.person_years as denominator, {multiplier!r}::double as multiplier,
            case when {squared} > 0 then {numerator} * {numerator} / {squared} else 0 end as effective,
            {method_expression(table, definition)} as method, c.{definition.records} as records,
            c.sampling_records > 0 as is_sampling, {problem} as problem, {left_out} as left_out,
            t.days, t.days_covered, {literal(definition.reliability)} as reliability
        from ({strata_query(table, definition, margin, cells)}) as c
        join scope as s on s."domain" = {literal(table.domain)} and s.collection = c.collection
        join calendar_period as t on t.scope_id = s.scope_id and t.period_start = c.period_start
        where true {_shown_periods(table, definition)}
    """
