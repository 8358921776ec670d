"""What holds of the options of any warehouse."""

from __future__ import annotations

import pytest

from tests.influence.flagged import covers, deaths, empty, flag, stays
from transforms.influence.options import find_options


@pytest.fixture(scope="module")
def many():
    """Eighty stays and twenty deaths with flags of every rule, by a fixed pattern."""
    con = empty()
    covers(con, "2024-01-01", "2024-12-31")
    con.execute("""
        insert into stats.age_band select 't', 'main', 'b', age, age + 19, age from range(0, 100, 20) as t (age)
    """)
    codes = ["I219 E785 I500", "I21 E785", "N40 W19", "O80", "I2109 I500", "P220 I219", "E785", ""]
    stays(con, "stay_id | codes | sex | patient_id | age_years | died\n" + "\n".join(
        f"s{n:02} | {codes[n % 8]} | {'FMFMU'[n % 5]} | p{n % 30} | {n % 90} | {'true' if n % 7 == 0 else 'false'}"
        for n in range(80)
    ))  # fmt: skip
    deaths(con, "death_id | underlying_cause | conditions | patient_id\n" + "\n".join(
        f"d{n:02} | {['R99', 'I219', 'C61'][n % 3]} | {['I500 R99', 'I219', ''][n % 3]} | p{n}" for n in range(20)
    ))  # fmt: skip
    rules = [name for (name,) in con.execute("select rule_id from quality.rule order by 1").fetchall()]
    of_deaths = [name for name in rules if "cause" in name] + ["sex", "age", "dates", "merge"]
    for n in range(240):
        rule, stay = rules[n % len(rules)], f"s{n * 7 % 80:02}"
        other = f"s{(n * 7 + 1 + n % 3) % 80:02}" if "merge" in rule else None
        coded = con.execute("select code from core.diagnosis where encounter_id = ? and seq = 1", [stay]).fetchone()
        flag(con, rule, "diagnosis" if coded and not other else "stay", encounter_id=stay, seq=1 if coded else None,
             code=coded and coded[0], related_id=other)  # fmt: skip
    for n in range(30):
        rule = of_deaths[n % len(of_deaths)]
        other = f"d{(n + 1) % 20:02}" if rule == "merge" else None
        flag(con, rule, "death", death_id=f"d{n % 20:02}", related_id=other)
    for n in range(10):
        flag(con, ["sex", "person", "age"][n % 3], "person", patient_id=f"p{n * 3}")
    find_options(con)
    yield con
    con.close()


def test_as_coded_is_one_option_of_every_record_and_equals_the_contribution(many):
    described = many.sql("describe stats.contribution").fetchall()
    columns = [name for name, *_ in described if name not in ("record_number", "bucket")]
    assert many.execute(f"""
        select {', '.join(columns)} from influence.option where is_coded
        except all select {', '.join(columns)} from stats.contribution
    """).fetchall() == []  # fmt: skip
    assert many.sql("select count(*), count(distinct record) from influence.option where is_coded").fetchone() == (
        *many.sql("select count(*) from influence.record").fetchone() * 2,
    )


def test_shares_sum_to_one_over_what_is_not_as_coded(many):
    low, high, records = many.sql("""
        select min(share), max(share), count(*)
        from (select record, sum(share) as share from influence.option group by record)
    """).fetchone()
    assert records > 80
    assert low == pytest.approx(1)
    assert high == pytest.approx(1)
    # Only lengths of stay at their extremes are possible and not expected.
    none = "select list_sort(list(distinct kind)) from influence.option where share <= 0 and not is_coded"
    assert many.sql(none).fetchone()[0] == ["dates", "several"]


def test_every_state_lists_an_option_for_every_record_of_its_unit(many):
    assert many.sql("select count(distinct unit_id) from influence.state").fetchone()[0] > 3
    assert many.sql("""
        select unit_id, state, r.record
        from (select distinct unit_id, state from influence.state) as s
        join influence.record as r using (unit_id)
        anti join influence.state as t using (unit_id, state, record)
    """).fetchall() == []  # fmt: skip
    # Somewhere all records of the unit are as coded.
    assert many.sql("""
        select unit_id from influence.unit
        anti join (
            select unit_id from (
                select unit_id, state, count(*) filter (is_coded) as coded
                from influence.state join influence.option using (option_id) group by all
            ) join influence.unit using (unit_id) where coded = records
        ) using (unit_id)
        where has_states
    """).fetchall() == []  # fmt: skip


def test_two_runs_give_the_same_tables(many):
    tables = ["unit", "record", "unit_flag", "option", "recoded", "recoded_condition", "state", "added"]
    first = {table: many.sql(f"from influence.{table}").fetchall() for table in tables}
    for table in tables:
        many.execute(f"delete from influence.{table}")
    many.execute("set threads = 4")
    find_options(many)

    assert {table: many.sql(f"from influence.{table}").fetchall() for table in tables} == first


def test_work_tables_are_gone(many):
    assert many.sql("select table_name from duckdb_tables() where temporary").fetchall() == []
