"""The records behind a figure: its predicate over `stats.contribution`, and what each record contributes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal

import duckdb

from codesets.database import literal
from transforms.measures.ages import place_ages
from transforms.measures.cells import rows_source
from transforms.measures.definitions import DEFINITIONS, Definition
from transforms.measures.dimensions import PLAIN, STRATUM_SEPARATOR, expression, further_of, unknown_of
from transforms.measures.placing import period_expression, place, place_by_registration, place_rates
from transforms.measures.specification import Settings, TableSpecification
from transforms.measures.sums import CONTRIBUTION

Part = Literal["numerator", "denominator"]

_POPULATION = """
with band as (
    select coalesce(min(age_start), 0) as age_start, coalesce(max(coalesce(age_end, 999)), 999) as age_end
    from stats.age_band
    where table_id = $table_id and collection = $collection and age_band = $age_band
),
day as (
    select
        y."year",
        make_date(y."year", 12, 31) - make_date(y."year", 1, 1) + 1 as days_in_year,
        sum(greatest(0,
            least($period_end, make_date(y."year", 12, 31), v.last_day)
            - greatest($period_start, make_date(y."year", 1, 1), v.first_day) + 1
        )) as days_covered
    from stats.covered_span as v
    cross join unnest(generate_series(year($period_start), year($period_end))) as y ("year")
    where v."domain" = $domain and v.collection = $collection
    group by all
),
resident as (
    select
        *,
        area is null or not bool_or(area is null) over (partition by facility_id, period) as is_whole
    from core.population
    where collection = $collection
)
select
    'population' as "domain",
    concat_ws(' ', p.period, p.facility_id, p.area, p.sex, p.age_start || coalesce('-' || p.age_end, '+')) as record_id,
    p.collection, null::varchar as patient_id, null::date as event_date, p.facility_id, p.area, p.sex,
    p.age_start as age_years, p.age_end as age_years_max, null::varchar as "system", null::varchar as code,
    null::varchar as code_status, null::decimal(18, 6) as weight,
    p.persons::double * d.days_covered / d.days_in_year as contribution
from resident as p
join day as d on d."year" = p.period and d.days_covered > 0
cross join band as b
where p.facility_id is not distinct from $facility_id
    and case when $area is null then p.is_whole else p.area = $area end
    and ($sex is null or p.sex = $sex)
    and p.age_start >= b.age_start and coalesce(p.age_end, 999) <= b.age_end
    and ($below_age is null or coalesce(p.age_end, 999) < $below_age)
order by record_id
"""

# Rows of core.birth, by the columns that a rate takes from them.
_BIRTHS = """
with day as (
    select
        y."year",
        make_date(y."year", 12, 31) - make_date(y."year", 1, 1) + 1 as days_in_year,
        sum(greatest(0,
            least($period_end, make_date(y."year", 12, 31), v.last_day)
            - greatest($period_start, make_date(y."year", 1, 1), v.first_day) + 1
        )) as days_covered
    from stats.covered_span as v
    cross join unnest(generate_series(year($period_start), year($period_end))) as y ("year")
    where v."domain" = $domain and v.collection = $collection
    group by all
),
birth as (
    select *, area is null or not bool_or(area is null) over (partition by period) as is_whole
    from core.birth
    where collection = $collection
)
select
    'birth' as "domain", concat_ws(' ', b.period, b.area, b.sex) as record_id, b.collection,
    null::varchar as patient_id, null::date as event_date, null::varchar as facility_id, b.area, b.sex,
    null::integer as age_years, null::integer as age_years_max, null::varchar as "system", null::varchar as code,
    null::varchar as code_status, null::decimal(18, 6) as weight,
    ({columns})::double * d.days_covered / d.days_in_year as contribution
from birth as b
join day as d on d."year" = b.period and d.days_covered > 0
where case when $area is null then b.is_whole else b.area = $area end and ($sex is null or b.sex = $sex)
"""


def records(con: duckdb.DuckDBPyConnection, figure_id: str, part: Part = "numerator") -> duckdb.DuckDBPyRelation:
    """The records behind one part of a figure, each with its `contribution`; they sum to that part.

    Columns: domain, record_id, collection, patient_id, event_date, facility_id, area, sex, age_years, age_years_max,
    system, code, code_status, weight, contribution; ordered by record. Behind a population the records are rows of
    `core.population` in person-years. A patient's first record contributes 1 to `patients`, the others 0.

    The connection may be read-only: only temporary tables are made. The relation reads them, so take its rows before
    asking for another figure. Raises LookupError for an unknown figure and ValueError for a part that it lacks.
    """
    figure = _row(con, "select * from stats.figure where figure_id = ?", [figure_id])
    if figure is None:
        raise LookupError(f"no figure {figure_id}; the column figure_id of stats.figure lists them")
    if part == "denominator" and figure["denominator"] is None:
        raise ValueError(
            f"figure {figure_id} has no denominator ({figure['reason'] or figure['measure'] + ' is a count'})"
        )
    definition = DEFINITIONS[figure["measure"]]
    if not definition.has_records:
        raise ValueError(f"figure {figure_id} has no records of its own: {definition.name} is fitted to a series")
    by_method = definition.denominator is None and not definition.is_rate and not definition.per_births
    if part == "denominator" and (by_method or definition.is_expected):
        raise ValueError(f"the denominator of figure {figure_id} is a number of its method and no sum over records")
    if part == "denominator" and definition.is_rate:
        names = ("table_id", "collection", "age_band", "period_start", "period_end", "facility_id", "area", "sex")
        below_age = specification_of(con, figure["table_id"])[0].below_age
        return con.sql(
            _POPULATION,
            params={
                "domain": definition.domain, "below_age": below_age, **{name: figure[name] for name in names}
            },
        )  # fmt: skip
    of_births = definition.births if part == "denominator" else (definition.fetal,) if definition.fetal else ()
    births = _BIRTHS.format(columns=" + ".join(f"b.{name}" for name in of_births)) if of_births else ""
    place_of = {name: figure[name] for name in ("collection", "period_start", "period_end", "area", "sex")}
    if births and (part == "denominator" or not definition.counts_deaths):
        return con.sql(f"{births} order by record_id", params={"domain": definition.domain, **place_of})
    table, year_start = specification_of(con, figure["table_id"])
    prepare(con, table, figure["collection"])
    query, parameters = predicate(table, definition, figure, part, year_start)
    if births:
        query = f"from ({query}) union all by name from ({births}) order by record_id"
        parameters |= {"domain": definition.domain, **place_of}
    return con.sql(query, params=parameters)


def specification_of(con: duckdb.DuckDBPyConnection, table_id: str) -> tuple[TableSpecification, int]:
    """A table's specification, and the month in which its year begins, as the figures were made with them."""
    stored = _row(con, "select * from stats.specification where table_id = ?", [table_id])
    return (
        TableSpecification.model_validate_json(stored["specification"]),
        json.loads(stored["settings"])["year_start"],
    )


