"""Groupings of our own lists: what single codes belong to, how leaves roll up, and what the lists' sources say."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pytest

from codesets import group_checks
from codesets.group_checks import check_groups
from codesets.sources import groups as reader
from codesets.sources.groups import COLUMNS, read_groups, read_ungrouped
from codesets.sources.packages import SourceError


def group_of(con: duckdb.DuckDBPyConnection, scheme: str, code: str, system: str = "icd10") -> list[str]:
    return [
        group
        for (group,) in con.execute(
            'select group_code from codes.grouping where scheme = $scheme and "system" = $system and code = $code '
            "and is_default order by group_code",
            {"scheme": scheme, "code": code, "system": system},
        ).fetchall()
    ]


def reportable_of_who(con: duckdb.DuckDBPyConnection) -> set[str]:
    rows = con.execute("select code from codes.code where system = 'icd10' and is_billable").fetchall()
    return {code for (code,) in rows}


@pytest.mark.parametrize(
    ("scheme", "code", "groups"),
    [
        ("nchs113", "I214", ["GR113-059"]),
        ("nchs113", "I20", ["GR113-063"]),
        ("nchs113", "I250", ["GR113-062"]),
        # Two leaves share the category: three characters say the subtotal above them.
        ("nchs113", "I25", ["GR113-061-X"]),
        ("nchs358", "I50", ["229-X"]),
        # Nothing but the whole list holds both leaves.
        ("nchs113", "N15", []),
        ("nchs39", "V89", []),
        # Not in WHO's editions at hand, and within a range of the list: national and older subdivisions.
        ("nchs113", "C619", ["GR113-033"]),
        ("chapter", "C619", ["II"]),
        ("block", "C619", ["C60-C63"]),
        ("nchs113", "U014", ["GR113-128"]),
        ("nchs113", "A047", ["GR113-003"]),
        ("nchs113", "U071", ["GR113-018"]),
        ("nchs113", "A150", ["GR113-005"]),
        ("nchs113", "S065", []),
        ("nchs39", "I64", ["024"]),
        ("nchs39", "V092", ["038"]),
        ("nchs130", "P072", ["GR130-089"]),
        ("nchs130", "R95", ["GR130-135"]),
        ("nchs358", "I500", ["230"]),
        ("who_mortality_1", "O987", ["1-091"]),
        ("who_mortality_1", "A90", ["1-017"]),
        ("who_mortality_2", "Y10", ["2-080"]),
        ("who_mortality_3", "R95", ["3-057"]),
        ("who_mortality_4", "I219", ["4-044"]),
        ("who_morbidity", "I840", ["163"]),
        ("who_morbidity", "K640", ["192"]),
        ("ishmt", "Z380", ["2103"]),
        ("ishmt", "U071", ["2201"]),
        ("unsuitable_underlying", "I469", ["unknown"]),
        ("unsuitable_underlying", "A419", ["intermediate"]),
        ("unsuitable_underlying", "I219", []),
        ("injury_mechanism", "X72", ["firearm"]),
        ("injury_intent", "X72", ["self_harm"]),
        ("injury_mechanism", "V892", ["motor_vehicle_traffic"]),
        ("charlson_quan", "I252", ["mi"]),
        ("charlson_quan", "I25", []),
        ("elixhauser_quan", "I110", ["chf", "hypc"]),
    ],
)
def test_where_single_codes_belong(codes: duckdb.DuckDBPyConnection, scheme: str, code: str, groups: list[str]) -> None:
    assert group_of(codes, scheme, code) == groups


@pytest.mark.parametrize(
    ("scheme", "system", "code", "groups"),
    [
        ("ishmt", "icd10cm", "C4A0", ["0203"]),
        ("ishmt", "icd10cm", "I214", ["0903"]),
        ("injury_intent", "icd10cm", "T400X2A", ["self_harm"]),
        ("injury_mechanism", "icd10cm", "T400X2A", ["poisoning"]),
        ("injury_intent", "icd10cm", "T3695XA", ["adverse_effect"]),
        ("injury_intent", "icd10cm", "T40411A", ["unintentional"]),
        ("injury_mechanism", "icd10cm", "V4302XA", ["land_transport_other"]),
        ("injury_mechanism", "icd10cm", "V4362XA", ["motor_vehicle_traffic"]),
        ("charlson_quan", "icd9cm", "4280", ["chf"]),
        ("elixhauser_ahrq", "icd10cm", "I6930", ["CBVD_SQLA"]),
        ("pcs_section", "icd10pcs", "0210093", ["0"]),
        ("pcs_body_system", "icd10pcs", "0210093", ["02"]),
        ("pcs_root_operation", "icd10pcs", "0210093", ["0.1"]),
        ("hcpcs_section", "hcpcs", "99213", ["cpt_evaluation"]),
        ("hcpcs_section", "hcpcs", "0042T", ["cpt_3"]),
        ("hcpcs_section", "hcpcs", "00100", ["cpt_anaesthesia"]),
        ("hcpcs_section", "hcpcs", "J0690", ["hcpcs_j"]),
    ],
)
def test_where_codes_of_other_systems_belong(
    codes: duckdb.DuckDBPyConnection, scheme: str, system: str, code: str, groups: list[str]
) -> None:
    assert group_of(codes, scheme, code, system) == groups


def test_a_subset_is_found_and_never_added(codes: duckdb.DuckDBPyConnection) -> None:
    assert codes.execute(
        "select code, group_code, is_default from codes.grouping where scheme = 'nchs113' and code in ('A047', 'U071') "
        "order by code, group_code"
    ).fetchall() == [
        ("A047", "GR113-003", True),
        ("A047", "GR113-136", False),
        ("U071", "GR113-018", True),
        ("U071", "GR113-137", False),
    ]
    assert codes.execute(
        "select group_code, parent_group, is_rankable from codes.group_label where is_subset order by group_code"
    ).fetchall() == [("GR113-136", "GR113-003", True), ("GR113-137", "GR113-018", True)]
    assert codes.execute(
        "select group_code, member_code from codes.group_member "
        "where scheme = 'nchs113' and 'GR113-136' in (group_code, member_code)"
    ).fetchall() == [("GR113-136", "GR113-136")]


def test_leaves_roll_up_through_every_level(codes: duckdb.DuckDBPyConnection) -> None:
    assert codes.execute(
        "select group_code from codes.group_member where scheme = 'nchs113' and member_code = 'GR113-062' order by 1"
    ).fetchall() == [("GR113-053",), ("GR113-054",), ("GR113-058",), ("GR113-061",), ("GR113-062",)]
    assert codes.execute(
        "select member_code from codes.group_member "
        "where scheme = 'who_mortality_1' and group_code = '1-087' order by 1"
    ).fetchall() == [("1-087-X",), ("1-088",), ("1-089",), ("1-090",), ("1-091",)]


def test_a_category_of_several_leaves_counts_in_their_subtotal(codes: duckdb.DuckDBPyConnection) -> None:
    assert codes.execute(
        "select title, parent_group, is_unspecified, is_subtotal, is_rankable from codes.group_label "
        "where group_code = 'GR113-061-X'"
    ).fetchone() == (
        "Other forms of chronic ischemic heart disease, not further specified",
        "GR113-061",
        True,
        False,
        False,
    )
    # Deaths of I25 are among the diseases of heart.
    assert codes.execute(
        "select count(*) from codes.grouping as assigned join codes.group_member as members "
        "on members.scheme = assigned.scheme and members.member_code = assigned.group_code "
        "where assigned.code = 'I25' and assigned.scheme = 'nchs113' and members.group_code = 'GR113-054'"
    ).fetchone() == (1,)


def test_both_numberings_and_limits_are_kept(codes: duckdb.DuckDBPyConnection) -> None:
    assert codes.execute(
        "select alternative_number, title from codes.group_label where scheme = 'nchs113' and group_code = 'GR113-111'"
    ).fetchone() == ("95", "All other diseases (Residual)")
    assert codes.execute(
        "select group_code, sex, age_from, age_to, age_from_days from codes.group_label where scheme = 'nchs39' "
        "and coalesce(sex, age_from::varchar, age_to::varchar, age_from_days::varchar) is not null order by group_code"
    ).fetchall() == [
        ("010", "F", None, None, None),
        ("011", "M", None, None, None),
        ("016", None, None, None, 28),
        ("032", "F", 10, None, None),
        ("035", None, None, 0, None),
        ("040", None, 5, None, None),
    ]


def test_every_check_of_groups_holds(codes: duckdb.DuckDBPyConnection) -> None:
    checks = check_groups(codes)
    assert len(checks) > 60
    assert [each for each in checks if not each.holds] == []


def test_a_gap_and_an_overlap_are_found(monkeypatch: pytest.MonkeyPatch, codes: duckdb.DuckDBPyConnection) -> None:
    kept = read_ungrouped().to_pandas()
    monkeypatch.setattr(group_checks, "read_ungrouped", lambda: kept[kept.scheme != "who_mortality_2"])
    failed = [each for each in group_checks._coverage(codes) if not each.holds]
    assert [each.subject for each in failed] == [
        "codes in no group of who_mortality_2 (icd10_2016) and in no exception"
    ]


def test_subtotals_declare_what_their_leaves_hold(codes: duckdb.DuckDBPyConnection) -> None:
    """A subtotal's own ranges hold its leaves, and beyond them only what the list leaves out by design."""
    groups, ranges = read_groups()
    codes.register("listed", groups)
    codes.register("ranges", ranges)
    codes.register("excepted", read_ungrouped())
    beyond, short = codes.execute(
        """
        with
            declared as (
                select schemes.scheme, schemes.scheme_version, ranges.group_code, code.code
                from codes.scheme as schemes
                join listed on listed.list = schemes.scheme and listed.kind = 'subtotal'
                join ranges on ranges.list = listed.list and ranges.group_code = listed.group_code
                join codes.code as code
                    on code."system" = 'icd10' and code.is_billable
                    and left(code.code, length(first_code)) between first_code and last_code
                    and length(code.code) >= length(first_code)
                where schemes."system" = 'icd10'
            ),
            held as (
                select members.scheme, members.scheme_version, members.group_code, assigned.code
                from codes.group_member as members
                join codes.grouping as assigned
                    on assigned.scheme = members.scheme and assigned.scheme_version = members.scheme_version
                    and assigned.group_code = members.member_code
                join codes.code as code on code."system" = 'icd10' and code.code = assigned.code and code.is_billable
                where members.group_code <> members.member_code and assigned."system" = 'icd10'
            )
        select
            (
                select count(*)
                from (from declared except from held) as extra
                where not exists (
                    from excepted
                    where excepted.scheme = extra.scheme and excepted.scheme_version = extra.scheme_version
                        and left(extra.code, length(first_code)) between first_code and last_code
                )
            ),
            (select count(*) from (from held except from declared)),
        """
    ).fetchone()
    for name in ("listed", "ranges", "excepted"):
        codes.unregister(name)
    assert (beyond, short) == (0, 0)


