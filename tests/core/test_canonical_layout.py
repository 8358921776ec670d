"""What the canonical layout takes beside the contract's own words."""

from __future__ import annotations

import pytest

ENCOUNTER = "encounter_id,patient_id,facility_id,admission_date,discharge_date,sex,age_years,"


def test_encounters_that_give_the_same_stay_are_one(build):
    core = build(
        {
            "encounter.csv": ENCOUNTER + "stay_id,died\n"
            "E1,P1,H,2024-01-01,2024-01-05,F,40,S1,false\n"
            "E2,P1,H,2024-01-05,2024-01-09,F,40,S1,true\n"
            "E3,P2,H,2024-01-01,2024-01-02,F,40,,false\n"
            "E4,P3,H,2024-01-01,2024-01-02,F,40,,false\n"
        }
    )
    assert core("select stay_id, encounters, died, length_of_stay from core.stay order by all") == [
        ("s:E1", 2, True, 8),
        ("s:E3", 1, False, 1),
        ("s:E4", 1, False, 1),
    ]
    assert core.steps()["folded_into_stay"] == 1


def test_encounters_without_a_stay_still_follow_a_patient_who_was_there(build):
    core = build(
        {
            "encounter.csv": ENCOUNTER + "stay_id,discharge_disposition\n"
            "E1,P1,H,2024-01-01,2024-01-05,F,40,S1,home\n"
            "E2,P2,H,2024-01-01,2024-01-31,F,40,,still_patient\n"
            "E3,P2,H,2024-02-01,2024-02-09,F,40,,home\n"
        }
    )
    assert core("select stay_id, encounters, length_of_stay from core.stay order by all") == [
        ("s:E1", 1, 4),
        ("s:E2", 2, 39),
    ]


@pytest.mark.parametrize(
    ("written", "disposition", "died"),
    [
        ("died", "died", True),
        ("20", "died", True),
        ("Expired", "died", True),
        ("01", "home", False),
        ("30", "still_patient", False),
        ("transferred", "transferred", False),
        ("unknown", None, None),
        ("somewhere", None, None),
    ],
)
def test_dispositions_in_the_contracts_words_and_in_those_of_the_ub04(build, written, disposition, died):
    core = build(
        {"encounter.csv": ENCOUNTER + f"discharge_disposition\nE1,P1,H,2024-01-01,2024-01-05,F,40,{written}\n"}
    )
    assert core("select discharge_disposition, died from core.encounter") == [(disposition, died)]
    problems = core("select field, raw_value, problem from core.field_issue")
    assert problems == ([("discharge_disposition", "somewhere", "unmapped_value")] if written == "somewhere" else [])


@pytest.mark.parametrize(("written", "sex"), [("f", "F"), ("Female", "F"), ("male", "M"), ("unknown", "U"), ("1", "U")])
def test_sexes_in_words_but_never_in_digits(build, written, sex):
    core = build({"encounter.csv": ENCOUNTER + f"x\nE1,P1,H,2024-01-01,2024-01-05,{written},40,\n"})
    assert core("select sex from core.encounter") == [(sex,)]
    assert core("select raw_value from core.field_issue") == ([("1",)] if written == "1" else [])


@pytest.mark.parametrize(
    ("disposition", "given", "died"),
    [("died", "false", True), ("home", "", False), ("", "true", True), ("", "false", False), ("", "", None)],
)
def test_a_death_by_disposition_or_as_the_source_says(build, disposition, given, died):
    core = build(
        {
            "encounter.csv": ENCOUNTER + "discharge_disposition,died\n"
            f"E1,P1,H,2024-01-01,2024-01-05,F,40,{disposition},{given}\n"
        }
    )
    assert core("select died from core.encounter") == [(died,)]
