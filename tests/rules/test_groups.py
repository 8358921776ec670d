"""Rules about groups: how records are put together, what is held against what, and what is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rules.tables import fill
from transforms.rules import Override, RuleError, load_rules, run_rules

RULE = '''/*
id = "deaths_of_groups"
title = "Deaths more often than elsewhere"
family = "site"
severity = "informs"
severity_because = "It may well be right."
grain = "group"
message = "More deaths than elsewhere."
why = "It moves the rate. It may be the patients."
source = "Our own rule"
fix = "Look at the records."

[comparison]
against = ["peers"]
distribution = "binomial"
direction = "above"
levels = ["facility", "department"]

[parameters.q]
default = 0.05
about = "q"

[parameters.least_records]
default = 30
about = "records"

[parameters.least_ratio]
default = 1.5
about = "ratio"

[[effect]]
kind = "none"

[[example]]
title = "Many fire"
given.encounter = """
collection | facility_id | died  | records
main       | h1          | true  | 50
main       | h1          | false | 50
main       | h2          | true  | 5
main       | h2          | false | 95
"""
fires = """
level    | facility_id | observed | expected
facility | h1          | 0.5      | 0.05
"""

[[example]]
title = "None does not"
given.encounter = """
collection | facility_id | died  | records
main       | h1          | false | 50
"""
fires = ""
*/
select
    collection,
    facility_id,
    department,
    coalesce(sum(records) filter (died), 0) as observed,
    sum(records) as records
from checked.encounter
group by all
'''


def site_rule(folder: Path, text: str = RULE):
    (folder / "deaths_of_groups.sql").write_text(text, encoding="utf-8")
    return load_rules([folder])


def encounters(con, collection: str, facility: str, department: str, died: int, survived: int) -> None:
    for fate, number in (("true", died), ("false", survived)):
        fill(
            con,
            "core.encounter",
            f"""
            encounter_id                         | collection   | facility_id | department   | died   | weight
            {collection}{facility}{department}{fate} | {collection} | {facility}  | {department} | {fate} | {number}
            """,
        )


def found(con) -> list[tuple]:
    return con.execute("""
        select collection, level, facility_id, department, round(observed, 3), round(expected, 3), records
        from quality.group_flag where rule_id = 'deaths_of_groups' order by all
    """).fetchall()


def test_groups_are_compared_within_their_collection_and_department(con, tmp_path):
    encounters(con, "main", "h1", "surgery", 50, 50)
    encounters(con, "main", "h2", "surgery", 5, 95)
    encounters(con, "main", "h1", "hospice", 90, 10)
    encounters(con, "other", "h3", "surgery", 1, 999)
    run_rules(con, site_rule(tmp_path))
    # The hospice has no like elsewhere, and the other collection is no peer.
    assert found(con) == [
        ("main", "department", "h1", "surgery", 0.5, 0.05, 100),
        ("main", "facility", "h1", None, 0.7, 0.05, 200),
    ]
    assert con.execute("""
        select collection, status, checked, violated from quality.rule_result
        where rule_id = 'deaths_of_groups' order by all
    """).fetchall() == [("main", "failed", 4, 2), ("other", "not_applicable", 0, 0)]


def test_no_group_is_flagged_on_a_record(con, tmp_path):
    encounters(con, "main", "h1", "surgery", 50, 50)
    encounters(con, "main", "h2", "surgery", 5, 95)
    run_rules(con, site_rule(tmp_path))
    assert con.execute("select count(*) from quality.flag where rule_id = 'deaths_of_groups'").fetchone() == (0,)
    key, q_value, effect = con.execute(
        "select group_flag_id, q_value, effect from quality.group_flag where level = 'facility'"
    ).fetchone()
    assert (len(key), effect) == (16, "none")
    assert q_value < 1e-6


def test_a_site_sets_what_is_worth_saying(con, tmp_path):
    encounters(con, "main", "h1", "surgery", 50, 50)
    encounters(con, "main", "h2", "surgery", 25, 75)
    rules = site_rule(tmp_path)
    override = Override(parameters={"least_ratio": 3.0}, note="a hospital of last resort")
    run_rules(con, rules, {"deaths_of_groups": override})
    assert found(con) == []
    assert con.execute(
        "select changes, override_note from quality.rule where rule_id = 'deaths_of_groups'"
    ).fetchone() == ("least_ratio 1.5 → 3.0", "a hospital of last resort")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('severity = "informs"', 'severity = "blocks"\nthreshold = 0.1', "a rule about groups never blocks"),
        ('grain = "group"', 'grain = "encounter"', "a rule about groups, and no other, has a [comparison]"),
        ('kind = "none"', 'kind = "drop"', "is none or add"),
        ("[parameters.q]", "[parameters.p]", "has the parameters q and least_records"),
        ("[parameters.least_ratio]", "[parameters.ratio]", "what is worth saying: least_ratio or least_difference"),
        ('against = ["peers"]', 'against = ["given"]', "the query must also give expected"),
        ('against = ["peers"]', 'against = ["history"]', "the query must also give period_end, period_start"),
        ('against = ["peers"]', 'against = ["given", "peers"]', "is held against nothing else"),
        ('distribution = "binomial"', 'distribution = "normal"', "the query must also give squares"),
        ("    department,", "", "the query must also give department"),
        ("    department,", "    department,\n    source,", "gives source, which no rule about groups has"),
        ('distribution = "binomial"', 'distribution = "dice"', "comparison.distribution: Input should be"),
    ],
)
def test_what_is_not_in_order_is_refused_by_name(tmp_path, old, new, message):
    assert old in RULE
    with pytest.raises(RuleError) as problem:
        site_rule(tmp_path, RULE.replace(old, new, 1))
    assert "deaths_of_groups.sql" in str(problem.value)
    assert message in str(problem.value)
