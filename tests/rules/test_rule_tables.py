"""Tables that rules read beside the records: ours, a site's own in their place, and files that are not in order."""

from __future__ import annotations

import pytest

from transforms.rules import RuleError, load_rules
from transforms.rules.checked import attach
from transforms.rules.rule_tables import load_rule_tables

SETTING = load_rule_tables()["setting"]
HEAD = ",".join(SETTING.columns)


def write(folder, text: str, name: str = "setting.csv"):
    (folder / "tables").mkdir(exist_ok=True)
    (folder / "tables" / name).write_text(text, encoding="utf-8")
    return folder


def test_ours_fill_the_relations_that_rules_read(con):
    attach(con, tables=load_rule_tables())
    assert con.execute(
        "select procedure_systems, poa, needs_disposition, most_diagnoses from checked.setting "
        "where facility_type = 'hospital' and encounter_class = 'inpatient'"
    ).fetchall() == [("icd10pcs icd9proc", "required", True, 25)]
    assert con.execute(
        "select code_from, code_to from checked.indication "
        "where operation = 'appendix' and part = 'procedure' and system = 'opcs4'"
    ).fetchall() == [("H01", "H02")]


def test_a_setting_and_an_operation_stand_once(con):
    attach(con, tables=load_rule_tables())
    assert con.execute(
        "select count(*) - count(distinct (facility_type, encounter_class)) from checked.setting"
    ).fetchone() == (0,)
    overlapping = con.execute("""
        select one.operation, one.part, one.system, one.code_from
        from checked.indication as one
        inner join checked.indication as other
            on one.operation = other.operation and one.part = other.part and one.system = other.system
            and one.code_from <= other.code_to || '~' and other.code_from <= one.code_to || '~'
        where (one.code_from, one.code_to) < (other.code_from, other.code_to)
    """).fetchall()
    assert overlapping == []


def test_a_sites_own_takes_the_place_of_ours_and_changes_the_hash(tmp_path):
    line = "clinic,inpatient,true" + "," * (len(SETTING.columns) - 3)
    rules = load_rules([write(tmp_path, f"{HEAD}\n{line}\n")])
    assert [row[:3] for row in rules.tables["setting"].rows] == [("clinic", "inpatient", "true")]
    assert rules.hash != load_rules().hash


@pytest.mark.parametrize(
    ("text", "name", "message"),
    [
        (f"{HEAD}\n", "setting.csv", "setting.csv: the table is empty"),
        (f"{HEAD}\nclinic,inpatient\n", "setting.csv", "setting.csv, line 2: has 2 fields, expected"),
        ("facility_type\nclinic\n", "setting.csv", "setting.csv: the columns must be facility_type, encounter_class"),
        ("a,b\n1,2\n", "settings.csv", "settings.csv: rules read no table of this name; they read indication, setting"),
    ],
)
def test_what_is_not_in_order_is_refused_by_its_name(tmp_path, text, name, message):
    with pytest.raises(RuleError) as problem:
        load_rules([write(tmp_path, text, name)])
    assert str(problem.value).startswith(message)


def test_a_value_that_does_not_fit_is_refused_with_its_line(con, tmp_path):
    line = "clinic,inpatient,perhaps" + "," * (len(SETTING.columns) - 3)
    with pytest.raises(RuleError, match=r"^setting\.csv, line 2: a value does not fit its column"):
        attach(con, tables=load_rule_tables([write(tmp_path, f"{HEAD}\n{line}\n")]))
