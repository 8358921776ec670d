"""What recodes allow: every target, and which code of the record changes."""

from __future__ import annotations

import pytest

from tests.influence.flagged import deaths, flag, found, stays


@pytest.mark.parametrize(
    ("target", "code", "expected"),
    [
        # The two codes below the header have the same groups: one stands for both, the first where none is coded.
        ("children", "I210", ["I2101"]),
        ("children", "I21", ["I2101", "I219"]),
        ("prefix", "I2105", ["I2101"]),
        ("prefix", "I218X", ["I2101", "I219"]),
        ("category", "I219", ["I2101"]),
        ("block", "I219", ["I2101"]),
        ("chapter", "I219", ["I2101", "I500"]),
        ("chapter", "O80", [None]),
    ],
)
def test_targets_narrow_what_a_code_may_be(con, target, code, expected):
    stays(con, f"stay_id | codes\ns1 | {code}")
    flag(con, target, "diagnosis", encounter_id="s1", seq=1, code=code)

    options = found(con, "case when not is_wild then code end, is_named")

    assert options == [(name, name is not None) for name in expected]


def test_the_commonest_code_of_the_collection_stands_for_those_grouped_alike_and_shares_follow_it(con):
    stays(con, "stay_id | codes\ns1 | I21\ns2 | I2109\ns3 | I2109\ns4 | I219\ns5 | I500")
    stays(con, "stay_id | codes | collection\nt1 | I2101 | other\nt2 | I2101 | other\nt3 | I2101 | other")
    stays(con, "stay_id | codes | sex\nm1 | I219 | M")
    flag(con, "children", "diagnosis", encounter_id="s1", seq=1, code="I21")

    # Of women of this age two have the first signature and one the second; each is given half a record more.
    assert found(con, "code, round(share, 6)") == [("I2109", round(2.5 / 4, 6)), ("I219", round(1.5 / 4, 6))]


def test_what_names_no_code_may_be_any(con):
    stays(con, "stay_id | codes\ns1 | I21\ns2 | X99")
    flag(con, "any", "diagnosis", encounter_id="s1", seq=1, code="I21")
    flag(con, "category", "diagnosis", encounter_id="s2", seq=1, code="X99")

    assert found(con, "record_id, code, is_named, is_wild, place, share") == [
        ("s1", "I21", False, True, "principal", 1.0),
        ("s2", "X99", False, True, "principal", 1.0),
    ]


def test_a_recode_is_narrowed_by_the_recorded_sex_and_age(con):
    stays(con, "stay_id | codes | sex\ns1 | N61 | F\ns2 | N61 | M")
    flag(con, "chapter", "diagnosis", encounter_id="s1", seq=1, code="N61")
    flag(con, "chapter", "diagnosis", encounter_id="s2", seq=1, code="N61")

    assert found(con, "record_id, case when not is_wild then code end") == [("s1", None), ("s2", "N40")]


def test_a_sex_conflict_is_the_other_sex_or_another_code_of_the_chapter(con):
    stays(con, "stay_id | codes | sex\ns1 | N40 | F")
    flag(con, "sex_or_code", "diagnosis", encounter_id="s1", seq=1, code="N40")

    assert found(con, "kind, sex, code, share") == [
        ("demographic", "M", "N40", 0.5),
        ("recode", "F", "N61", 0.5),
    ]


def test_age_alone_narrows_a_system_of_few_codes(con):
    stays(con, "stay_id | codes | age_years | sex\ns1 | P220 | 70 | M")
    flag(con, "code_of_age", "diagnosis", encounter_id="s1", seq=1, code="P220")

    assert {code for (code,) in found(con, "code")} == {"E785", "I2101", "I219", "I500", "N40", "N61"}


def test_another_diagnosis_of_the_record_changes_places_with_the_principal_one(con):
    stays(con, "stay_id | codes\ns1 | I219 E785 W19 I500")
    flag(con, "principal_of_record", "diagnosis", encounter_id="s1", seq=1, code="I219")

    # The external cause cannot be principal.
    assert found(con, "code, share") == [("E785", 0.5), ("I500", 0.5)]
    assert con.sql("""
        select o.code, r.seq, r.code from influence.recoded as r join influence.option as o using (option_id)
        order by all
    """).fetchall() == [
        ("E785", 1, "E785"),
        ("E785", 2, "I219"),
        ("I500", 1, "I500"),
        ("I500", 4, "I219"),
    ]


def test_a_flagged_secondary_diagnosis_leaves_the_record_as_coded(con):
    stays(con, "stay_id | codes\ns1 | I500 I21 E785")
    flag(con, "children", "diagnosis", encounter_id="s1", seq=2, code="I21")

    assert found(con, "kind, place, code") == [("recode", "listed", "I500"), ("recode", "listed", "I500")]
    assert con.sql("select seq, code from influence.recoded order by all").fetchall() == [(2, "I2101"), (2, "I219")]


