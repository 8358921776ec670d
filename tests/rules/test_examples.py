"""Every example of every rule behaves as its file says: one case an example."""

from __future__ import annotations

import pytest

from transforms.rules import load_rules
from transforms.rules.examples import run_example
from transforms.rules.ruleset import empty_checked

CASES = [(rule, example) for rule in load_rules() for example in rule.header.example]


@pytest.fixture(scope="module")
def con():
    with empty_checked() as connection:
        yield connection


@pytest.mark.parametrize(("rule", "example"), CASES, ids=[f"{rule.id}: {example.title}" for rule, example in CASES])
def test_example_behaves(con, rule, example):
    assert run_example(con, rule, example).problem is None
