"""Every shipped profile loads, and a profile that is wrong says where and what was expected."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from transforms.profiles import BadProfile, load_profile, shipped_profiles

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "profiles.md"

GOOD = """
title = "Site"
[files.e]
match = ["e*"]
[encounter]
file = "e"
key = "id"
[encounter.fields]
sex = { column = "sex", map = { 1 = "M" } }
"""


def error_of(folder: Path, text: str) -> str:
    (folder / "site.toml").write_text(text, encoding="utf-8")
    with pytest.raises(BadProfile) as caught:
        load_profile("site", [folder])
    return str(caught.value)


def test_every_profile_of_the_contract_is_shipped_and_loads():
    named = {"farr", "sample", "desynpuf", "mimic", "tuva", "hes", "sih", "sim", "nhds", "argentina"}
    assert named <= set(shipped_profiles())
    for name in shipped_profiles():
        assert load_profile(name).name == name


@pytest.mark.parametrize(
    ("wrong", "right", "message"),
    [
        (
            "[encounter.fields]",
            "[encounter.feilds]",
            "profile site.toml: encounter.feilds: unknown key; did you mean 'fields'?",
        ),
        ("sex = {", "sexe = {", "profile site.toml: encounter.fields.sexe: unknown key; did you mean 'sex'?"),
        ('"M"', '"Male"', "encounter.fields.sex: 'Male' is no sex; known here: F, M, U"),
        ('file = "e"', 'file = "f"', "encounter.file: no file role 'f'; known here: e"),
        ('key = "id"', "", "profile site.toml: encounter.key: missing"),
        (
            'column = "sex"',
            'column = "sex", constant = "M"',
            "expected exactly one of constant, cases, column, columns",
        ),
        ('match = ["e*"]', 'match = "e*"', "files.e.match: Input should be a valid tuple (found str)"),
        ("[files.e]", "[files.e", "profile site.toml: cannot be read as TOML"),
    ],
)
def test_a_mistake_is_named_with_its_key(tmp_path, wrong, right, message):
    assert message in error_of(tmp_path, GOOD.replace(wrong, right))


def test_an_unknown_profile_is_answered_with_those_there_are(tmp_path):
    with pytest.raises(BadProfile, match="there is no profile 'mimik'; did you mean 'mimic'"):
        load_profile("mimik", [tmp_path])


def test_a_profile_may_extend_another_and_a_site_s_own_goes_before_the_shipped(tmp_path):
    (tmp_path / "mine.toml").write_text('extends = "argentina"\n[death.fields]\ndeath_date = { constant = "2020" }\n')
    mine = load_profile("mine", [tmp_path])
    assert mine.death.fields.death_date.constant == "2020"
    assert mine.death.fields.weight.column == "CUENTA"
    (tmp_path / "hes.toml").write_text(GOOD)
    assert load_profile("hes", [tmp_path]).title == "Site"
    assert "extends: did you mean 'mimic'?" in error_of(tmp_path, 'extends = "mimi"\n')


def test_the_documented_example_is_a_profile(tmp_path):
    example = re.search(r"```toml\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL).group(1)
    (tmp_path / "example.toml").write_text(example, encoding="utf-8")
    profile = load_profile("example", [tmp_path])
    assert [value.column for value in profile.encounter.key] == ["site", "case_no"]
