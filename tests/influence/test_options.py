"""What single flags allow their records, effect by effect."""

from __future__ import annotations

import pytest

from tests.influence.flagged import covers, deaths, flag, found, stays
from transforms.influence.options import find_options
from transforms.influence.options.find import LONGEST_STAY


def test_a_flag_that_drops_leaves_the_record_out_and_its_columns_as_coded(con):
    stays(con, "stay_id | codes\ns1 | I219")
    flag(con, "drop", encounter_id="s1")

    assert found(con, "kind, rule_id, is_coded, is_absent, is_named, share, code, bed_days", "true") == [
        ("coded", None, True, False, True, 0.0, "I219", 4),
        ("drop", "drop", False, True, True, 1.0, "I219", 4),
    ]
    assert con.sql("from influence.unit").fetchall() == [(1, "main", 1, 1, False, False)]
    assert con.sql("from influence.unit_flag").fetchall() == [("flag001", 1, 1, "drop", True)]


def test_flags_without_effect_on_figures_and_flags_on_other_records_have_no_options(con):
    stays(con, "stay_id | codes | class\ns1 | I219 |\ns2 | I219 | newborn")
    flag(con, "none", encounter_id="s1")
    flag(con, "drop", encounter_id="s2")
    flag(con, "category", "procedure", encounter_id="s1", seq=1, code="0X0")

    find_options(con)

    assert con.sql("from influence.option").fetchall() == []
    assert con.sql("from influence.unit_flag").fetchall() == []


@pytest.mark.parametrize(
    ("verdict", "evidence", "options"),
    [
        ("confirmed_correct", "e", 0),
        ("accepted_exception", "e", 0),
        ("corrected", "e", 0),
        ("cannot_determine", "e", 2),
        ("confirmed_correct", "earlier", 2),
    ],
)
def test_a_decision_closes_a_flag_as_long_as_its_evidence_stands(con, verdict, evidence, options):
    stays(con, "stay_id | codes\ns1 | I219")
    flag(con, "drop", encounter_id="s1")
    con.execute(
        "insert into quality.review (review_id, flag_id, evidence, verdict) values ('r', 'flag001', ?, ?)",
        [evidence, verdict],
    )

    assert len(found(con, "option_id", "true")) == options


def test_of_an_outcome_the_other_one_and_of_an_unknown_one_both(con):
    stays(con, "stay_id | codes | died\ns1 | I219 | true\ns2 | I219 | false")
    stays(con, "stay_id | codes\ns3 | I219")
    con.execute("update core.stay set died = null where stay_id = 's3'")
    for stay_id in ("s1", "s2", "s3"):
        flag(con, "outcome", encounter_id=stay_id)

    assert found(con, "record_id, died, share") == [
        ("s1", False, 1.0),
        ("s2", True, 1.0),
        ("s3", False, 0.5),
        ("s3", True, 0.5),
    ]


def test_of_a_sex_the_other_one_and_of_an_unknown_one_both(con):
    stays(con, "stay_id | codes | sex\ns1 | I219 | M\ns2 | I219 | U")
    flag(con, "sex", encounter_id="s1")
    flag(con, "sex", encounter_id="s2")

    assert found(con, "record_id, sex, is_named") == [("s1", "F", True), ("s2", "F", True), ("s2", "M", True)]


def test_a_record_of_another_person_is_a_patient_of_its_own(con):
    stays(con, "stay_id | codes | patient_id\ns1 | I219 | p1")
    flag(con, "person", encounter_id="s1")

    assert found(con, "kind, patient_id") == [("person", "s1")]


def test_ages_are_those_of_the_flagged_code_and_one_stands_for_a_band(con):
    con.execute("""
        insert into stats.age_band
        select 't', 'main', 'band', age, age + 9, age from range(0, 100, 10) as t (age)
    """)
    stays(con, "stay_id | codes | age_years\ns1 | O80 | 70\ns2 | I219 | 4")
    flag(con, "age", "diagnosis", encounter_id="s1", seq=1, code="O80")
    flag(con, "age", encounter_id="s2")

    assert found(con, "age_years, age_years_max, is_named", "record_id = 's1' and not is_coded") == [
        (age, age, True) for age in (9, 10, 20, 30, 40, 50, 60)
    ]
    assert found(con, "age_years, is_named", "record_id = 's2' and not is_coded") == [
        (age, False) for age in (0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100)
    ]


