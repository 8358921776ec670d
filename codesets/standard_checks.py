"""Prove the standard populations: whole, adding up to what their publishers print, and agreeing with one another."""

from __future__ import annotations

import duckdb

from codesets.proof import Check, compare

# Two transcriptions of one standard, in groups of which the first are finer: collapsed, they agree to the unit of the
# coarser (the printed percentages of WHO, which add up to a little over 100, are brought to a million first).
AGREEING = (
    ("us2000_seer_19", "us2000_seer_18"),
    ("us2000_seer_19", "us2000_nchs_11"),
    ("us2000_census_19", "us2000_census_18"),
    ("esp2013_21", "esp2013_19"),
    ("esp2013_19", "esp2013_18"),
    ("esp1976_19", "esp1976_18"),
    ("who2000_21", "who2000_18"),
    ("who2000_19", "who2000_18"),
    ("segi1960_19", "segi1960_18"),
)


def check_standards(con: duckdb.DuckDBPyConnection) -> list[Check]:
    """Run every check of the standard populations on a connection to reference data or to a warehouse."""
    rows = con.execute(
        """
        with ordered as (
            select *, lead(age_start) over (partition by standard order by age_start) as next_start
            from codes.standard_population
        )
        select
            standard, any_value(stated.total)::double, sum(weight)::double,
            any_value(stated.groups), count(*),
            min(age_start) = 0 and count_if(age_end is null) = 1
                and coalesce(bool_and(age_end + 1 = next_start) filter (next_start is not null), true),
        from ordered
        full join codes.standard as stated using (standard)
        group by standard
        order by standard
        """
    ).fetchall()
    checks = []
    for standard, total, found_total, groups, found_groups, is_whole in rows:
        checks.append(compare(f"ages of the standard {standard} follow on one another", True, is_whole))
        checks.append(compare(f"sum of the standard {standard}", total, found_total))
        checks.append(compare(f"age groups of the standard {standard}", groups, found_groups))
    return [*checks, *(_agree(con, finer, coarser) for finer, coarser in AGREEING)]


def _agree(con: duckdb.DuckDBPyConnection, finer: str, coarser: str) -> Check:
    """The finer standard, added up to the groups of the coarser and brought to its total, is the coarser."""
    worst = con.execute(
        """
        with added as (
            select coarse.age_start, any_value(coarse.weight) as weight, sum(fine.weight) as collapsed
            from codes.standard_population as coarse
            join codes.standard_population as fine
                on fine.age_start >= coarse.age_start
                and coalesce(fine.age_end, 999) <= coalesce(coarse.age_end, 999)
            where coarse.standard = $coarser and fine.standard = $finer
            group by coarse.age_start
        )
        select max(abs(
            collapsed::double * (select sum(weight)::double from added) / (select sum(collapsed)::double from added)
            - weight::double
        ))
        from added
        """,
        {"finer": finer, "coarser": coarser},
    ).fetchone()[0]
    agrees = worst is not None and worst <= 1.0
    return compare(f"{finer} collapses onto {coarser}, to within the last digit printed", True, agrees)
