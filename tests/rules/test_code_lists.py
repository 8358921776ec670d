"""Code lists: their files, the relations made from them, and that each of ours names codes that there are."""

from __future__ import annotations

import shutil

import pytest

from codesets import reference
from codesets.database import connect
from tests.rules.tables import fill
from tests.rules.test_load import RULE
from transforms.rules import Override, RuleError, load_rules, run_rules
from transforms.rules.checked import attach
from transforms.rules.code_lists import load_code_lists, read_code_list
from transforms.rules.ruleset import SHIPPED

HEAD = "system,code_from,code_to,valid_from,valid_to,note,source\n"
DIABETES = HEAD + "icd10cm,E08,E13,,,Diabetes,a manual\nicd10cm,O24,,2020-10-01,2021-09-30,,a manual\n"


def write(folder, text: str, name: str = "diabetes.csv"):
    (folder / "lists").mkdir(exist_ok=True)
    path = folder / "lists" / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the columns must be system, code_from, code_to"),
        ("system,code\nicd10cm,E10\n", "the columns must be"),
        (HEAD, "the list is empty"),
        (HEAD + "icd10cm,E10\n", "line 2: has 2 fields, expected 7"),
        (HEAD + "ICD-10,E10,,,,,a\n", "line 2: system must be a code system"),
        (HEAD + "icd10cm,E10.1,,,,,a\n", "line 2: write codes in upper case, without dots"),
        (HEAD + "icd10cm,,,,,,a\n", "line 2: code_from is missing"),
        (HEAD + "icd10cm,E11,E10,,,,a\n", "line 2: code_to comes before code_from"),
        (HEAD + "icd10cm,E10,,,,,\n", "line 2: source is missing"),
        (HEAD + "icd10cm,E10,,1.10.2020,,,a\n", "line 2: valid_from must be a day such as"),
        (HEAD + "icd10cm,E10,,2020-10-01,2019-10-01,,a\n", "line 2: valid_to comes before valid_from"),
        (HEAD + "icd10cm,E10,E13,,,,a\nicd10cm,E119,,,,,a\n", "line 3: names codes that line 2 names"),
        (HEAD + "icd10cm,E10,,,2020-09-30,,a\nicd10cm,E101,,2020-09-30,,,a\n", "line 3: names codes that line 2"),
        (HEAD + 'icd10cm,"E10"x,,,,,a\n', "is not CSV"),
    ],
)
def test_a_list_that_is_not_in_order_is_refused_by_its_name(tmp_path, text, message):
    with pytest.raises(RuleError) as problem:
        read_code_list(write(tmp_path, text))
    assert str(problem.value).startswith("diabetes.csv")
    assert message in str(problem.value)


def test_a_code_may_have_two_values_but_none_twice_and_none_that_is_empty(con, tmp_path):
    head = HEAD.replace("source", "source,value")
    text = head + "icd10cm,E10,,,,,a,one\nicd10cm,E101,,,,,a,two\n"
    fill(con, "core.encounter", "encounter_id | discharge_date\ne1 | 2020-09-30\n")
    fill(con, "core.diagnosis", "encounter_id | seq | code | system\ne1 | 1 | E101 | icd10cm\n")
    attach(con, lists=[read_code_list(write(tmp_path, text))])
    found = con.execute("select list, code, value from checked.listed_diagnosis order by value").fetchall()
    assert found == [("diabetes", "E101", "one"), ("diabetes", "E101", "two")]
    with pytest.raises(RuleError, match="line 3: names codes that line 2 names"):
        read_code_list(write(tmp_path, text.replace("two", "one")))
    with pytest.raises(RuleError, match="line 2: value is missing"):
        read_code_list(write(tmp_path, text.replace("one", "")))


def test_the_same_codes_may_be_listed_for_days_that_follow_each_other(tmp_path):
    text = HEAD + "icd10cm,E10,,,2020-09-30,,a\nicd10cm,E101,,2020-10-01,,,a\nicd9cm,E10,,,,,a\n"
    assert len(read_code_list(write(tmp_path, text)).ranges) == 3


def test_a_list_holds_what_is_in_use_between_its_codes_and_below_them(con, tmp_path):
    fill(con, "core.encounter", "encounter_id | discharge_date\ne1 | 2020-09-30\ne2 | 2020-10-01\ne3 |\n")
    fill(
        con,
        "core.diagnosis",
        """
        encounter_id | seq | code | system
        e1           | 1   | E079 | icd10cm
        e1           | 2   | E08  | icd10cm
        e1           | 3   | E139 | icd10cm
        e1           | 4   | E14  | icd10cm
        e1           | 5   | E139 | icd10
        e1           | 6   | O249 | icd10cm
        e2           | 1   | O249 | icd10cm
        e3           | 1   | O249 | icd10cm
        e3           | 2   |      | icd10cm
        """,
    )
    attach(con, lists=[read_code_list(write(tmp_path, DIABETES))])
    listed = con.execute("select encounter_id, seq, list from checked.listed_diagnosis order by all").fetchall()
    assert listed == [("e1", 2, "diabetes"), ("e1", 3, "diabetes"), ("e2", 1, "diabetes"), ("e3", 1, "diabetes")]


