"""Any source of code sets can be switched off; unverified ones hold only where they are asked for."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from codesets.checks import check, left_out
from codesets.database import connect
from codesets.describe import show
from codesets.reference import Reference, ensure
from codesets.switches import SHIPPED, UNVERIFIED, SwitchError, Switches, sources
from codesets.verdict import judge, status_on


@pytest.fixture(scope="module")
def reduced(tmp_path_factory: pytest.TempPathFactory) -> Reference:
    return ensure(
        folder=tmp_path_factory.mktemp("reference"),
        switches=Switches(off=("ahrq_ccsr", "who_icd10", "cpt", "cdc_notes"), unverified=("avoidable_mortality",)),
    )


@pytest.fixture
def con(reduced: Reference) -> Iterator[duckdb.DuckDBPyConnection]:
    with connect(reduced.path, read_only=True) as con:
        yield con


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        ({"off": ("ccsr",)}, 'there is no source "ccsr"; did you mean "ahrq_ccsr"? Expected one of cms_mce, '),
        ({"off": ("avoidable_mortality",)}, 'there is no source "avoidable_mortality"'),
        ({"unverified": ("gbd",)}, 'there is no source "gbd". Expected one of avoidable_mortality'),
    ],
)
def test_a_source_that_is_not_there_is_named_with_those_that_are(chosen: dict, message: str) -> None:
    with pytest.raises(SwitchError, match=message.replace("?", "\\?")):
        Switches(**chosen)


def test_switches_are_compared_by_what_they_say() -> None:
    assert Switches(off=("cpt", "ahrq_ccs", "cpt")) == Switches(off=("ahrq_ccs", "cpt"))
    assert [source.name for source in sources() if not SHIPPED.is_on(source.name)] == list(UNVERIFIED)


def test_every_source_says_what_is_missing_without_it() -> None:
    assert all(source.title and source.release and source.licence and source.without for source in sources())
    assert len({source.name for source in sources()}) == len(sources())


@pytest.mark.slow
def test_nothing_of_a_source_that_is_off_is_there(reduced: Reference, con: duckdb.DuckDBPyConnection) -> None:
    assert reduced.hash != ensure().hash
    counts = con.execute(
        """
        select
            (select count(*) from codes.grouping where scheme = 'ccsr'),
            (select count(*) from codes.scheme where scheme = 'ccsr'),
            (select count(*) from codes.scheme where scheme in ('chapter', 'block') and "system" = 'icd10'),
            (select count(*) from codes.code where "system" = 'icd10'),
            (select count(*) from codes.attribute where "system" = 'icd10'),
            (select count(*) from codes.code where "system" = 'hcpcs' and code similar to '[0-9].*'),
            (select count(*) from codes.note),
        """
    ).fetchone()
    assert counts == (0, 0, 0, 0, 0, 0, 0)
    assert con.execute("select distinct name from codes.release where status = 'off' order by 1").fetchall() == [
        ("ahrq_ccsr",), ("cdc_notes",), ("cpt",), ("who_icd10",),
    ]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(
    ("system", "code", "expected"),
    [
        ("icd10", "I21.4", "unknown"),
        ("icd10", "?", "malformed"),
        ("hcpcs", "99213", "unknown"),
        ("hcpcs", "J1885", "valid"),
        ("hcpcs", "J9999Z", "malformed"),
        ("icd10cm", "I21.4", "valid"),
    ],
)
def test_codes_of_a_source_that_is_off_are_unknown(
    con: duckdb.DuckDBPyConnection, system: str, code: str, expected: str
) -> None:
    judge(con, f"select '{system}' as system, '{code}' as code_raw", into="judged_off")
    found = con.execute(
        f"select {status_on('judged_off', 'd.day')} from judged_off, (select date '2024-01-01' as day) d"
    )
    assert found.fetchone() == (expected,)


@pytest.mark.slow
def test_lists_of_causes_of_death_group_without_whos_codes(con: duckdb.DuckDBPyConnection) -> None:
    found = con.execute(
        "select group_code from codes.grouping where scheme = 'nchs113' and is_default and code in ('I219', 'C349') "
        "order by code"
    ).fetchall()
    assert found == [("GR113-027",), ("GR113-059",)]


@pytest.mark.slow
def test_what_needs_a_source_that_is_off_is_not_checked(con: duckdb.DuckDBPyConnection) -> None:
    assert [each for each in check(con) if not each.holds] == []
    assert ("CCSR", ("ahrq_ccsr",)) in left_out(con)


@pytest.mark.slow
def test_avoidable_causes_are_marked_as_unverified_wherever_they_are(con: duckdb.DuckDBPyConnection) -> None:
    labels = con.execute(
        "select group_code, title, sex, age_from, age_to from codes.group_label "
        "where scheme = 'avoidable_mortality' order by sort_order"
    ).fetchall()
    assert [label[0] for label in labels] == [
        "avoidable", "preventable", "treatable", "preventable_only", "treatable_only", "treatable_women", "half_each",
    ]  # fmt: skip
    assert all("unverified" in label[1] and label[3:] == (0, 74) for label in labels)
    assert {label[0]: label[2] for label in labels if label[2]} == {"treatable_women": "F"}
    assert con.execute(
        "select title, verification from codes.scheme where scheme = 'avoidable_mortality'"
    ).fetchall() == [("Avoidable mortality, preventable and treatable (unverified)", "unverified")]
    assert con.execute(
        "select count(*) > 2000, count(*) = count(distinct code) from codes.grouping "
        "where scheme = 'avoidable_mortality'"
    ).fetchone() == (True, True)
    assert con.execute(
        "select distinct provenance like '%unverified' from codes.grouping where scheme = 'avoidable_mortality'"
    ).fetchall() == [(True,)]


@pytest.mark.slow
def test_a_cause_may_count_half_in_each_of_two_groups(con: duckdb.DuckDBPyConnection) -> None:
    # Of one death each from ischaemic heart disease, lung cancer and appendicitis.
    counted = con.execute(
        """
        select member.group_code, sum(member.share)::double as deaths
        from (select unnest(['I219', 'C349', 'K358']) as code) as death
        join codes.grouping as assigned on assigned.scheme = 'avoidable_mortality' and assigned.code = death.code
        join codes.group_member as member
            on member.scheme = assigned.scheme and member.scheme_version = assigned.scheme_version
            and member.member_code = assigned.group_code
        where member.group_code in ('avoidable', 'preventable', 'treatable')
        group by member.group_code order by member.group_code
        """
    ).fetchall()
    assert counted == [("avoidable", 3.0), ("preventable", 1.5), ("treatable", 1.5)]


def test_no_unverified_list_is_used_unless_asked_for(codes: duckdb.DuckDBPyConnection) -> None:
    assert codes.execute("select status from codes.release where name = 'avoidable_mortality'").fetchall() == [
        ("not_used",)
    ]
    assert codes.execute("select count(*) from codes.grouping where scheme = 'avoidable_mortality'").fetchone() == (0,)
    shown = {group.scheme for found in show(codes, "C34.9") for group in found.groups}
    assert "nchs113" in shown
    assert "avoidable_mortality" not in shown
