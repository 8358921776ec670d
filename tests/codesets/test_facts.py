"""The reference data against what is published of the code sets, and against lists transcribed elsewhere."""

from __future__ import annotations

import csv
import warnings
from collections import defaultdict
from datetime import date
from pathlib import Path

import duckdb
import openpyxl
import pytest

from codesets.checks import check
from codesets.database import literal
from codesets.describe import releases, schemes, show, systems
from codesets.imputation import score
from codesets.sources.lists import ATTRIBUTE_LISTS, FOLDER
from codesets.sources.packages import package_file
from codesets.verdict import judge, status_on


def test_every_check_holds(codes: duckdb.DuckDBPyConnection) -> None:
    checks = check(codes)
    assert len(checks) > 100
    assert [each for each in checks if not each.holds] == []


def test_a_code_is_described_whole(codes: duckdb.DuckDBPyConnection) -> None:
    (found,) = show(codes, "i21.4", date(2024, 3, 1), "icd10cm")
    assert (found.code, found.title, found.code_status) == (
        "I214",
        "Non-ST elevation (NSTEMI) myocardial infarction",
        "valid",
    )
    assert [(place.level, place.code) for place in found.above] == [
        ("chapter", "09"),
        ("block", "I20-I25"),
        ("header", "I21"),
    ]
    assert found.validity == ((date(2015, 10, 1), None),)
    assert [(group.scheme, group.group_code) for group in found.groups] == [
        ("block", "I20-I25"),
        ("ccsr", "CIR009"),
        ("chapter", "09"),
        ("charlson_quan", "mi"),
        ("ishmt", "0903"),
    ]
    # Notes come down from the category and the block.
    assert {note.printed_at for note in found.notes} >= {"I21"}
    assert {note.kind for note in found.notes} >= {"excludes2", "use_additional"}


def test_a_code_may_stand_in_several_systems(codes: duckdb.DuckDBPyConnection) -> None:
    assert [(each.system, each.code_status) for each in show(codes, "V27.0")] == [
        ("icd10cm", "header"),
        ("icd9cm", "valid"),
        ("icd10", "valid"),
    ]
    assert show(codes, "NOSUCH") == ()


def test_both_defaults_of_ccsr_are_kept(codes: duckdb.DuckDBPyConnection) -> None:
    groups = {
        (group.group_code, group.is_default, group.is_default_outpatient)
        for group in show(codes, "I11.0", None, "icd10cm")[0].groups
        if group.scheme == "ccsr"
    }
    assert groups == {("CIR019", True, True), ("CIR008", False, False)}
    # Z99.89 may be first listed for an outpatient and not be principal for an inpatient.
    (status,) = [group for group in show(codes, "Z99.89")[0].groups if group.scheme == "ccsr"]
    assert (status.group_code, status.is_default, status.is_default_outpatient) == ("FAC025", False, True)


def test_what_no_source_says_is_marked_or_left_out(codes: duckdb.DuckDBPyConnection) -> None:
    (ccsr,) = [scheme for scheme in schemes(codes) if scheme.scheme == "ccsr"]
    assert (ccsr.imputed, ccsr.unmapped) == (1022, 344)
    assert codes.execute("select count(*) from codes.grouping where group_code like 'XXX%'").fetchone() == (0,)
    assert codes.execute(
        "select count(title) from codes.code where system = 'hcpcs' and not regexp_matches(code, '^[A-CE-Z]')"
    ).fetchone() == (0,)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("59400", [("age_from", "9"), ("age_to", "64")]),
        ("99391", [("age_to", "0")]),
        ("27447", [("bilateral", "conditional")]),
        ("77067", [("bilateral", "inherent")]),
        ("33405", [("inpatient_only", "true")]),
        ("80053", []),
    ],
)
def test_what_the_outpatient_editor_says_of_a_procedure(
    codes: duckdb.DuckDBPyConnection, code: str, said: list
) -> None:
    assert (
        said
        == codes.execute(
            "select attribute, value from codes.attribute where system = 'hcpcs' and code = ? and source = 'cms_ioce' "
            "and date '2023-05-01' between valid_from and coalesce(valid_to, date '9999-12-31') order by all",
            [code],
        ).fetchall()
    )


