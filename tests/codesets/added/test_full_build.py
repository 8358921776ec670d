"""The whole reference data built with a site's files of many kinds together, beside those without any."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from codesets.canonical import create_macros
from codesets.database import connect
from codesets.reference import ensure, planned
from codesets.site import add, remove
from codesets.sources.added.folder import files_of
from codesets.verdict import judge, status_on
from tests.codesets.added.samples import GROUPING, TEXTS, comorbidities, written

pytestmark = pytest.mark.slow

# What the release of April 2027 changes: the shipped codes end the day before.
APRIL = TEXTS["icd10cm_order_addenda_2028.txt"].replace("I219 ", "I21C ")
FILES = {
    "icd10cm_order_addenda_April_2027.txt": APRIL,
    "board@1.csv": GROUPING + "icd10cm,I20-I25,HEART,Heart,,,Board\nicd10cm,E11,SUGAR,Diabetes,,,Board\n",
    "board@2.csv": GROUPING + "icd10cm,I21,HEART,Infarction,,,Board\nicd10cm,I20-I22,OTHER,Other,,,Board\n",
    **{
        name: TEXTS[name]
        for name in (
            "DXCCSR_v2026-1.csv", "POAexemptCodesFY25.txt", "Definitions of Medicare Code Edits_v45.txt",
            "ccipra-v320r0-f1.txt", "MCR_MUE_PractitionerServices_Eff_01-01-2027.csv", "opcs4@4.10.csv", "coverage.csv",
            "icd10gm2026syst_claml.xml",
        )
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("full")
    for name, text in FILES.items():
        add(written(folder / "taken", name, text), folder / "site")
    add(comorbidities(folder), folder / "site")
    return folder


@pytest.fixture(scope="module")
def built(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Two builds of the same files, and what is built without them."""
    paths = [ensure(folder / cache, folder / "site").path for cache in ("one", "two")] + [ensure().path]
    with connect(paths[0]) as con:
        create_macros(con)
        for name, path in zip(("again", "without"), paths[1:], strict=True):
            con.execute(f"attach '{path}' as {name} (read_only)")
        yield con


def rows(con: duckdb.DuckDBPyConnection, query: str) -> list[tuple]:
    return con.execute(query).fetchall()


def test_the_same_files_build_the_same_rows_in_the_same_order(built: duckdb.DuckDBPyConnection) -> None:
    tables = rows(
        built,
        "select table_name from duckdb_tables() where schema_name = 'codes' and database_name = 'again' order by all",
    )
    assert len(tables) > 20
    for (table,) in tables:
        contents = [
            built.execute(f"select hash(stored) as hashed from {place}codes.{table} as stored").fetchnumpy()["hashed"]
            for place in ("", "again.")
        ]
        assert (contents[0] == contents[1]).all(), table


def test_a_site_titles_and_places_its_codes_and_leaves_the_others(built: duckdb.DuckDBPyConnection) -> None:
    assert rows(
        built, "select code, title, parent from codes.code where code in ('I21C', 'E11A') and \"system\" = 'icd10cm'"
        " order by all"
    ) == [
        ("E11A", "Type 2 diabetes mellitus in remission", "E11"),
        ("I21C", "Acute myocardial infarction, newly described", "I21"),
    ]  # fmt: skip
    assert (
        rows(
            built,
            "select code, title, parent, is_billable from without.codes.code as stored "
            "where \"system\" = 'icd10cm' and code <> 'E11A' "
            "except select code, title, parent, is_billable from codes.code where \"system\" = 'icd10cm'",
        )
        == []
    )
    assert rows(built, "select title, parent from codes.code where \"system\" = 'icd10gm' and code = 'E149'") == [
        ("Ohne Komplikationen", "E14")
    ]


