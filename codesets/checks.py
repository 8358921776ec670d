"""Prove the reference data against what is published of the code sets: the facts behind `farr codes check`.

Each check says what it compares, what was expected and what was found. The published counts are those that CMS prints
with each year's release of ICD-10-CM and ICD-10-PCS and with version 32 of ICD-9-CM.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import duckdb

from codesets.group_checks import check_groups
from codesets.proof import Check, compare
from codesets.sources import icd10cm_tabular
from codesets.standard_checks import check_standards
from codesets.switches import UNVERIFIED, sources
from codesets.verdict import judge, status_on

# Reportable codes on the first day of each federal year, as CMS published them.
PUBLISHED_COUNTS = (
    ("icd10cm", date(2022, 10, 1), 73_639),
    ("icd10cm", date(2023, 10, 1), 74_044),
    ("icd10cm", date(2024, 10, 1), 74_260),
    ("icd10cm", date(2025, 10, 1), 74_719),
    ("icd10cm", date(2026, 10, 1), 74_879),
    ("icd10pcs", date(2022, 10, 1), 78_496),
    ("icd10pcs", date(2023, 10, 1), 78_603),
    ("icd10pcs", date(2024, 10, 1), 78_948),
    ("icd10pcs", date(2025, 10, 1), 79_115),
    ("icd10pcs", date(2026, 4, 1), 79_193),
    ("icd10pcs", date(2026, 10, 1), 79_256),
    ("icd9cm", date(2015, 9, 30), 14_567),
    ("icd9proc", date(2015, 9, 30), 3_882),
)

# What single codes are worth on single days.
VERDICTS = (
    ("icd10cm", "I21.4", date(2015, 10, 1), "valid"),
    ("icd10cm", "I21.4", date(2027, 3, 31), "valid"),
    ("icd10cm", "I21.4", date(2027, 4, 1), "unknown"),
    ("icd10cm", "E11", date(2024, 3, 1), "header"),
    ("icd10cm", "U07.1", date(2020, 3, 31), "not_yet_valid"),
    ("icd10cm", "U07.1", date(2020, 4, 1), "valid"),
    ("icd10cm", "C50.911", date(2020, 1, 1), "valid"),
    ("icd10cm", "O80", date(2020, 1, 1), "valid"),
    ("icd10cm", "Z38.00", date(2020, 1, 1), "valid"),
    ("icd10cm", "C50.A0", date(2025, 9, 30), "not_yet_valid"),
    ("icd10cm", "C50.A0", date(2025, 10, 1), "valid"),
    ("icd10cm", "E11.A", date(2025, 9, 30), "not_yet_valid"),
    ("icd10cm", "E11.A", date(2025, 10, 1), "valid"),
    ("icd10cm", "I42.0", date(2026, 9, 30), "valid"),
    ("icd10cm", "I42.0", date(2026, 10, 1), "retired"),
    ("icd10cm", "I42.00", date(2026, 10, 1), "valid"),
    ("icd10cm", "428.0", date(2024, 1, 1), "wrong_system"),
    ("icd9cm", "428.0", date(2015, 9, 30), "valid"),
    ("icd9cm", "428.0", date(2015, 10, 1), "wrong_system"),
    # New codes of ICD-10-PCS and HCPCS by half-year and quarter.
    ("icd10pcs", "02HM3JZ", date(2026, 3, 31), "not_yet_valid"),
    ("icd10pcs", "02HM3JZ", date(2026, 4, 1), "valid"),
    ("hcpcs", "0387U", date(2023, 6, 30), "not_yet_valid"),
    ("hcpcs", "0387U", date(2023, 7, 1), "valid"),
    ("hcpcs", "0053U", date(2023, 6, 30), "valid"),
    ("hcpcs", "0053U", date(2023, 7, 1), "retired"),
    ("hcpcs", "99213", date(2026, 7, 1), "unknown"),
    ("icd10", "I21.4", date(2019, 6, 1), "valid"),
    ("icd10", "O80.0", date(2019, 6, 1), "valid"),
    ("icd10", "C50.911", date(2019, 6, 1), "wrong_system"),
    ("icd10", "U07.1", date(2021, 6, 1), "valid"),
    ("hcpcs", "99213", date(2024, 1, 1), "valid"),
)

# Principal (inpatient) defaults of CCSR v2023.1.
CCSR_DEFAULTS = (("I214", "CIR009"), ("I110", "CIR019"), ("E119", "END002"))

ADDED_IN_FY2027 = 190
DELETED_BEFORE_FY2027 = 30


def check(con: duckdb.DuckDBPyConnection) -> tuple[Check, ...]:
    """Run every check on a connection to reference data or to a warehouse; all of them must hold.

    What needs a source that is switched off is not checked: `left_out` names it.
    """
    off = _off(con)
    return tuple(check for family in _FAMILIES if not off & family.needs for check in family.run(con))


def left_out(con: duckdb.DuckDBPyConnection) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Name the families of checks that were not made, each with the sources that are off."""
    off = _off(con)
    return tuple((family.title, tuple(sorted(off & family.needs))) for family in _FAMILIES if off & family.needs)


