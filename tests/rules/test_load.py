"""A rule file that is not in order fails when it is loaded, and the message names it and what to do."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from transforms.rules import Override, RuleError, load_rules
from transforms.rules import test_rules as results_of
from transforms.rules.ruleset import SHIPPED

RULE = '''/*
id = "many_days"
title = "Very long stay"
family = "site"
severity = "informs"
severity_because = "It may well be right."
grain = "encounter"
message = "The stay is very long."
why = "It moves the mean. It may be two stays."
source = "Our own rule"
fix = "Look at the dates."

[parameters.most_days]
default = 100
about = "Days beyond which a stay is very long"

[[effect]]
kind = "dates"
fields = ["admission_date"]

[[example]]
title = "A long stay fires"
given.encounter = """
encounter_id | length_of_stay
e1           | 101
e2           | 100
"""
fires = """
encounter_id
e1
"""

[[example]]
title = "A short one does not"
given.encounter = """
encounter_id | length_of_stay
e1           | 1
"""
fires = ""
*/
select encounter_id, length_of_stay
from checked.encounter
where length_of_stay > $most_days
'''


def load_one(folder: Path, text: str, name: str = "many_days.sql"):
    (folder / name).write_text(text, encoding="utf-8")
    return load_rules([folder])


def test_a_sites_rule_is_loaded_beside_ours(tmp_path):
    rules = load_one(tmp_path, RULE)
    assert rules["many_days"].header.title == "Very long stay"
    assert rules["many_days"].columns == ("encounter_id", "length_of_stay")
    assert len(rules) == len(load_rules()) + 1
    assert [result.problem for result in results_of(rules) if result.rule_id == "many_days"] == [None, None]


def test_a_changed_rule_changes_the_hash(tmp_path):
    before = load_one(tmp_path, RULE).hash
    assert before == load_rules([tmp_path]).hash
    assert before != load_one(tmp_path, RULE.replace("default = 100", "default = 90")).hash


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            'severity = "informs"',
            'severity = "informs"\ncolour = "red"',
            "many_days.sql: colour: unknown key; the keys are",
        ),
        ('title = "Very long stay"', "", "many_days.sql: title: Field required"),
        ('severity = "informs"', 'severity = "shouts"', "many_days.sql: severity: Input should be"),
        ('severity = "informs"', 'severity = "blocks"', "a blocking rule, and no other, has a threshold"),
        ('family = "site"', 'family = "mine"', "family must be one of code"),
        ('kind = "dates"', 'kind = "recode"', "a recode needs at least one"),
        ('kind = "dates"', 'kind = "guess"', "many_days.sql: effect.0.kind: Input should be"),
        ('id = "many_days"', 'id = "few_days"', "the id in the header must be the file's name"),
        ('id = "many_days"', 'id = "many_days', "many_days.sql: the header is not TOML"),
        ("/*", "", "begins with a /* comment */ that holds its header"),
        ("\ne1           | 101", "\ne1 ", "has 1 cells under 2 column names"),
        ("e1           | 1\n", "e1           | 101\n", None),
        ('fires = """\nencounter_id\ne1\n"""', 'fires = ""', "there must be an example that fires"),
        ('fires = ""\n', 'fires = """\nencounter_id\ne1\n"""\n', "there must be an example that does not fire"),
        ("length_of_stay > $most_days", "days > $most_days", 'many_days.sql: Binder Error: Referenced column "days"'),
        ("> $most_days", "> $most", "many_days.sql: "),
        ("select encounter_id, ", "select ", "many_days.sql: the query must also give encounter_id"),
        ("select encounter_id, length", "select *, length", "name the output columns"),
        ("given.encounter", "given.visit", "gives checked.visit, which does not exist"),
        ("encounter_id | length_of_stay", "encounter_id | days", "checked.encounter has no column days"),
        ("The stay is very long.", "The stay of {patient_id} is long.", "the message may not show patient_id"),
        ("The stay is very long.", "The stay is long ({problem}).", "shows problem, which the query does not give"),
        ('grain = "encounter"', 'grain = "encounter"\napplies_to = "days > 1"', 'Referenced column "days"'),
        (
            'grain = "encounter"',
            'grain = "encounter"\napplies_to = "encounter_id in (select patient_id from checked.person)"',
            "applies_to must be a plain condition",
        ),
    ],
)
def test_what_is_not_in_order_is_refused_by_name(tmp_path, old, new, message):
    assert old in RULE
    text = RULE.replace(old, new, 1)
    if message is None:
        problems = [result.problem for result in results_of(load_one(tmp_path, text)) if result.rule_id == "many_days"]
        assert problems[1] == (
            "many_days.sql: the example 'A short one does not' does not behave: of (encounter_id), "
            "should fire but does not: none; fires but should not: [('e1',)]"
        )
        return
    with pytest.raises(RuleError) as problem:
        load_one(tmp_path, text)
    assert "many_days.sql" in str(problem.value)
    assert message in str(problem.value)


def test_an_id_is_used_once(tmp_path):
    shutil.copy(SHIPPED / "code" / "invalid_code.sql", tmp_path)
    with pytest.raises(RuleError, match="the id invalid_code is already that of"):
        load_rules([tmp_path])


def test_an_unknown_rule_names_its_neighbours():
    with pytest.raises(RuleError, match="there is no rule 'sex_conflct'; did you mean sex_conflict"):
        load_rules()["sex_conflct"]


@pytest.mark.parametrize(
    ("override", "message"),
    [
        (Override(parameters={"days": 1}, note="x"), "has no such parameter; it has grace_days, settling_days"),
        (Override(parameters={"grace_days": "many"}, note="x"), "expected int, found str"),
        (Override(threshold=0.1, note="x"), "a threshold means something for a blocking rule only"),
        (Override(severity="blocks", note="x"), 'severity = "blocks" needs a threshold beside it'),
    ],
)
def test_an_override_must_fit_its_rule(override, message):
    with pytest.raises(RuleError, match=message):
        load_rules()["disposition_against_death_date"].settings(override)


def test_an_override_says_in_words_what_it_changes():
    override = Override(threshold=0.05, severity="blocks", note="agreed with the registry")
    settings = load_rules()["invalid_code"].settings(override)
    assert settings.changes == "threshold 0.01 → 0.05"
    assert (settings.threshold, settings.note) == (0.05, "agreed with the registry")
    assert load_rules()["invalid_code"].settings(Override(severity="warns", note="x")).threshold is None
