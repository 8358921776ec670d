"""Stays grouped by MS-DRG: case mix, complications, what cannot be grouped and why."""

from __future__ import annotations

import pytest

from tests.measures.warehouse import covers, diagnoses, empty, shown, stays, table_of
from transforms.measures import Settings, build_figures, records

# Heart failure with a major complication, with none, and twice what no group takes.
STAYS = """
stay_id | facility_id | discharge_date | age_years | sex | principal_system | principal_code | died | date_precision
a       | F1          | 2026-05-01     | 65        | M   | icd10cm          | I5020          | false | day
b       | F1          | 2026-05-01     | 65        | M   | icd10cm          | I5020          | false | day
c       | F2          | 2026-05-01     | 50        | F   | icd10cm          | I214           | true  | day
d       | F2          | 2026-05-01     | 50        | F   | icd10cm          | X999           | false | day
e       | F2          | 2019-05-01     | 50        | F   | icd10cm          | I214           | false | day
f       | F2          | 2026-05-01     |           | F   | icd10cm          | I214           | false | day
g       | F2          | 2026-05-01     | 50        | F   | icd10            | I214           | false | day
"""
DIAGNOSES = """
encounter_id | seq | role      | code  | poa
a            | 1   | principal | I5020 | Y
a            | 2   | secondary | J9601 | Y
b            | 1   | principal | I5020 |
b            | 2   | secondary | I10   |
c            | 1   | principal | I214  |
"""
SHARES = {"measures": ["discharges", "complication_share", "major_complication_share"]}
ON = Settings(reliability="none", msdrg=True)


@pytest.fixture
def con():
    con = empty()
    stays(con, STAYS)
    diagnoses(con, DIAGNOSES)
    covers(con, "2019-01-01", "2026-12-31", "encounter")
    return con


def test_each_stay_has_its_group_or_the_reason_why_not(con):
    build_figures(con, [table_of(**SHARES, margins=[{"by": []}])], ON)
    rows = con.execute(
        "select stay_id, drg, base_drg, severity, problem from stats.stay_drg order by stay_id"
    ).fetchall()
    assert rows == [
        ("a", "291 Heart Failure and Shock with MCC", "291 Heart Failure and Shock", "MCC", None),
        ("b", "293 Heart Failure and Shock without CC/MCC", "291 Heart Failure and Shock", "NONE", None),
        (
            "c", "285 Acute Myocardial Infarction, Expired without CC/MCC",
            "283 Acute Myocardial Infarction, Expired", "NONE", None,
        ),
        ("d", None, None, None, "the grouper says invalid pdx"),
        ("e", None, None, None, "discharged when no version of the grouper at hand was in force"),
        ("f", None, None, None, "the age is not known"),
    ]  # fmt: skip


def test_complications_are_shares_of_the_stays_grouped(con):
    build_figures(con, [table_of(**SHARES, margins=[{"by": []}, {"by": ["base_drg"]}])], ON)
    where = "measure = 'complication_share' and year(period_start) = 2026"
    assert shown(con, "stratum, numerator, denominator, left_out", where) == [
        ("283 Acute Myocardial Infarction, Expired", 0.0, 1.0, 0),
        ("291 Heart Failure and Shock", 1.0, 2.0, 0),
        ("unknown", None, 0.0, 3),
        (None, 1.0, 3.0, 3),
    ]
    ((figure,),) = shown(con, "figure_id", f"{where} and stratum like '291%'")
    assert [row[1] for row in records(con, figure).fetchall()] == ["a"]
    assert len(records(con, figure, "denominator").fetchall()) == 2


def test_the_case_mix_is_the_mean_of_the_weights_in_force(con):
    con.execute(
        "insert into codes.drg_weight values ('291', 1.2683, date '2025-10-01', date '2026-09-30', 'test'), "
        "('291', 9.9999, date '2026-10-01', null, 'test'), ('293', 0.5899, date '2025-10-01', null, 'test')"
    )
    build_figures(con, [table_of(measures=["case_mix_index"], margins=[{"by": []}, {"by": ["facility_id"]}])], ON)
    found = shown(con, "facility_id, value, denominator, reason", "year(period_start) = 2026")
    assert found == [
        ("F1", pytest.approx((1.2683 + 0.5899) / 2), 2.0, None),
        ("F2", None, 0.0, "no relative weights of these MS-DRGs are at hand: add the site's file with farr codes add"),
        (None, pytest.approx((1.2683 + 0.5899) / 2), 2.0, None),
    ]
    ((figure,),) = shown(con, "figure_id", "facility_id = 'F1' and year(period_start) = 2026")
    assert sum(row[-1] for row in records(con, figure).fetchall()) == 12683 + 5899


def test_where_nobody_asks_no_stay_is_grouped_and_the_tables_say_so(con):
    said: list[str] = []
    build_figures(con, [table_of(**SHARES, margins=[{"by": []}])], Settings(), on_progress=said.append)
    assert con.execute("select count(*) from stats.stay_drg").fetchone() == (0,)
    assert shown(con, "*") == []
    assert "No MS-DRGs in main: without figures are table" in said
