"""Corrections of reviews in core: what follows from them follows, and what has changed since is left alone."""

from __future__ import annotations

import hashlib

ENCOUNTERS = "encounter_id,patient_id,stay_id,facility_type,encounter_class,admission_date,discharge_date,sex,age_years"
DIAGNOSES = "encounter_id,seq,role,code,system\n"
OUTCOMES = "select record_id, is_applied, reason from quality.correction order by review_id"


def as_coded(*values: str) -> str:
    """The hash of what names and places a record."""
    return hashlib.sha256("\x1f".join(values).encode()).hexdigest()[:16]


def encounter(patient: str, admitted: str, discharged: str) -> str:
    return as_coded(f"s:{patient}", "", "inpatient", admitted, discharged)


def test_of_a_stay_the_episodes_that_are_not_dropped_remain(build):
    core = build(
        {
            "encounters.csv": f"{ENCOUNTERS}\n"
            "e1,p1,x,hospital,inpatient,2023-01-01,2023-01-03,F,70\n"
            "e2,p1,x,hospital,inpatient,2023-01-03,2023-01-09,F,70\n"
            "e3,p2,,hospital,inpatient,2023-01-03,2023-01-09,F,70\n",
            "diagnosis.csv": f"{DIAGNOSES}e1,1,principal,E11.9,icd10cm\ne2,1,principal,I21.4,icd10cm\n"
            "e3,1,principal,J18.9,icd10cm\n",
        },
        corrections=[
            ("encounter", "s:e1", None, "dropped", encounter("p1", "2023-01-01", "2023-01-03"), None, None),
            ("encounter", "s:e3", None, "dropped", encounter("p2", "2023-01-03", "2023-01-10"), None, None),
        ],
    )
    assert core("select stay_id, principal_code, length_of_stay, encounters from core.stay order by 1") == [
        ("s:e2", "I214", 6, 1),
        ("s:e3", "J189", 6, 1),
    ]
    assert core("select encounter_id, code from core.diagnosis order by 1") == [("s:e2", "I214"), ("s:e3", "J189")]
    assert core(OUTCOMES) == [("s:e1", True, None), ("s:e3", False, "record_changed")]
    steps = core.steps()
    assert (steps["dropped_by_review"], steps["diagnosis: of_dropped_record"]) == (1, 1)
    assert core("select count(*) from landing.reject") == [(0,)]


def test_a_dropped_death_takes_its_conditions_with_it_and_the_person_lives_on(build):
    core = build(
        {
            "death.csv": "death_id,patient_id,death_date,area,underlying_cause,system\n"
            "d1,p1,2023-01-05,x,I21.9,icd10\nd2,p2,2023-01-06,x,I21.9,icd10\n",
            "death_condition.csv": "death_id,line,seq,code,system\nd1,1,1,J96.9,icd10\nd2,1,1,J96.9,icd10\n",
        },
        corrections=[("death", "s:d1", None, "dropped", as_coded("s:p1", "2023-01-05", "x"), None, None)],
    )
    assert core("select death_id from core.death") == [("s:d2",)]
    assert core("select death_id from core.death_condition") == [("s:d2",)]
    assert core("select patient_id from core.person where death_date is not null") == [("s:p2",)]
    assert core.steps()["dropped_by_review"] == 1
    assert core("select count(*) from landing.reject") == [(0,)]


def test_what_was_impossible_in_a_dropped_record_goes_with_it(build):
    core = build(
        {
            "encounters.csv": f"{ENCOUNTERS}\ne1,p1,,hospital,inpatient,2023-01-01,2023-13-03,F,700\n"
            "e2,p2,,hospital,inpatient,2023-01-01,2023-13-03,F,70\n"
        },
        corrections=[("encounter", "s:e1", None, "dropped", encounter("p1", "2023-01-01", ""), None, None)],
    )
    assert core("select record_id, field from core.field_issue") == [("s:e2", "discharge_date")]