def _off(con: duckdb.DuckDBPyConnection) -> set[str]:
    rows = con.execute("select name from codes.release where status = 'off'").fetchall()
    return {name for (name,) in rows}


def _published_counts(con: duckdb.DuckDBPyConnection) -> list[Check]:
    found = con.execute(
        """
        select count(validity.code)
        from (
            select unnest($systems) as "system", unnest($days) as day, generate_subscripts($days, 1) as place
        ) as asked
        left join codes.validity as validity
            on validity."system" = asked."system"
            and asked.day between validity.valid_from and coalesce(validity.valid_to, date '9999-12-31')
        group by asked.place
        order by asked.place
        """,
        {"systems": [row[0] for row in PUBLISHED_COUNTS], "days": [row[1] for row in PUBLISHED_COUNTS]},
    ).fetchall()
    return [
        compare(f"reportable codes of {system} on {day}", expected, count)
        for (system, day, expected), (count,) in zip(PUBLISHED_COUNTS, found, strict=True)
    ]


def _tabular_leaves(con: duckdb.DuckDBPyConnection) -> list[Check]:
    """The lowest codes of the tabular list are the codes that the date-effective master has on its day."""
    codes = icd10cm_tabular.read_tabular()["codes"]
    con.register("check_tabular", codes)
    differ = con.execute(
        """
        with
            leaves as (
                select code from check_tabular
                where code not in (select parent from check_tabular where parent is not null)
            ),
            master as (
                select code from codes.validity
                where "system" = 'icd10cm'
                    and date '2026-04-01' between valid_from and coalesce(valid_to, date '9999-12-31')
            )
        select count(*) from leaves full join master using (code) where leaves.code is null or master.code is null
        """
    ).fetchone()[0]
    con.unregister("check_tabular")
    return [compare("codes that tabular list and master of FY2026 do not share", 0, differ)]


def _year_change(con: duckdb.DuckDBPyConnection) -> list[Check]:
    found = con.execute(
        """
        select
            count_if(valid_from = date '2026-10-01'),
            count_if(valid_to = date '2026-09-30'),
        from codes.validity
        where "system" = 'icd10cm'
        """
    ).fetchone()
    subject = "codes added to and deleted from ICD-10-CM by FY2027"
    return [compare(subject, (ADDED_IN_FY2027, DELETED_BEFORE_FY2027), found)]


def _verdicts(con: duckdb.DuckDBPyConnection) -> list[Check]:
    con.execute(
        "create or replace temp table check_verdict as "
        "select unnest($systems) as system, unnest($codes) as code_raw, unnest($days) as day, "
        "generate_subscripts($days, 1) as place",
        {
            "systems": [row[0] for row in VERDICTS],
            "codes": [row[1] for row in VERDICTS],
            "days": [row[2] for row in VERDICTS],
        },
    )
    judge(con, "select system, code_raw from check_verdict", into="check_judged")
    found = con.execute(
        f"select {status_on('check_judged', 'check_verdict.day')} from check_verdict "
        "join check_judged using (system, code_raw) order by check_verdict.place"
    ).fetchall()
    con.execute("drop table check_verdict")
    con.execute("drop table check_judged")
    return [
        compare(f"{code} as {system} on {day}", expected, status)
        for (system, code, day, expected), (status,) in zip(VERDICTS, found, strict=True)
    ]