@pytest.mark.slow
def test_ccsr_defaults_are_ahrqs_for_every_code(codes: duckdb.DuckDBPyConnection) -> None:
    """AHRQ's workbook read once more, by another reader, with both defaults of its 74,549 codes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(
            package_file("dxitemspy", "DXCCSR-Reference-File-v2023-1.xlsx"), read_only=True, data_only=True
        )
    rows = [row for row in book["DX_to_CCSR_Mapping"].iter_rows(min_row=3, max_col=6, values_only=True) if row[0]]
    assert len({row[0] for row in rows}) == 74_549
    inpatient = {(row[0], row[2]) for row in rows if row[4] == "Y"}
    outpatient = {(row[0], row[2]) for row in rows if row[5] == "Y"}
    for column, expected in (("is_default", inpatient), ("is_default_outpatient", outpatient)):
        ours = codes.execute(
            "select code, group_code from codes.grouping "
            f"where scheme = 'ccsr' and provenance = 'official' and {column}"
        ).fetchall()
        assert set(ours) == {pair for pair in expected if not pair[1].startswith("XXX")}


def test_the_imputation_of_ccsr_is_scored(codes: duckdb.DuckDBPyConnection) -> None:
    assert str(score(codes)) == "1,254 of 1,284 right (97.7%), 54 of 1,338 left unmapped"


def test_sex_limits_outlive_the_edit(codes: duckdb.DuckDBPyConnection) -> None:
    rows = codes.execute(
        "select attribute, value, valid_from::varchar, valid_to::varchar from codes.attribute "
        "where system = 'icd10cm' and code = 'O80' and attribute in ('sex', 'sex_ever') order by all"
    ).fetchall()
    assert rows == [("sex", "F", "2015-10-01", "2024-09-30"), ("sex_ever", "F", None, None)]


@pytest.mark.parametrize(
    ("system", "code", "attributes"),
    [
        ("icd10", "C61", {("sex", "M"), ("sex_ever", "M")}),
        ("icd10", "N083", {("manifestation", "true")}),
        ("icd10", "R99", {("ill_defined", "true")}),
        ("icd10", "R95", set()),
        ("icd10", "I469", {("ill_defined", "true")}),
        ("icd10", "I500", set()),
        ("icd10", "W19", {("external_cause", "true")}),
        ("icd10", "S720", {("injury_nature", "true"), ("never_underlying", "true")}),
        ("icd10", "I252", {("never_underlying", "true")}),
        ("icd10cm", "R99", {("ill_defined", "true")}),
        ("icd10cm", "W19XXXA", {("external_cause", "true")}),
        ("icd9cm", "E8120", {("external_cause", "true")}),
        (
            "icd10cm",
            "Z5189",
            {("requires_secondary", "true"), ("poa_exempt", "true"), ("unacceptable_principal", "true")},
        ),
        (
            "icd10cm",
            "Z370",
            {
                ("delivery_outcome", "true"),
                ("unacceptable_principal", "true"),
                ("poa_exempt", "true"),
                ("sex", "F"),
                ("sex_ever", "F"),
                ("age_class", "maternity"),
            },
        ),
        ("icd10pcs", "5A1955Z", {("length_of_stay", "true")}),
    ],
)
def test_attributes(codes: duckdb.DuckDBPyConnection, system: str, code: str, attributes: set[tuple[str, str]]) -> None:
    rows = codes.execute(
        "select attribute, value from codes.attribute where system = $1 and code = $2 and value <> 'unknown'",
        [system, code],
    ).fetchall()
    assert set(rows) == attributes


def test_exempt_from_present_on_admission_as_listed(codes: duckdb.DuckDBPyConnection, shared_lists: Path) -> None:
    with (shared_lists / "poa_exempt_fy2020.csv").open(encoding="utf-8", newline="") as file:
        listed = {row["code"] for row in csv.DictReader(file)}
    ours = codes.execute(
        "select code from codes.attribute where attribute = 'poa_exempt' and value = 'true'"
    ).fetchall()
    assert {code for (code,) in ours} == listed


def test_attributes_of_one_code_do_not_overlap(codes: duckdb.DuckDBPyConnection) -> None:
    overlapping = codes.execute(
        """
        select one.system, one.code, one.attribute
        from codes.attribute as one
        join codes.attribute as two using (system, code, attribute, value, source)
        where one.valid_from < two.valid_from
            and coalesce(one.valid_to, date '9999-12-31') >= coalesce(two.valid_from, date '0001-01-01') - 1
        """
    ).fetchall()
    assert overlapping == []


def test_sources_and_systems_are_listed(codes: duckdb.DuckDBPyConnection) -> None:
    listed = releases(codes)
    assert all(release.row_count > 0 and release.licence for release in listed if release.status == "used")
    assert [(release.name, release.row_count) for release in listed if release.status != "used"] == [
        ("avoidable_mortality", 0)
    ]
    assert {system.system for system in systems(codes) if system.known_from is None} == {
        "achi", "ccam", "cci", "icd10am", "icd10ca", "icd10gm", "icd11", "ncsp", "opcs4", "ops", "other", "sigtap",
        "snomed",
    }  # fmt: skip


def test_every_code_fits_the_pattern_of_its_system(codes: duckdb.DuckDBPyConnection) -> None:
    assert (
        codes.execute(
            "select code.system, code.code from codes.code as code join codes.system as s using (system) "
            "where not regexp_matches(code.code, s.pattern) or canonical_code(code.code, code.system) <> code.code "
            "and code.code in (select v.code from codes.validity as v where v.system = code.system)"
        ).fetchall()
        == []
    )


def test_lists_name_their_source() -> None:
    for name in ATTRIBUTE_LISTS:
        with (FOLDER / name).open(encoding="utf-8", newline="") as file:
            assert all(row["source"] for row in csv.DictReader(file)), name


def test_who_lists_agree_with_the_second_transcription(codes: duckdb.DuckDBPyConnection, shared_lists: Path) -> None:
    with (shared_lists / "who_sex_limited.csv").open(encoding="utf-8", newline="") as file:
        limited = {
            (row["code"].replace(".", ""), row["sex"])
            for row in csv.DictReader(file)
            if row["in_vol2_2016_annex_7_8"] == "1"
        }
    ours = set(
        codes.execute("select code, value from codes.attribute where system = 'icd10' and attribute = 'sex'").fetchall()
    )
    edition = {code for (code,) in codes.execute("select code from codes.code where system = 'icd10'").fetchall()}
    assert {pair for pair in limited if pair[0] in edition} <= ours
    with (shared_lists / "who_asterisk_codes_2016.csv").open(encoding="utf-8", newline="") as file:
        asterisk = {row["code"] for row in csv.DictReader(file)}
    manifestations = {
        code
        for (code,) in codes.execute(
            "select code from codes.attribute where system = 'icd10' and attribute = 'manifestation'"
        ).fetchall()
    }
    assert asterisk & edition <= manifestations
    # G94.3 came with the 2019 edition.
    assert manifestations - asterisk == {"G943"}


# Codes by which the 2016 and 2019 editions differ, beside the reserved ones: X47, X67, X88 and Y17 were subdivided.
SINCE_2016 = {
    "A925", "B1800", "B1809", "B1810", "B1819", "B485", "G836", "G905", "G906", "G907", "G943", "J987", "K553", "K581",
    "K582", "K583", "K588", "K662", "M756", "P354", "R003", "R170", "R179", "T76", "Z227",
}  # fmt: skip


def test_editions_differ_as_listed(codes: duckdb.DuckDBPyConnection, shared_lists: Path) -> None:
    with (shared_lists / "icd10_who2016_codes_listmap.csv").open(encoding="utf-8", newline="") as file:
        listed = {row["code"] for row in csv.DictReader(file)}
    ours = {
        code
        for (code,) in codes.execute(
            "select code from codes.code where system = 'icd10' and code not like 'U%' "
            "and not regexp_matches(code, '^(X47|X67|X88|Y17).')"
        ).fetchall()
    }
    with (FOLDER / "who_icd10_changes.csv").open(encoding="utf-8", newline="") as file:
        older = {row["codes"].replace(".", "") for row in csv.DictReader(file) if "" < row["valid_to"] < "2016"}
    # With its codes goes the header of I84.
    assert ours - listed - older - {"I84"} == SINCE_2016
    assert {code for code in listed - ours if not code.startswith("U")} == set()


def test_standard_populations_agree_with_the_second_transcription(
    codes: duckdb.DuckDBPyConnection, shared_lists: Path
) -> None:
    given: dict[str, set[tuple[int, int | None, float]]] = defaultdict(set)
    with (shared_lists / "standard_populations.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            group = (int(row["age_start"]), int(row["age_end"]) if row["age_end"] else None, float(row["weight"]))
            given[row["standard_id"]].add(group)
    ours: dict[str, set[tuple[int, int | None, float]]] = defaultdict(set)
    for standard, *group in codes.execute(
        "select standard, age_start, age_end, weight::double from codes.standard_population"
    ).fetchall():
        ours[standard].add(tuple(group))
    # The transcription has longer names for some.
    assert sorted(map(sorted_groups, ours.values())) == sorted(map(sorted_groups, given.values()))
    shared = ours.keys() & given.keys()
    assert len(shared) == 4
    assert {name: ours[name] for name in shared} == {name: given[name] for name in shared}


def sorted_groups(groups: set[tuple[int, int | None, float]]) -> list[tuple[int, int, float]]:
    return sorted((start, 999 if end is None else end, weight) for start, end, weight in groups)


@pytest.mark.parametrize(
    ("system", "code", "expected"),
    [
        # HCPCS E1190 is a wheelchair part, written like a code of ICD-10-CM: that proves nothing.
        ("icd10cm", "E11.90", "not_found"),
        ("icd10cm", "99213", "wrong_system"),
        ("icd10cm", "0DTJ4ZZ", "wrong_system"),
        ("icd10cm", "I64", "wrong_system"),
        ("icd10cm", "V58.61", "wrong_system"),
        ("icd10", "I21.4", "valid"),
        ("icd10", "X59.9", "valid"),
        ("icd10", "I84.2", "retired"),
        ("icd10", "I84", "header"),
        ("icd10", "A90", "retired"),
    ],
)
def test_verdicts_on_real_code_sets(codes: duckdb.DuckDBPyConnection, system: str, code: str, expected: str) -> None:
    judge(codes, f"select {literal(system)} as system, {literal(code)} as code_raw", into="judged_fact")
    found = codes.execute(
        f"select {status_on('judged_fact', 'day.day')} from judged_fact, (select date '2024-01-01' as day) as day"
    )
    assert found.fetchone() == (expected,)
