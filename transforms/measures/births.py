"""Births of each period: what rates of infants and mothers are divided by."""

from __future__ import annotations

from collections.abc import Sequence

# Columns of core.birth that rates may use.
COLUMNS = ("live_births", "fetal_deaths_20w", "fetal_deaths_22w", "fetal_deaths_28w")


def births_query(dimensions: Sequence[str]) -> str:
    """SELECT of the births of each period and stratum, each column times the share of the year that is covered.

    Columns: collection, period_start, period_end, the dimensions (area, sex), those of `COLUMNS` (null where a row of
    the stratum does not give them) and is_whole: whether there are births for every year of the period. A collection's
    whole are its rows without an area where there are any, else those of every area.
    """
    names = "".join(f"{name}, " for name in dimensions)
    conditions = ["area is not null" if "area" in dimensions else "is_whole_area"]
    if "sex" in dimensions:
        conditions.append("sex in ('F', 'M')")
    sums = ", ".join(f"case when count(*) = count({name}) then sum({name}) end as {name}" for name in COLUMNS)
    shares = ", ".join(
        f"case when count(*) = count({name}) then list_sum(list("
        f'b.{name}::double * y.days_covered / y.days_in_year order by y."year")) end as {name}'
        for name in COLUMNS
    )
    return f"""
        with birth as (
            select *, area is null or not bool_or(area is null) over (partition by collection, period) as is_whole_area
            from core.birth
        ),
        by_year as (
            select collection, {names} period as "year", {sums}
            from birth
            where {" and ".join(conditions)}
            group by all
        ),
        needed as (
            select collection, period_start, period_end, count(*) as years from year_share group by all
        )
        select
            y.collection, y.period_start, y.period_end, {names} {shares}, count(*) = any_value(n.years) as is_whole
        from by_year as b
        join year_share as y using (collection, "year")
        join needed as n using (collection, period_start, period_end)
        group by y.collection, y.period_start, y.period_end, {names.rstrip(", ") or "()"}
        order by all
    """