def _conversions(con: duckdb.DuckDBPyConnection) -> list[Check]:
    """A conversion keeps the number of records: one row a code, and one code or none in it."""
    several, unknown, unfit = con.execute(
        """
        select
            count(*) - count(distinct ("system", code, to_system)),
            count_if(to_code is not null and not exists (
                from codes.code as target where target."system" = to_system and target.code = to_code
            )),
            count_if((to_code is not null) <> (conversion_status in ('exact', 'approximate', 'combination'))),
        from codes.conversion
        """
    ).fetchone()
    return [
        compare("codes that a conversion would multiply", 0, several),
        compare("conversions to codes that no list at hand has", 0, unknown),
        compare("conversions whose status and choice disagree", 0, unfit),
    ]


def _ccsr(con: duckdb.DuckDBPyConnection) -> list[Check]:
    checks = []
    for code, expected in CCSR_DEFAULTS:
        found = con.execute(
            "select string_agg(group_code) from codes.grouping where scheme = 'ccsr' and code = $code and is_default",
            {"code": code},
        ).fetchone()[0]
        checks.append(compare(f"CCSR default of {code}", expected, found))
    several = con.execute(
        """
        select count(*) from (
            select code from codes.grouping where scheme = 'ccsr'
            group by scheme_version, code
            having count_if(is_default) > 1 or count_if(is_default_outpatient) > 1
        )
        """
    ).fetchone()[0]
    checks.append(compare("codes with more than one CCSR default", 0, several))
    return checks


def _partitions(con: duckdb.DuckDBPyConnection) -> list[Check]:
    """A partition puts each code in at most one group, and chapters and blocks leave out none that may be reported."""
    rows = con.execute(
        """
        with grouped as (
            select scheme, scheme_version, "system", code, count(*) as groups
            from codes.grouping
            where valid_from is null and valid_to is null and is_default
            group by scheme, scheme_version, "system", code
        )
        select
            schemes.scheme, schemes.scheme_version,
            (select count(*) from grouped
             where grouped.scheme = schemes.scheme and grouped.scheme_version = schemes.scheme_version and groups > 1),
            (select count(*) from codes.code as code
             where code."system" = schemes."system" and code.is_billable and not exists (
                from grouped
                where grouped.scheme = schemes.scheme and grouped.scheme_version = schemes.scheme_version
                    and grouped.code = code.code
             )),
        from codes.scheme as schemes
        where schemes.is_partition
        order by schemes.scheme, schemes.scheme_version
        """
    ).fetchall()
    checks = []
    for scheme, version, several, without in rows:
        checks.append(compare(f"codes in more than one {scheme} ({version})", 0, several))
        if scheme in ("chapter", "block"):
            checks.append(compare(f"reportable codes in no {scheme} ({version})", 0, without))
    return checks


@dataclass(frozen=True, kw_only=True)
class _Family:
    """Checks that need the same sources."""

    title: str
    needs: frozenset[str]
    run: Callable[[duckdb.DuckDBPyConnection], list[Check]]


_EDITORS = frozenset({"cms_mce", "cms_ioce", "cpt"})
_LISTS = frozenset({"cdc_tabular", "who_icd10", "icd9cm_sections"})

_FAMILIES = (
    _Family(title="published counts of codes", needs=frozenset({"cms_mce"}), run=_published_counts),
    _Family(title="tabular list against master", needs=frozenset({"cms_mce", "cdc_tabular"}), run=_tabular_leaves),
    _Family(title="the change to FY2027", needs=frozenset({"cms_mce"}), run=_year_change),
    _Family(title="verdicts on single codes", needs=_EDITORS | _LISTS, run=_verdicts),
    _Family(
        title="conversion between ICD-9-CM and ICD-10-CM",
        needs=frozenset({"cms_gems", "cms_mce", "cdc_tabular"}),
        run=_conversions,
    ),
    _Family(title="CCSR", needs=frozenset({"ahrq_ccsr"}), run=_ccsr),
    _Family(title="chapters, blocks and other partitions", needs=_EDITORS | _LISTS, run=_partitions),
    _Family(
        title="groupings of our own lists",
        needs=_EDITORS | _LISTS | {each.name for each in sources() if each.schemes and each.name not in UNVERIFIED},
        run=check_groups,
    ),
    _Family(title="standard populations", needs=frozenset({"standard_populations"}), run=check_standards),
)