def test_verdicts_follow_the_lists_of_the_site(built: duckdb.DuckDBPyConnection) -> None:
    built.execute(
        """
        create or replace temp table given as select * from (values
            (1, 'icd10cm', 'I21.4', date '2027-03-31'), (2, 'icd10cm', 'I21.4', date '2027-04-01'),
            (3, 'icd10cm', 'I21.C', date '2027-03-31'), (4, 'icd10cm', 'I21.C', date '2027-04-01'),
            (5, 'icd10cm', 'I21.9', date '2027-09-30'), (6, 'icd10cm', 'I21.9', date '2027-10-01'),
            (7, 'opcs4', 'W37.1', date '2024-01-01'), (8, 'opcs4', 'W37.1', date '2027-01-01'),
            (9, 'opcs4', 'W39.1', date '2024-01-01'), (10, 'icd10gm', 'E14.9', date '2026-05-01')
        ) as given(place, "system", raw, day)
        """
    )
    judge(built, 'select "system", raw as code_raw from given', into="judged")
    found = rows(
        built,
        f"select {status_on('judged', 'given.day')} from given "
        'join judged on judged."system" = given."system" and judged.code_raw = given.raw order by place',
    )
    assert [status for (status,) in found] == [
        "valid", "retired", "not_yet_valid", "valid", "valid", "unknown", "valid", "unknown", "not_found", "valid",
    ]  # fmt: skip


def test_versions_of_a_scheme_stand_side_by_side(built: duckdb.DuckDBPyConnection) -> None:
    assert rows(
        built,
        "select scheme, scheme_version, is_partition from codes.scheme where scheme in ('board', 'ccsr') order by all",
    ) == [("board", "1", True), ("board", "2", False), ("ccsr", "2023.1", False), ("ccsr", "2026.1", False)]
    assert rows(
        built,
        "select scheme_version, code, group_code, is_default from codes.grouping "
        "where scheme = 'board' and code in ('E11A', 'I214', 'I220', 'I259') order by all",
    ) == [
        ("1", "E11A", "SUGAR", True),
        ("1", "I214", "HEART", True),
        ("1", "I220", "HEART", True),
        ("1", "I259", "HEART", True),
        ("2", "I214", "HEART", True),
        ("2", "I214", "OTHER", False),
        ("2", "I220", "OTHER", True),
    ]
    assert rows(
        built, "select count(*) from codes.scheme where scheme = 'elixhauser_ahrq' and scheme_version = '2027.1'"
    ) == [(1,)]


def test_groups_that_are_shipped_stay_as_they_are(built: duckdb.DuckDBPyConnection) -> None:
    columns = 'scheme, scheme_version, "system", code, group_code, is_default, provenance'
    assert rows(
        built, f"(select {columns} from without.codes.grouping except select {columns} from codes.grouping)"
    ) == []  # fmt: skip


def test_edits_exemptions_and_limits_are_those_of_the_lists(built: duckdb.DuckDBPyConnection) -> None:
    assert rows(
        built,
        "select code, attribute, value, valid_from::varchar from codes.attribute "
        "where source in ('cms_poa_fy2025', 'cms_mce_v45') and \"system\" = 'icd10cm' order by all",
    ) == [
        ("E112", "questionable_admission", "true", "2027-10-01"),
        ("E11A", "age_class", "pediatric", "2027-10-01"),
        ("E11A", "poa_exempt", "true", "2024-10-01"),
        ("I214", "manifestation", "true", "2027-10-01"),
        ("I420", "age_class", "newborn", "2027-10-01"),
        ("I420", "poa_exempt", "true", "2024-10-01"),
    ]
    assert rows(
        built,
        "select (select count(*) from codes.procedure_pair), (select count(*) from codes.unit_limit), "
        "(select count(*) from codes.coverage), "
        "(select count(*) from codes.release where file_name is not null)",
    ) == [(2, 2, 1, len(FILES) + 1)]


def test_taking_the_files_out_brings_the_old_state_back(folder: Path) -> None:
    site = folder / "site"
    assert planned(site=site).hash != planned().hash
    for path in files_of(site):
        remove(path.name, site)
    assert planned(site=site) == planned()