def stored_specifications(con: duckdb.DuckDBPyConnection) -> tuple[list[TableSpecification], Settings]:
    """All tables of a warehouse in their order, and the settings, as its figures were made with them."""
    stored = con.execute(
        "select specification, settings from stats.specification order by table_order, table_id"
    ).fetchall()
    tables = [TableSpecification.model_validate_json(specification) for specification, _ in stored]
    return tables, Settings(**json.loads(stored[0][1])) if stored else Settings()


def prepare(con: duckdb.DuckDBPyConnection, table: TableSpecification, collection: str) -> None:
    """Place one collection's records as `table` places them: the temporary tables that `predicate` reads."""
    place(
        con,
        [table.scheme] if table.scheme else [],
        f'(select * from stats.contribution where "domain" = {literal(table.domain)} '
        f"and collection = {literal(collection)})",
        [(table.domain, table.scheme)] if table.scheme and table.any_listed else (),
        [table.scheme] if table.scheme and table.looks_back else (),
    )
    if table.is_rate or table.per_births:
        place_rates(con)
    if table.date_of == "registration":
        place_by_registration(con)
    place_ages(con, table.table_id)


def predicate(
    table: TableSpecification, definition: Definition, figure: Mapping[str, Any], part: Part, year_start: int
) -> tuple[str, dict[str, Any]]:
    """SELECT, with its parameters, of the contributions that one part of a figure sums."""
    dimensions = [name for name in PLAIN if figure[name] is not None]
    of_all_causes = part == "denominator" and definition.kind == "share_of_all"
    by_cause = figure["cause"] not in (None, "all") and not of_all_causes
    parameters = {"collection": figure["collection"]}
    conditions = ["s.collection = $collection"]
    for name in dimensions:
        conditions.append(f"{expression(name)} = ${name}")
        parameters[name] = figure[name]
    further = further_of(figure["stratum_name"]) if definition.kind != "composed" else ()
    if further:
        values = ", ".join(expression(name) for name in further)
        conditions.append(f"concat_ws({literal(STRATUM_SEPARATOR)}, {values}) = $stratum")
        parameters["stratum"] = figure["stratum"]
    if definition.per_population:
        # Events of an unknown age, sex or area have no population to be divided by.
        conditions += [f"{expression(name)} <> {literal(unknown_of(name))}" for name in definition.within]
    if figure["stratum_name"] in PLAIN:
        # A part of a figure: the deaths of one age in a change of life expectancy.
        conditions.append(f"{expression(figure['stratum_name'])} = $stratum")
        parameters["stratum"] = figure["stratum"]
    if definition.below_limit:
        conditions.append(f"p.age_key % 1000 < {table.age_limit}")
    if by_cause:
        conditions += ["k.scheme_version = $scheme_version", "k.cause = $cause"]
        parameters |= {"scheme_version": figure["scheme_version"], "cause": figure["cause"]}
    period = period_expression(table.period, year_start)
    if figure["period_start"] is None:
        conditions.append(f"({period}) is null")
    else:
        conditions.append(f"({period}) = $period")
        parameters["period"] = figure["period_start"].year * 12 + figure["period_start"].month - 1
    column = definition.denominator if part == "denominator" else definition.numerator
    share = " * k.share" if table.in_parts and by_cause else ""
    query = f"""
        with behind as (
            select p.record_id, ({CONTRIBUTION[column or definition.numerator]}){share} as contribution
            {rows_source(table, [*dimensions, *definition.within], by_cause)} and {" and ".join(conditions)}
        )
        select
            c."domain", c.record_id, c.collection, c.patient_id, c.event_date, c.facility_id, c.area, c.sex,
            c.age_years, c.age_years_max, c."system", c.code, c.code_status, c.weight, b.contribution
        from behind as b
        join stats.contribution as c on c."domain" = {literal(table.domain)} and c.record_id = b.record_id
            and c.collection = $collection
        where b.contribution is not null
        order by c.record_id
    """
    return query, parameters


def _row(con: duckdb.DuckDBPyConnection, query: str, parameters: list[str]) -> dict[str, Any] | None:
    cursor = con.execute(query, parameters)
    names = [column[0] for column in cursor.description]
    found = cursor.fetchone()
    return None if found is None else dict(zip(names, found, strict=True))
