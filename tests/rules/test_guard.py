"""A rule's query can look at the checked relations, and at nothing else."""

from __future__ import annotations

import pytest

from transforms.rules import RuleError
from transforms.rules.guard import check_query, columns_of

RELATIONS = ("encounter", "death")


@pytest.mark.parametrize(
    "query",
    [
        "select encounter_id from checked.encounter where age_years > $most",
        "with old as (select encounter_id from checked.encounter) select encounter_id from old",
        "select e.encounter_id, row_number() over (order by e.encounter_id) as n from checked.encounter as e",
        "select encounter_id from checked.encounter union all select death_id from checked.death",
        "select unnest([1, 2]) as n from checked.encounter, unnest([1]) as t(x)",
        "select encounter_id, count(*) as n from checked.encounter group by all having count(*) > 1",
    ],
)
def test_a_plain_select_passes(query):
    check_query("rule.sql", query, RELATIONS)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("delete from checked.encounter", "exactly one SELECT"),
        ("select 1 as x; select 2 as x", "exactly one SELECT"),
        ("copy (select 1) to '/tmp/x.csv'", "exactly one SELECT"),
        ("attach '/tmp/x.duckdb'", "exactly one SELECT"),
        ("pragma database_list", "exactly one SELECT"),
        ("select x from read_csv('/etc/passwd')", "the table function read_csv is not for rules"),
        ("select x from checked.encounter where exists (select 1 from read_text('/etc/passwd'))", "read_text"),
        ("select x from '/etc/passwd.csv'", "no relation that a rule may read"),
        ("select x from core.encounter", "there are checked.death, checked.encounter"),
        ("select x from checked.visit", "'visit' is no relation"),
        ("select x from duckdb_settings()", "duckdb_settings is not for rules"),
        ("select x from query('select 1')", "query is not for rules"),
        ('with "/etc/passwd.csv" as (select 1 as x) select x from "/etc/passwd.csv"', "in plain lower-case letters"),
        ("select random() as x from checked.encounter", "random is unknown, or its answer changes"),
        ("select encounter_id from checked.encounter where discharge_date < current_date", "current_date changes"),
        ("select encounter_id from checked.encounter where discharge_date < today()", "today is unknown, or"),
        ("select current_setting('memory_limit') as x from checked.encounter", "current_setting is unknown"),
        ("select getvariable('x') as x from checked.encounter", "getvariable is unknown"),
        ("select encounter_id from checked.encounter using sample 10", "remove the sample"),
        ("select * from checked.encounter", "name the output columns"),
        ("select encounter_id from checked.encounter union all select * from checked.death", "name the output columns"),
        ("selct 1", "rule.sql: Parser Error"),
    ],
)
def test_anything_else_is_refused(query, message):
    with pytest.raises(RuleError) as problem:
        check_query("rule.sql", query, RELATIONS)
    assert str(problem.value).startswith("rule.sql: ")
    assert message in str(problem.value)


def test_the_columns_of_a_condition():
    assert columns_of("rule.sql", "role = 'principal' and sex in ('F', 'M')") == {"role", "sex"}
    assert columns_of("rule.sql", "true") == frozenset()


def test_a_condition_is_no_way_in():
    with pytest.raises(RuleError):
        columns_of("rule.sql", "true) union all select 1 from read_csv('/etc/passwd'")
