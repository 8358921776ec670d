"""One impossible field costs the field and never the record; a row without a key costs the row."""

from __future__ import annotations

HEADER = (
    "encounter_id,patient_id,admission_date,discharge_date,sex,age_years,discharge_disposition,system,dx1,dx2,poa1\n"
)


def test_each_impossible_field_is_null_and_kept_raw(build):
    core = build(
        {
            "encounters.csv": HEADER
            + "1,p1,2023-02-30,2023-03-01,F,40,home,icd10cm,I21.4,,Y\n"
            + "2,p2,2023-03-10,2023-03-01,M,41,home,icd10cm,I21.4,,Y\n"
            + "3,p3,2023-03-01,2023-03-02,Q,300,gone,icd10cm,1.00E+10,E11.9,?\n"
            + "4,p4,2023-03-01,2023-03-02,M,x,home,icd10cm,5/10/2023,E11.9,N\n"
        }
    )
    assert core("select record_id, seq, field, raw_value, problem from core.field_issue order by all") == [
        ("s:1", None, "admission_date", "2023-02-30", "impossible_date"),
        ("s:2", None, "discharge_date", "2023-03-01", "discharge_before_admission"),
        ("s:3", 1, "code", "1.00E+10", "spreadsheet_damage"),
        ("s:3", 1, "poa", "?", "unmapped_value"),
        ("s:3", None, "age_years", "300", "impossible_age"),
        ("s:3", None, "discharge_disposition", "gone", "unmapped_value"),
        ("s:3", None, "sex", "Q", "unmapped_value"),
        ("s:4", 1, "code", "5/10/2023", "spreadsheet_damage"),
        ("s:4", None, "age_years", "x", "not_a_number"),
    ]
    assert core(
        "select encounter_id, admission_date is null, discharge_date is null, length_of_stay, sex, age_years, died "
        "from core.encounter order by all"
    ) == [
        ("s:1", True, False, None, "F", 40, False),
        ("s:2", False, True, None, "M", 41, False),
        ("s:3", False, False, 1, "U", None, None),
        ("s:4", False, False, 1, "M", None, False),
    ]
    assert core("select code, code_status from core.diagnosis where encounter_id = 's:3' order by seq") == [
        (None, "malformed"),
        ("E119", "valid"),
    ]


def test_a_discharge_whose_date_is_impossible_is_a_discharge(build):
    core = build(
        {"encounters.csv": "encounter_id,admission_date,discharge_date\n1,2023-01-05,2023-01-01\n2,2023-01-05,\n"}
    )
    assert core("select stay_id, discharge_date, counts_as_discharge from core.stay order by all") == [
        ("s:1", None, True),
        ("s:2", None, False),
    ]


def test_a_row_without_key_is_rejected_with_its_text(build):
    core = build({"encounters.csv": HEADER + '1,p1,,,F,,,,,,\n,"p ""x"", 2",,,F,,,,,,\n'})
    assert core("select row_number, reason, raw from landing.reject") == [
        (2, "missing_key", ',"p ""x"", 2",,,F,,,,,,'),
    ]
    assert core.steps() == {
        "rows_read": 2,
        "rows_rejected": 1,
        "encounters": 1,
        "stays": 1,
    }


def test_dates_of_months_and_years_keep_their_precision(build):
    core = build(
        {
            "encounters.csv": "encounter_id,admission_date,discharge_date\n"
            "1,2023-01,2023-02\n2,2022,2022\n3,,2023-05-06\n"
        }
    )
    assert core(
        "select discharge_date::varchar, date_precision, length_of_stay from core.encounter order by encounter_id"
    ) == [
        ("2023-02-01", "month", None),
        ("2022-01-01", "year", None),
        ("2023-05-06", "day", None),
    ]


def test_age_follows_from_the_birth_date_and_days_below_one_year(build):
    core = build(
        {
            "encounters.csv": "encounter_id,birth_date,admission_date\n"
            "1,2000-02-29,2023-02-28\n2,2023-01-01,2023-01-11\n"
            "3,2024-01-01,2023-01-01\n"
        }
    )
    assert core("select age_years, age_years_max, age_days from core.encounter order by encounter_id") == [
        (22, 22, None),
        (0, 0, 10),
        (None, None, None),
    ]


def test_hostile_names_and_values_are_only_text(build):
    profile = """
title = "Hostile"
[files.e]
match = ["*"]
[encounter]
file = "e"
key = 'id"; drop table core.encounter; --'
[encounter.fields]
facility_id = "it's \\"here\\""
[[diagnosis]]
columns = ["d'x{n}"]
system = { constant = "icd10cm" }
"""
    long = "x" * 100_000
    core = build(
        {"a.csv": f'"id""; drop table core.encounter; --","it\'s ""here""",d\'x1\n\'; drop table x; --,{long},I21.4\n'},
        profile=profile,
    )
    assert core("select encounter_id, length(facility_id) from core.encounter") == [("s:'; drop table x; --", 100_000)]
    assert core("select code from core.diagnosis") == [("I214",)]
