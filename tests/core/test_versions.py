"""Duplicates, later versions, bills that replace or void: each row has one fate, and the steps add up."""

from __future__ import annotations

import pytest

BILLS = (
    "encounter_id,claim_number,bill_type,patient_id,facility_id,admission_date,discharge_date,discharge_disposition,"
    "replaces\n"
)


def bills(*rows: str) -> dict[str, str]:
    return {"encounters.csv": BILLS + "".join(f"{row}\n" for row in rows)}


def test_an_exact_duplicate_counts_once_and_another_row_of_the_same_key_is_rejected(build):
    core = build(
        {
            "encounters.csv": "encounter_id,sex,dx1,system\n1,F,I21.4,icd10cm\n1,F,I21.4,icd10cm\n"
            "1,M,J18.9,icd10cm\n2,F,,\n"
        }
    )
    assert core("select encounter_id, sex from core.encounter order by all") == [("s:1", "F"), ("s:2", "F")]
    assert core("select code from core.diagnosis") == [("I214",)]
    assert core("select row_number, reason from landing.reject") == [(3, "duplicate_key")]
    assert core.steps() == {"rows_read": 4, "rows_rejected": 1, "exact_duplicate": 1, "encounters": 2, "stays": 2}


def test_by_record_the_latest_version_of_each_key_stands(build):
    core = build(
        {
            "encounters_1.csv": "encounter_id,sex,dx1,system\n1,F,I21.4,icd10cm\n2,F,I21.4,icd10cm\n",
            "encounters_2.csv": "encounter_id,sex,dx1,system\n1,M,J18.9,icd10cm\n",
        },
        settings={"s": {"update": "by_record"}},
    )
    assert core(
        "select e.encounter_id, sex, code from core.encounter e join core.diagnosis using (encounter_id) order by 1"
    ) == [
        ("s:1", "M", "J189"),
        ("s:2", "F", "I214"),
    ]
    assert core.steps()["later_version"] == 1


def test_by_record_a_version_column_decides_before_the_order_of_files(build):
    core = build(
        {"encounters.csv": "encounter_id,sex,version\n1,F,10\n1,M,9\n"},
        settings={"s": {"update": "by_record"}},
    )
    assert core("select sex from core.encounter") == [("F",)]


def test_a_replacement_supersedes_the_whole_claim(build):
    core = build(bills("a,C1,111,p,H,,,,", "b,C1,117,p,H,,,,", "c,C2,111,p,H,,,,"))
    assert core("select encounter_id from core.encounter order by 1") == [("s:b",), ("s:c",)]
    assert core.steps()["replaced"] == 1


def test_a_void_cancels_the_version_before_it_and_never_a_later_rebill(build):
    core = build(bills("a,C1,111,p,H,,,,", "v,C1,118,p,H,,,,", "r,C1,111,p,H,,,,"))
    assert core("select encounter_id from core.encounter") == [("s:r",)]
    assert {step: core.steps()[step] for step in ("voided", "void", "encounters")} == {
        "voided": 1,
        "void": 1,
        "encounters": 1,
    }


def test_a_void_cancels_the_version_that_it_names(build):
    core = build(bills("a,,111,p,H,,,,", "b,,111,p,H,,,,", "v,,118,p,H,,,,a"))
    assert core("select encounter_id from core.encounter") == [("s:b",)]


def test_the_void_of_a_replacement_leaves_nothing(build):
    core = build(bills("a,C1,111,p,H,,,,", "b,C1,117,p,H,,,,", "v,C1,118,p,H,,,,"))
    assert core("select count(*) from core.encounter") == [(0,)]
    steps = core.steps()
    assert steps["rows_read"] == steps["replaced"] + steps["voided"] + steps["void"] == 3


def test_interim_bills_are_one_stay_and_the_last_gives_the_diagnosis(build):
    header = BILLS.strip() + ",system,dx1\n"
    core = build(
        {
            "encounters.csv": header
            + "a,,112,p,H,2023-01-01,2023-01-31,still_patient,,icd10cm,I21.4\n"
            + "b,,113,p,H,2023-01-01,2023-02-28,still_patient,,icd10cm,E11.9\n"
            + "c,,114,p,H,2023-01-01,2023-03-05,home,,icd10cm,J18.9\n"
            + "d,,111,p,H,2023-06-01,2023-06-02,home,,icd10cm,J18.9\n"
        }
    )
    assert core(
        "select stay_id, encounters, length_of_stay, principal_code, counts_as_discharge from core.stay order by 1"
    ) == [("s:a", 3, 63, "J189", True), ("s:d", 1, 1, "J189", True)]
    assert core.steps()["folded_into_stay"] == 2


@pytest.mark.parametrize(("admitted", "stays"), [("2023-01-11", 1), ("2023-01-12", 1), ("2023-01-14", 2)])
def test_status_30_joins_the_next_record_within_a_day(build, admitted, stays):
    core = build(bills(f"b,,,p,H,{admitted},2023-01-20,home,", "a,,,p,H,2023-01-01,2023-01-11,still_patient,"))
    assert core("select count(*) from core.stay") == [(stays,)]


def test_rows_of_a_code_file_without_their_record_are_rejected_by_name(build):
    core = build(
        {
            "encounters.csv": "encounter_id\n1\n",
            "diagnoses.csv": "encounter_id,seq,code,system\n1,1,I21.4,icd10cm\n1,1,I21.4,icd10cm\n1,1,E11.9,icd10cm\n"
            "9,1,I21.4,icd10cm\n,1,I21.4,icd10cm\n",
        }
    )
    assert core("select row_number, reason from landing.reject order by 1") == [
        (4, "no_such_encounter"),
        (5, "missing_key"),
    ]
    assert core("select seq, role, code from core.diagnosis order by 1") == [
        (1, "principal", "I214"),
        (2, "secondary", "E119"),
    ]
    assert core.steps()["diagnosis: exact_duplicate"] == 1


def test_versions_of_replaced_and_voided_claims_are_kept(build):
    core = build(
        bills(
            "a,C1,111,p,H,,,,",
            "b,C1,117,p,H,,,,",
            "c,C2,111,p,H,,,,",
            "d,C3,111,q,H,,,,",
            "e,C3,118,q,H,,,,d",
            "f,C4,118,q,H,,,,gone",
            "g,C5,117,q,H,,,,",
        )
    )
    assert core(
        "select bill_id, claim, frequency, outcome, superseded_by, names_bill_id from core.bill order by place"
    ) == [
        ("s:a", "C1", "1", "replaced", "s:b", None),
        ("s:b", "C1", "7", "stands", None, None),
        ("s:d", "C3", "1", "voided", "s:e", None),
        ("s:e", "C3", "8", "void", None, "s:d"),
        ("s:f", "C4", "8", "void", None, "s:gone"),
        ("s:g", "C5", "7", "stands", None, None),
    ]
    assert core("select encounter_id from core.encounter order by 1") == [("s:b",), ("s:c",), ("s:g",)]


def test_what_the_source_says_of_death_and_payment_is_kept_as_it_says_it(build):
    core = build(
        {
            "encounters.csv": "encounter_id,discharge_disposition,died,claim_status\n"
            "1,home,true,paid\n2,died,false,denied\n3,home,,lost\n"
        }
    )
    assert core("select encounter_id, died, died_reported, claim_status from core.encounter order by 1") == [
        ("s:1", True, True, "paid"),
        ("s:2", True, False, "denied"),
        ("s:3", False, None, None),
    ]
    assert core("select field, raw_value, problem from core.field_issue") == [
        ("claim_status", "lost", "unmapped_value")
    ]