def test_ages_in_years_and_in_days(build):
    core = build(
        {
            "encounters.csv": f"{ENCOUNTERS}\n"
            "e1,p1,,hospital,inpatient,2023-01-01,2023-01-03,F,70\n"
            "e2,p2,,hospital,inpatient,2023-01-01,2023-01-03,F,70\n"
            "e3,p3,,hospital,inpatient,2023-01-01,2023-01-03,F,70\n"
        },
        corrections=[
            ("encounter", "s:e1", None, "age", "70/70/", "7", None),
            ("encounter", "s:e2", None, "age", "70/70/", "3d", None),
            ("encounter", "s:e3", None, "age", "71/71/", "3d", None),
        ],
    )
    assert core("select stay_id, age_years, age_years_max, age_days from core.stay order by 1") == [
        ("s:e1", 7, 7, None),
        ("s:e2", 0, 0, 3),
        ("s:e3", 70, 70, None),
    ]
    assert core(OUTCOMES)[2] == ("s:e3", False, "record_changed")


def test_a_code_that_is_no_longer_in_force_is_not_put_in(build):
    core = build(
        {
            "encounters.csv": f"{ENCOUNTERS}\ne1,p1,,hospital,inpatient,2023-01-01,2023-01-03,F,70\n",
            "diagnosis.csv": f"{DIAGNOSES}e1,1,principal,I21,icd10cm\ne1,2,secondary,I21,icd10cm\n",
        },
        corrections=[
            ("encounter", "s:e1", 1, "diagnosis", "icd10cm I21", "I999", "icd10cm"),
            ("encounter", "s:e1", 2, "diagnosis", "icd10cm I21", "I214", "icd10cm"),
            ("encounter", "s:e1", 3, "diagnosis", "icd10cm I21", "I214", "icd10cm"),
        ],
    )
    assert core("select seq, code_raw, code, code_status from core.diagnosis order by 1") == [
        (1, "I21", "I21", "header"),
        (2, "I21", "I214", "valid"),
    ]
    assert core("select seq, reason from quality.correction order by 1") == [
        (1, "code_not_valid"),
        (2, None),
        (3, "record_absent"),
    ]


def test_a_missing_principal_diagnosis_is_added_once(build):
    files = {
        "encounters.csv": f"{ENCOUNTERS}\n"
        "e1,p1,,hospital,inpatient,2023-01-01,2023-01-03,F,70\ne2,p2,,hospital,inpatient,2023-01-01,2023-01-03,F,70\n",
        "diagnosis.csv": f"{DIAGNOSES}e1,1,secondary,E11.9,icd10cm\ne2,1,principal,E11.9,icd10cm\n",
    }
    given = [("encounter", f"s:e{n}", None, "diagnosis", None, "I214", "icd10cm") for n in (1, 2)]
    core = build(files, corrections=given)
    assert core("select encounter_id, seq, role, code, code_status from core.diagnosis order by 1, 2") == [
        ("s:e1", 1, "secondary", "E119", "valid"),
        ("s:e1", 2, "principal", "I214", "valid"),
        ("s:e2", 1, "principal", "E119", "valid"),
    ]
    assert core("select stay_id, principal_code from core.stay order by 1") == [("s:e1", "I214"), ("s:e2", "E119")]
    assert core(OUTCOMES) == [("s:e1", True, None), ("s:e2", False, "record_changed")]


PERSONS = """
title = "Persons in a file of their own"
[files.persons]
match = ["persons*"]
[files.admissions]
match = ["admissions*"]
[person]
file = "persons"
key = "person"
sex = "sex"
[encounter]
file = "admissions"
key = "number"
[encounter.fields]
patient_id = "person"
facility_type = { constant = "hospital" }
encounter_class = { constant = "inpatient" }
admission_date = "came"
discharge_date = "went"
"""


def test_the_sex_of_a_person_is_corrected_where_the_source_says_it(build):
    sex = [("encounter", f"s:{number}", None, "sex", "M", "F", None) for number in (1, 2)]
    core = build(
        {
            "persons.csv": "person,sex\np1,M\np2,M\n",
            "admissions.csv": "number,person,came,went\n1,p1,2023-01-01,2023-01-02\n2,p1,2023-02-01,2023-02-02\n"
            "3,p2,2023-01-01,2023-01-02\n",
        },
        profile=PERSONS,
        corrections=[*sex, ("person", "s:p1", None, "sex", None, "F", None)],
    )
    assert core("select encounter_id, sex from core.encounter order by 1") == [("s:1", "F"), ("s:2", "F"), ("s:3", "M")]
    assert core("select patient_id, sex, is_sex_disputed from core.person order by 1") == [
        ("s:p1", "F", False),
        ("s:p2", "M", False),
    ]
