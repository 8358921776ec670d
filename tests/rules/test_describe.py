"""The rules in words."""

from __future__ import annotations

from transforms.rules import load_rules
from transforms.rules.describe import list_rules, reference, show_rule
from transforms.rules.write_reference import REFERENCE


def test_the_reference_is_that_of_the_rule_files():
    expected = reference(load_rules())
    assert REFERENCE.read_text(encoding="utf-8") == expected, "run `python -m transforms.rules.write_reference`"


def test_a_line_a_rule():
    lines = {line.rule_id: line for line in list_rules(load_rules())}
    assert lines["sex_conflict"].systems == "icd10cm, icd9cm, icd10"
    assert lines["duplicate_stay"].severity == "blocks"


def test_a_page_says_what_a_coder_needs():
    page = show_rule(load_rules()["sex_conflict"])
    assert "Diagnosis is limited to the other sex" in page
    assert "age or sex is another (sex); or the code is another (a code of the same chapter, and a code that" in page
    assert "e1           | 1   | principal | C61  | icd10   | F   | M" in page
    assert "nothing fires" in page