# Where our membership differs from the metadata of WHO's 2016 edition, and why.
WHO_DIFFERENCES = {
    ("who_mortality_1", "Y34"): "printed list and WHO Mortality Database: Y10-Y89; the metadata leave Y34 out",
    ("who_mortality_3", "Y34"): "the same",
    ("who_mortality_4", "Y34"): "the same",
    ("who_mortality_1", "C97"): "WHO Mortality Database: C96-C97; the metadata leave C97 out",
    ("who_mortality_3", "C97"): "as in lists 2 and 4",
    ("who_mortality_3", "I00"): "the metadata begin with I01; no other group holds I00",
}


def test_who_lists_are_those_of_the_metadata(codes: duckdb.DuckDBPyConnection, shared_lists: Path) -> None:
    columns = {f"who_mortality_{n}": f"mort_list{n}" for n in (1, 2, 3, 4)} | {"who_morbidity": "morbidity_list"}
    with (shared_lists / "icd10_who2016_codes_listmap.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["terminal_T_or_N"] == "T"]
    reportable = reportable_of_who(codes)
    differences = set()
    for scheme, column in columns.items():
        ours = dict(
            codes.execute(
                "select code, group_code from codes.grouping where scheme = $scheme and is_default", {"scheme": scheme}
            ).fetchall()
        )
        for row in rows:
            if row["code"] not in reportable:
                continue
            theirs = row[column] if row[column] not in ("", "UNDEF") else None
            found = ours.get(row["code"])
            # Item 901 (SARS) has no place in the metadata; Y10 to Y89 of list 2 are in the printed list only.
            if scheme == "who_mortality_2" and "Y10" <= row["code"] < "Y90" and theirs is None:
                assert found == "2-080"
            elif found != theirs:
                differences.add((scheme, row["code"]))
    assert differences == set(WHO_DIFFERENCES)


def test_unsuitable_causes_are_those_of_the_list(codes: duckdb.DuckDBPyConnection, shared_lists: Path) -> None:
    with (shared_lists / "cdc_unsuitable_underlying_cause_prefixes.csv").open(encoding="utf-8", newline="") as file:
        listed = {row["code"] for row in csv.DictReader(file)}
    _, ranges = read_groups()
    ours = {row["first_code"] for row in ranges.to_pylist() if row["list"] == "unsuitable_underlying"}
    assert ours == listed
    assert len(ours) == 389


def test_unlikely_causes_are_those_of_the_annex(codes: duckdb.DuckDBPyConnection, shared_lists: Path) -> None:
    with (shared_lists / "who_unlikely_cause_of_death_2016_expanded.csv").open(encoding="utf-8", newline="") as file:
        listed = {row["code"] for row in csv.DictReader(file)}
    ours = {
        code
        for (code,) in codes.execute(
            "select attribute.code from codes.attribute as attribute join codes.code using (system, code) "
            "where attribute = 'unlikely_cause_of_death' and is_billable"
        ).fetchall()
    }
    reportable = reportable_of_who(codes)
    # Codes of other editions than the annex was written for, within its ranges.
    assert ours ^ (listed & reportable) == {"L412", "M756"}


def test_no_scheme_says_more_than_it_knows(codes: duckdb.DuckDBPyConnection) -> None:
    assert codes.execute(
        "select scheme, scheme_version from codes.scheme where verification = 'recalled' "
        "order by scheme, scheme_version"
    ).fetchall() == [
        ("injury_intent", "icd10cm"),
        ("injury_mechanism", "icd10"),
        ("injury_mechanism", "icd10cm"),
    ]
    assert codes.execute("select count(*) from codes.scheme where scheme like 'avoidable%'").fetchone() == (0,)


ROW = {"group": "1", "kind": "leaf", "codes": "A00-A09", "title": "First", "source": "Test"}


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([ROW, ROW], "The list bad.csv names a group twice; give each group one row."),
        ([ROW | {"title": ""}], "Line 2 of the list bad.csv needs a group, a title, a source, and a kind of "),
        ([ROW | {"kind": "other"}], "Line 2 of the list bad.csv needs a group, a title, a source, and a kind of "),
        ([ROW | {"codes": ""}], "Line 2 of the list bad.csv: a group that is no subtotal needs codes."),
        ([ROW | {"parent": "9"}], "Line 2 of the list bad.csv: the parent is not a group that can hold this one."),
        ([ROW | {"codes": "A09-A00"}], "Line 2 of the list bad.csv: A09-A00 is not a range of codes."),
        ([ROW | {"codes": "A00-A01.1"}], "Line 2 of the list bad.csv: A00-A01.1 is not a range of codes."),
    ],
)
def test_a_list_that_contradicts_itself_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: list[dict[str, str]], message: str
) -> None:
    (tmp_path / "groups").mkdir()
    with (tmp_path / "groups" / "bad.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    monkeypatch.setattr(reader, "FOLDER", tmp_path)
    monkeypatch.setattr("codesets.sources.lists.FOLDER", tmp_path)
    with pytest.raises(SourceError) as refused:
        read_groups()
    assert str(refused.value).startswith(message)


@pytest.mark.parametrize(
    ("system", "scheme", "code", "expected"),
    [
        ("icd10cm", "ccsr", "A00", ("DIG001", True, "shared by all its codes")),
        # A41.54 is newer than CCSR v2023.1.
        ("icd10cm", "ccsr", "A41", ("INF002", True, "shared by all its codes, some of them imputed")),
        ("icd10cm", "ccsr", "E11", None),
        ("icd9cm", "ccs", "428", ("108", True, "shared by all its codes")),
        # Charlson names some codes of the category only.
        ("icd10cm", "charlson_quan", "G04", None),
    ],
)
def test_a_header_has_the_group_that_all_its_codes_share(
    codes: duckdb.DuckDBPyConnection, system: str, scheme: str, code: str, expected: tuple[str, bool, str] | None
) -> None:
    found = codes.execute(
        "select group_code, is_default, provenance from codes.grouping "
        "where scheme = $scheme and system = $system and code = $code and is_default",
        {"scheme": scheme, "system": system, "code": code.replace(".", "")},
    ).fetchall()
    assert found == ([] if expected is None else [expected])