def test_a_secondary_diagnosis_that_is_another_of_the_record_goes(con):
    stays(con, "stay_id | codes\ns1 | I500 I219 E785")
    flag(con, "record", "diagnosis", encounter_id="s1", seq=2, code="I219")

    assert found(con, "place, code, is_named") == [("listed", "I500", True)]
    assert con.sql("select seq, code from influence.recoded").fetchall() == [(2, None)]


@pytest.mark.parametrize(
    ("code", "suggestion", "expected"),
    [
        ("41011", None, ["I2101"]),
        ("41091", None, ["I2101", "I219"]),
        ("99999", None, [None]),
        ("99999", "icd10cm I500", ["I500"]),
    ],
)
def test_the_equivalents_of_a_code_of_another_system(con, code, suggestion, expected):
    stays(con, f"stay_id | codes | system | status\ns1 | {code} | icd9cm | wrong_system")
    flag(con, "equivalent", "diagnosis", encounter_id="s1", seq=1, code=code, suggestion=suggestion)

    options = found(con, "case when not is_wild then code end, case when not is_wild then system end")

    assert options == [(name, name and "icd10cm") for name in expected]


def test_a_flag_on_an_encounter_that_does_not_give_the_principal_diagnosis_moves_what_is_listed(con):
    stays(con, "stay_id | codes\ns1 | I500\ns2 | I21")
    con.execute("update core.encounter set stay_id = 's1' where encounter_id = 's2'")
    con.execute("delete from core.stay where stay_id = 's2'")
    con.execute("update core.stay set encounters = 2")
    flag(con, "children", "diagnosis", encounter_id="s2", seq=1, code="I21")
    flag(con, "principal_any", "diagnosis", encounter_id="s2", seq=1, code="I21")
    flag(con, "drop", encounter_id="s2")

    assert found(con, "kind, place, code, is_wild") == [("recode", "listed", "I500", False)] * 2


def test_a_stay_of_several_encounters_is_dropped_where_each_of_them_is(con):
    stays(con, "stay_id | codes\ns1 | I500\ns2 | I21")
    con.execute("update core.encounter set stay_id = 's1' where encounter_id = 's2'")
    con.execute("delete from core.stay where stay_id = 's2'")
    con.execute("update core.stay set encounters = 2")
    flag(con, "drop", encounter_id="s1")
    flag(con, "drop", encounter_id="s2")

    assert found(con, "kind, is_absent") == [("drop", True)]


def test_underlying_causes(con):
    deaths(
        con,
        """
        death_id | underlying_cause | conditions
        d1       | R99              | I500 R99
        d2       | I219             | I219
        d3       | R99              |
        d4       | R99              |
    """,
    )
    flag(con, "better_cause", "death", death_id="d1", code="R99")
    flag(con, "cause", "death", death_id="d2", code="I219")
    flag(con, "suggested_cause", "death", death_id="d3", code="R99", suggestion="I21-I50 C61")
    flag(con, "better_cause", "death", death_id="d4", code="R99")

    assert found(con, "record_id, case when not is_wild then code end, place") == [
        ("d1", "I500", "underlying"),
        ("d2", "V892", "underlying"),
        ("d2", "W19", "underlying"),
        ("d3", "I219", "underlying"),
        ("d3", "I500", "underlying"),
        ("d4", None, "underlying"),
    ]


def test_a_condition_of_a_certificate_leaves_the_death_as_coded(con):
    deaths(con, "death_id | underlying_cause | conditions\nd1 | I219 | I219 C61")
    flag(con, "sex_or_code", "death_condition", death_id="d1", seq=201, code="C61")

    assert found(con, "place, sex, code") == [("condition", "F", "I219"), (None, "M", "I219")]
    assert con.sql("select line, seq, code from influence.recoded_condition").fetchall() == [(2, 1, "C509")]


def test_a_listed_diagnosis_that_may_be_any_leaves_the_record_its_own_code(con):
    stays(con, "stay_id | codes\ns1 | I500 E785")
    flag(con, "any", "diagnosis", encounter_id="s1", seq=2, code="E785")

    assert found(con, "place, code, is_named, is_wild") == [("listed", "I500", False, False)]
    assert con.sql("select seq, code, is_any from influence.recoded").fetchall() == [(2, None, True)]


def test_too_many_signatures_name_nothing(con, monkeypatch):
    monkeypatch.setattr("transforms.influence.options.find.MOST_SIGNATURES", 1)
    stays(con, "stay_id | codes\ns1 | I21\ns2 | I210")
    flag(con, "children", "diagnosis", encounter_id="s1", seq=1, code="I21")
    flag(con, "children", "diagnosis", encounter_id="s2", seq=1, code="I210")

    # Two signatures below the first header, one below the second.
    assert found(con, "record_id, is_wild, is_named") == [("s1", True, False), ("s2", False, True)]
