"""One person dies once; `died` comes from the disposition, else from a linked death within the stay."""

from __future__ import annotations

from datetime import date

ENCOUNTERS = "encounter_id,patient_id,facility_type,admission_date,discharge_date,discharge_disposition,sex\n"


def test_died_by_disposition_else_by_a_linked_death_within_the_stay(build):
    core = build(
        hospital={
            "encounters.csv": ENCOUNTERS
            + "1,a,hospital,2023-01-01,2023-01-05,died,F\n"
            + "2,b,hospital,2023-01-01,2023-01-05,,F\n"
            + "3,c,hospital,2023-01-01,2023-01-05,,F\n"
            + "4,d,hospital,2023-01-01,2023-01-05,,F\n"
            + "5,b,hospital,2022-01-01,2022-01-05,home,F\n"
        },
        registry={"death.csv": "death_id,patient_id,death_date,sex\nx,b,2023-01-05,F\ny,c,2023-02-01,F\n"},
        settings={"hospital": {"person_scope": "mpi"}, "registry": {"person_scope": "mpi"}},
    )
    assert core("select encounter_id, died from core.encounter order by 1") == [
        ("hospital:1", True),
        ("hospital:2", True),
        ("hospital:3", None),
        ("hospital:4", None),
        ("hospital:5", False),
    ]
    assert core(
        "select patient_id, death_date::varchar, death_source from core.person where death_date is not null order by 1"
    ) == [
        ("mpi:b", "2023-01-05", "registry"),
        ("mpi:c", "2023-02-01", "registry"),
    ]


def test_one_person_dies_once_and_the_certificate_stands(build):
    core = build(
        registry={"death.csv": "death_id,patient_id,death_date\nr1,a,2023-01-05\nr2,b,2023-01-06\n"},
        certificates={
            "death.csv": "death_id,patient_id,death_date,underlying_cause,system\nc1,a,2023-01-05,I21.9,icd10\n",
            "death_condition.csv": "death_id,line,seq,code,system\nc1,1,1,J96.9,icd10\n",
        },
        elsewhere={"death.csv": "death_id,patient_id\ne1,a\n"},
        settings={
            "registry": {"person_scope": "mpi"},
            "certificates": {"person_scope": "mpi"},
            "elsewhere": {"person_scope": "mpi", "collection": "other"},
        },
    )
    assert core("select death_id from core.death order by 1") == [
        ("certificates:c1",),
        ("elsewhere:e1",),
        ("registry:r2",),
    ]
    assert core.steps("registry") == {"rows_read": 2, "same_person": 1, "deaths": 1}
    assert core("select line, seq, code, code_status from core.death_condition") == [(1, 1, "J969", "valid")]


def test_persons_on_whom_sources_disagree_are_of_unknown_sex(build):
    core = build({"encounters.csv": ENCOUNTERS + "1,a,,,,,F\n2,a,,,,,M\n3,b,,,,,F\n4,b,,,,,U\n"})
    assert core("select patient_id, sex, is_sex_disputed from core.person order by 1") == [
        ("s:a", "U", True),
        ("s:b", "F", False),
    ]


def test_disputed_dates_of_a_person_are_kept_side_by_side(build):
    core = build(
        {
            "encounters.csv": "encounter_id,patient_id,birth_date\n1,a,1950-01-01\n2,a,1951-01-01\n3,b,1960-02-02\n",
            "death.csv": "death_id,patient_id,death_date,birth_date\nx,a,2023-05,1950-01-01\n",
        }
    )
    assert core(
        "select patient_id, birth_date, birth_date_earliest::varchar, birth_date_latest::varchar, death_precision "
        "from core.person order by 1"
    ) == [
        ("s:a", None, "1950-01-01", "1951-01-01", "month"),
        ("s:b", date(1960, 2, 2), "1960-02-02", "1960-02-02", None),
    ]


def test_copies_of_payers_and_laboratories_day_cases_and_newborns_are_no_discharges(build):
    core = build(
        {
            "encounters.csv": "encounter_id,facility_type,encounter_class,discharge_date\n"
            "1,hospital,inpatient,2023-01-01\n2,insurer,inpatient,2023-01-01\n3,hospital,day_case,2023-01-01\n"
            "4,hospital,newborn,2023-01-01\n5,hospital,outpatient,2023-01-01\n6,laboratory,laboratory,2023-01-01\n"
        }
    )
    assert core("select stay_id, counts_as_discharge from core.stay order by 1") == [
        ("s:1", True),
        ("s:2", False),
        ("s:3", False),
        ("s:4", False),
    ]


def test_deaths_as_counts_keep_their_weight_and_are_never_one_person(build):
    core = build(
        {
            "death.csv": "death_id,weight,sex,age_years,age_years_max,underlying_cause,system\n"
            "1,12,F,70,74,I21.9,icd10\n2,x,F,80,,I21.9,icd10\n"
        }
    )
    assert core("select weight::int, weight_kind, age_years, age_years_max from core.death order by death_id") == [
        (12, "frequency", 70, 74),
        (1, "frequency", 80, None),
    ]
    assert core("select field, problem from core.field_issue") == [("weight", "not_a_number")]
