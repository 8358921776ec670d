"""Person-time at risk: persons times the covered share of the year, for each stratum of a table of rates."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from codesets.database import literal
from transforms.measures.ages import ALL_AGES
from transforms.measures.specification import TableSpecification

_YEAR_SHARE = """
create or replace temp table year_share as
select
    s.collection,
    t.period_start,
    t.period_end,
    y."year",
    make_date(y."year", 12, 31) - make_date(y."year", 1, 1) + 1 as days_in_year,
    sum(greatest(0,
        least(t.period_end, make_date(y."year", 12, 31), v.last_day)
        - greatest(t.period_start, make_date(y."year", 1, 1), v.first_day) + 1
    ))::integer as days_covered
from calendar_period as t
join scope as s using (scope_id)
join stats.covered_span as v on v."domain" = s."domain" and v.collection = s.collection
cross join unnest(generate_series(year(t.period_start), year(t.period_end))) as y ("year")
where s."domain" = $domain
group by all
having days_covered > 0
"""


def place_years(con: duckdb.DuckDBPyConnection, domain: str) -> None:
    """Create `year_share`: the days covered of each calendar year that a period of `calendar_period` overlaps."""
    con.execute(_YEAR_SHARE, {"domain": domain})


def population_conditions(dimensions: Sequence[str]) -> list[str]:
    """Which rows of `population_band as p` stand behind a margin: catchments for facilities, else residents."""
    conditions = ["p.facility_id is not null" if "facility_id" in dimensions else "p.facility_id is null"]
    conditions.append("p.area is not null" if "area" in dimensions else "p.is_whole")
    if "sex" in dimensions:
        conditions.append("p.sex in ('F', 'M')")
    return conditions


def person_time(table: TableSpecification, dimensions: Sequence[str]) -> str:
    """SELECT of the person-years of each stratum and period of a margin, with the problem that rules a rate out.

    Columns: collection, period_start, period_end, the dimensions, person_years, problem.
    """
    keys = "".join(f"p.{name}, " for name in dimensions)
    names = "".join(f"{name}, " for name in dimensions)
    if "age_band" in dimensions:
        bands = (
            f"join chosen_set as c on c.collection = p.collection and c.set_name = p.set_name "
            f"and c.table_id = {literal(table.table_id)}"
        )
    else:
        bands = ""
    conditions = population_conditions(dimensions)
    if not bands:
        conditions.append(f"p.set_name = {literal(ALL_AGES)}")
    return f"""
        with by_year as (
            select p.collection, {keys} p."year", sum(p.persons) as persons, max(p.problem) as problem
            from population_band as p {bands}
            where {" and ".join(conditions)}
            group by all
        ),
        needed as (
            select collection, period_start, period_end, count(*) as years from year_share group by all
        ),
        held as (
            select
                y.collection, y.period_start, y.period_end, {names}
                list_sum(list(b.persons::double * y.days_covered / y.days_in_year order by y."year")) as person_years,
                count(*) as years, max(b.problem) as problem
            from by_year as b
            join year_share as y using (collection, "year")
            group by all
        )
        select
            collection, period_start, period_end, {names} person_years,
            case when h.years < n.years then 'there is no population for part of the period' else problem end as problem
        from held as h
        join needed as n using (collection, period_start, period_end)
    """
