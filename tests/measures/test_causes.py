"""Causes: one block for each version of a scheme, groups by date, and a row for whatever has no group."""

from __future__ import annotations

import pytest

from tests.measures.warehouse import CODES, deaths, empty, shown, stays, table_of
from transforms.measures import SpecificationError, build_figures
from transforms.warehouse.identities import identities


def by_cause(scheme: str, *measures: str):
    return table_of(scheme=scheme, measures=measures, margins=[{"by": ["cause"]}])


def test_each_scheme_version_has_its_block():
    con = empty()
    con.execute(CODES)
    stays(
        con,
        """
        discharge_date | principal_system | principal_code
        2020-01-01     | icd10cm          | I219
        2020-01-01     | icd10cm          | J189
        2020-01-01     | icd10cm          | X999
        2020-01-01     | icd9cm           | 486
        2020-01-01     |                  |
        """,
    )
    build_figures(con, [by_cause("chapter", "discharges")])
    assert shown(con, "scheme_version, cause, cause_title, value") == [
        ("cm", "I", "Group I", 1.0),
        ("cm", "J", "Group J", 1.0),
        ("cm", "all", "All", 5.0),
        ("cm", "other_system", "Code of another system", 1.0),
        ("cm", "unknown", "No code", 1.0),
        ("cm", "unmapped", "Code in no group", 1.0),
        ("nine", "08", "Group 08", 1.0),
        ("nine", "all", "All", 5.0),
        ("nine", "other_system", "Code of another system", 3.0),
        ("nine", "unknown", "No code", 1.0),
    ]


def test_the_default_group_of_the_day_counts():
    con = empty()
    con.execute(CODES)
    stays(
        con,
        """
        discharge_date | date_precision | principal_system | principal_code
        2020-06-30     | day            | icd10cm          | S0001
        2020-07-01     | day            | icd10cm          | S0001
        2020-01-01     | year           | icd10cm          | S0001
        2020-01-01     | day            | icd10cm          | I219
        """,
    )
    build_figures(con, [by_cause("ccsr", "discharges")])
    assert shown(con, "cause, value") == [("CIR009", 1.0), ("INJ001", 1.0), ("INJ002", 2.0), ("all", 4.0)]


def test_a_category_is_in_the_group_that_the_grouping_gives_it_and_in_no_other():
    con = empty()
    con.execute(CODES)
    con.execute(
        "insert into codes.grouping values "
        "('chapter', 'who', 'icd10', 'Q10', 'A', true, true, 'shared by all its codes', null, null), "
        # A list that names one code of a category says nothing of the category.
        "('chapter', 'who', 'icd10', 'Q111', 'A', true, true, 'by range', null, null)"
    )
    deaths(
        con,
        """
        death_date | system | underlying_cause
        2019-01-01 | icd10  | Q10
        2019-01-01 | icd10  | Q11
        """,
    )
    build_figures(con, [by_cause("chapter", "deaths", "proportionate_mortality")])
    assert shown(con, "cause, numerator, denominator, value", "measure = 'proportionate_mortality'") == [
        ("A", 1.0, 2.0, 0.5),
        ("all", 2.0, 2.0, 1.0),
        ("unmapped", 1.0, 2.0, 0.5),
    ]


def test_a_collection_without_the_system_has_no_block_and_a_line_says_so():
    con = empty()
    con.execute(CODES)
    stays(con, "discharge_date | principal_system | principal_code\n2020-01-01 | icd10cm | I219")
    lines: list[str] = []
    build_figures(con, [by_cause("ccs", "discharges")], on_progress=lines.append)
    assert shown(con, "value") == []
    assert "No records in a code system that ccs groups in main: without figures are table" in lines


def test_a_subtotal_is_the_sum_of_its_members_and_a_subset_is_added_to_nothing():
    con = empty()
    con.execute(
        """
        insert into codes.scheme (scheme, scheme_version, "system", title, is_partition, source) values
            ('short', 'v', 'icd10', 'Short list', true, 'test');
        insert into codes.grouping values
            ('short', 'v', 'icd10', 'A047', 'other', true, true, 'test', null, null),
            ('short', 'v', 'icd10', 'A047', 'difficile', false, false, 'test', null, null),
            ('short', 'v', 'icd10', 'A020', 'salmonella', true, true, 'test', null, null);
        insert into codes.group_label by name
        select 'short' as scheme, 'v' as scheme_version, group_code, group_code as title,
            row_number() over () as sort_order, group_code = 'intestinal' as is_subtotal,
            group_code = 'difficile' as is_subset
        from (select unnest(['intestinal', 'salmonella', 'other', 'difficile']) as group_code);
        insert into codes.group_member (scheme, scheme_version, group_code, member_code) values
            ('short', 'v', 'intestinal', 'salmonella'), ('short', 'v', 'intestinal', 'other'),
            ('short', 'v', 'salmonella', 'salmonella'), ('short', 'v', 'other', 'other'),
            ('short', 'v', 'difficile', 'difficile');
        """
    )
    deaths(
        con,
        """
        death_date | system | underlying_cause | weight
        2020-01-01 | icd10  | A047             | 3
        2020-01-01 | icd10  | A020             | 2
        """,
    )
    build_figures(con, [by_cause("short", "deaths")])
    assert shown(con, "cause, value") == [
        ("all", 5.0),
        ("difficile", 3.0),
        ("intestinal", 5.0),
        ("other", 3.0),
        ("salmonella", 2.0),
    ]
    partitions = [one for one in identities() if "partition" in one.name]
    assert [con.execute(one.sql).fetchone() for one in partitions] == [(1, 1), (1, 1)]


def test_a_scheme_that_counts_in_halves_is_refused():
    con = empty()
    con.execute("insert into codes.group_member values ('halves', 'v', 'both', 'half', 0.5)")
    with pytest.raises(SpecificationError, match="table: scheme: halves counts a record in parts"):
        build_figures(con, [by_cause("halves", "deaths")])