def test_a_death_under_one_year_is_early_late_or_after_the_first_weeks(con):
    deaths(con, "death_id | underlying_cause | age_years\nd1 | I219 | 0")
    flag(con, "age_days", "death", death_id="d1")

    assert found(con, "age_years, age_days, is_named") == [(0, 0, True), (0, 7, True), (0, 28, True)]


def test_without_another_date_on_record_any_covered_month_is_open_and_names_nothing(con):
    covers(con, "2024-03-15", "2024-06-30")
    stays(con, "stay_id | codes\ns1 | I219")
    con.execute("update core.stay set admission_date = null")
    flag(con, "dates", encounter_id="s1")

    assert found(con, "event_date::varchar, bed_days, is_named, share") == [
        (day, days, False, 0.125)
        for day in ("2024-03-15", "2024-04-01", "2024-05-01", "2024-06-01")
        for days in (0, LONGEST_STAY)
    ]


def test_a_stay_ends_after_it_began_and_is_as_long_as_that_and_the_month_allow(con):
    covers(con, "2024-01-01", "2024-06-20")
    stays(con, "stay_id | codes | discharge_date\ns1 | I219 | 2024-05-10")
    con.execute("update core.stay set discharge_date = null, length_of_stay = null")
    flag(con, "dates", encounter_id="s1")

    assert found(con, "event_date::varchar, bed_days, is_named") == [
        ("2024-05-06", 0, False), ("2024-05-31", 25, False), ("2024-06-01", 26, False), ("2024-06-20", 45, False),
    ]  # fmt: skip


def test_a_stay_ends_within_a_year(con):
    covers(con, "2024-01-01", "2026-12-31")
    stays(con, "stay_id | codes | discharge_date\ns1 | I219 | 2024-05-10")
    flag(con, "dates", encounter_id="s1")

    assert found(con, "max(event_date)::varchar, max(bed_days)") == [("2025-05-06", 365)]


def test_lengths_are_expected_as_coded_elsewhere_in_the_collection(con):
    covers(con, "2024-01-01", "2024-12-31")
    rows = ["s1 | I219 | 2024-05-10", *(f"s{n} | I219 | 2024-03-{n + 10}" for n in range(2, 12))]
    stays(con, "stay_id | codes | discharge_date\n" + "\n".join(rows))
    # Nine stays of 3 to 11 days, and one of 40, which would end in the month after the next.
    con.execute("update core.stay set length_of_stay = substr(stay_id, 2)::integer + 1 where stay_id <> 's1'")
    con.execute("update core.stay set length_of_stay = 60 where stay_id = 's11'")
    flag(con, "dates", encounter_id="s1")

    assert found(con, "event_date::varchar, bed_days, share", "share > 0") == [
        ("2024-05-13", 7, 0.9), ("2024-07-05", 60, 0.1),
    ]  # fmt: skip


def test_the_date_of_death_is_the_other_date_where_there_is_one(con):
    covers(con, "2024-01-01", "2024-06-30")
    stays(con, "stay_id | codes | patient_id\ns1 | I219 | p1")
    con.execute("insert into core.person (patient_id, collection, sex, death_date, death_precision) values "
                "('p1', 'main', 'F', '2024-05-08', 'day')")  # fmt: skip
    flag(con, "dates", encounter_id="s1")

    assert found(con, "event_date::varchar, bed_days, is_named") == [("2024-05-08", 2, True)]


def test_a_doubtful_admission_leaves_the_end_and_opens_the_length(con):
    covers(con, "2024-01-01", "2024-06-30")
    stays(con, "stay_id | codes\ns1 | I219")
    flag(con, "admission", encounter_id="s1")

    assert found(con, "event_date::varchar, bed_days, is_named") == [
        ("2024-05-10", 0, False), ("2024-05-10", LONGEST_STAY, False),
    ]  # fmt: skip
