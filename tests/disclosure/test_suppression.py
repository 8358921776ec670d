"""Primary suppression: what rests on a small count is hidden, and zero, hidden and not applicable differ."""

from __future__ import annotations

import pytest

from tests.measures.warehouse import deaths, empty, shown, stays, table_of
from transforms.disclosure import apply, released
from transforms.disclosure.suppression import DERIVED
from transforms.measures import build_figures

ACTIVITY = ["discharges", "bed_days", "mean_length_of_stay", "in_hospital_deaths", "in_hospital_mortality"]


def hospital(con, facility: str, survivors: int, died: int, weight: int = 1, kind: str = "frequency") -> None:
    for outcome, count in (("false", survivors), ("true", died)):
        row = f"2020-01-01 | {facility} | {outcome} | 3 | {weight} | {kind}\n"
        header = "stay_id | discharge_date | facility_id | died | length_of_stay | weight | weight_kind\n"
        stays(con, header + "".join(f"{facility}{outcome}{i} | {row}" for i in range(count)))


@pytest.fixture
def con():
    con = empty()
    hospital(con, "small", 6, 4)
    hospital(con, "few_deaths", 20, 10)
    hospital(con, "few_survivors", 10, 20)
    hospital(con, "no_deaths", 11, 0)
    hospital(con, "plain", 11, 11)
    hospital(con, "survey", 3, 3, weight=1000, kind="sampling")
    build_figures(con, [table_of(measures=ACTIVITY, margins=[{"by": ["facility_id"], "complete": True}])])
    return con


def test_counts_and_what_rests_on_them_are_hidden(con):
    assert apply(con) == 5 + 2 + 2 + 5
    hidden = shown(
        con, "facility_id, measure", "status = 'suppressed_primary' and facility_id not in ('small', 'survey')"
    )
    assert hidden == [
        ("few_deaths", "in_hospital_deaths"),
        ("few_deaths", "in_hospital_mortality"),
        ("few_survivors", "in_hospital_deaths"),
        ("few_survivors", "in_hospital_mortality"),
    ]


def test_a_release_shows_no_hidden_number(con):
    apply(con)
    shown_rows = (
        released(con)
        .aggregate("status, " + ", ".join(f"count({name}) as {name}" for name in DERIVED), "status")
        .fetchall()
    )
    for status, *counts in shown_rows:
        assert (sum(counts) == 0) == (status in ("suppressed_primary", "not_applicable"))
    full = shown(con, "value", "status = 'suppressed_primary' and value is null")
    assert full == []


def test_zero_is_shown(con):
    apply(con)
    zero = released(con).filter("facility_id = 'no_deaths' and measure = 'in_hospital_deaths'")
    assert zero.project("status, value").fetchall() == [("value", 0.0)]


def test_the_minimum_is_a_setting(con):
    assert apply(con, 1) == 0
    assert apply(con, 4) == 2


def test_small_populations_are_hidden():
    con = empty()
    deaths(con, "death_date | area\n" + "2020-01-01 | A1\n" * 12)
    con.execute("insert into core.population values ('main', null, 2020, 'A1', 'F', 0, null, 15)")
    con.execute("insert into core.population values ('main', null, 2020, 'A2', 'F', 0, null, 9)")
    con.execute("insert into core.population values ('main', null, 2020, 'A3', 'F', 0, null, 1000)")
    build_figures(con, [table_of(measures=["crude_rate"], margins=[{"by": ["area"]}])])
    apply(con)
    # 12 of 15 leave 3 who lived; 9 persons are few; 1,000 without deaths are a rate of 0.
    assert shown(con, "area, status") == [
        ("A1", "suppressed_primary"),
        ("A2", "suppressed_primary"),
        ("A3", "unreliable"),
    ]


def test_a_small_number_left_out_is_not_shown():
    con = empty()
    hospital(con, "F1", 20, 20)
    stays(con, "stay_id | discharge_date | length_of_stay\nunknown | 2020-01-01 | 3")
    build_figures(con, [table_of(measures=["in_hospital_mortality", "discharges"], margins=[{"by": []}])])
    apply(con)
    assert shown(con, "left_out, status", "measure = 'in_hospital_mortality'") == [(1, "value")]
    assert released(con).filter("measure = 'in_hospital_mortality'").project("left_out").fetchall() == [(None,)]