def test_a_list_that_begins_or_ends_holds_on_its_days_and_where_the_day_is_not_known(con, tmp_path):
    fill(con, "core.encounter", "encounter_id | discharge_date\ne1 | 2020-09-30\ne2 | 2020-10-01\ne3 |\n")
    fill(
        con,
        "core.diagnosis",
        """
        encounter_id | seq | code | system
        e1           | 1   | E101 | icd10cm
        e2           | 1   | E101 | icd10cm
        e3           | 1   | E101 | icd10cm
        e1           | 2   | E109 | icd10cm
        e3           | 2   | E109 | icd10cm
        e1           | 3   | E119 | icd10cm
        e3           | 3   | E119 | icd10cm
        """,
    )
    text = HEAD + "icd10cm,E101,,,2020-09-30,,a\nicd10cm,E109,,2020-10-01,,,a\nicd10cm,E119,,,2020-09-30,,a\n"
    attach(con, lists=[read_code_list(write(tmp_path, text + "icd10cm,E119,,2020-10-01,,,a\n"))])
    listed = con.execute("select encounter_id, code from checked.listed_diagnosis order by all").fetchall()
    assert listed == [("e1", "E101"), ("e1", "E119"), ("e3", "E101"), ("e3", "E109"), ("e3", "E119")]


def test_only_lists_that_rules_hold_against_diagnoses_are_looked_up_among_them(con, tmp_path):
    fill(con, "core.encounter", "encounter_id | discharge_date\ne1 | 2020-09-30\n")
    fill(con, "core.diagnosis", "encounter_id | seq | code | system\ne1 | 1 | E101 | icd10cm\n")
    attach(con, lists=[read_code_list(write(tmp_path, DIABETES))], lists_of_diagnoses=[])
    assert con.execute("select count(*) from checked.listed_diagnosis").fetchone() == (0,)


def test_procedures_conditions_and_underlying_causes_are_listed_on_their_own_day(con, tmp_path):
    fill(con, "core.encounter", "encounter_id | discharge_date | date_precision\ne1 | 2020-09-30 | day\n")
    fill(
        con,
        "core.procedure",
        """
        encounter_id | seq | role      | code  | system | procedure_date
        e1           | 1   | principal | 92950 | hcpcs  | 2020-09-29
        e1           | 2   | secondary | 92950 | hcpcs  | 2020-09-28
        """,
    )
    fill(con, "core.death", "death_id | death_date | system | underlying_cause\nd1 | 2020-09-30 | icd10 | I461\n")
    fill(con, "core.death_condition", "death_id | line | seq | code | system\nd1 | 1 | 1 | I469 | icd10\n")
    text = HEAD + "hcpcs,92950,,2020-09-29,,,a\nicd10,I46,,2020-09-30,,,a\n"
    attach(con, lists=[read_code_list(write(tmp_path, text, "arrest.csv"))])
    assert con.execute("select list, seq from checked.listed_procedure").fetchall() == [("arrest", 1)]
    assert con.execute("select list, seq, code from checked.listed_condition").fetchall() == [("arrest", 101, "I469")]
    assert con.execute("select list, death_id from checked.listed_death").fetchall() == [("arrest", "d1")]


LISTED = RULE.replace('grain = "encounter"', 'grain = "encounter"\nlists = ["our_clinic"]').replace(
    "where length_of_stay > $most_days",
    "where length_of_stay > $most_days and encounter_id not in"
    " (select encounter_id from checked.listed_diagnosis where list = 'our_clinic')",
)


def test_a_rule_names_its_lists(tmp_path):
    rule = tmp_path / "many_days.sql"
    rule.write_text(LISTED, encoding="utf-8")
    with pytest.raises(
        RuleError, match=r"many_days\.sql: there is no list our_clinic; there are .*outcome_of_delivery"
    ):
        load_rules([tmp_path])
    write(tmp_path, DIABETES, "our_clinic.csv")
    before = load_rules([tmp_path])
    assert [one.name for one in before.lists_of([before["many_days"]])] == ["our_clinic"]
    write(tmp_path, DIABETES.replace("E13", "E14"), "our_clinic.csv")
    assert load_rules([tmp_path]).hash != before.hash
    rule.write_text(LISTED.replace("list = 'our_clinic'", "list in ('our_clinic', 'twins')"), encoding="utf-8")
    with pytest.raises(RuleError, match=r"many_days\.sql: the header's lists .* differ in twins"):
        load_rules([tmp_path])


def test_a_sites_list_takes_the_place_of_ours_and_is_named_as_a_change(con, tmp_path):
    (tmp_path / "lists").mkdir()
    shutil.copy(SHIPPED / "lists" / "outcome_of_delivery.csv", tmp_path / "lists")
    ruleset = load_rules([tmp_path])
    run_rules(con, ruleset, {"normal_delivery_with_other_outcome": Override(severity="informs", note="our births")})
    assert con.execute(
        "select rule_id, changes, override_note from quality.rule where changes is not null and rule_id like 'normal%'"
    ).fetchall() == [
        (
            "normal_delivery_with_other_outcome",
            "severity warns → informs, list outcome_of_delivery is the site's own",
            "our births",
        )
    ]


def test_every_line_of_our_lists_names_codes_that_there_are():
    """Of the systems whose codes are at hand; a line for other systems cannot be looked up."""
    found = load_code_lists()
    with connect(reference.ensure().path, read_only=True) as con:
        known = {system for (system,) in con.execute("select distinct system from codes.code").fetchall()}
        lost = [
            f"{name}: {each.system} {each.code_from}-{each.code_to}"
            for name, one in found.items()
            for each in one.ranges
            if each.system in known
            and not con.execute(
                "select count(*) from codes.code where system = ? and code between ? and ?",
                [each.system, each.code_from, each.code_to + "~"],
            ).fetchone()[0]
        ]
    assert lost == []
    assert {name for rule in load_rules() for name in rule.header.lists} == set(found)
