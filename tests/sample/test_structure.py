"""The clean sample hangs together: settings, persons, deaths, claims, certificates and codes agree with one another."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from transforms.sample.generate import LISTS

Tables = duckdb.DuckDBPyConnection

STAYS = "encounter_class in ('inpatient', 'newborn', 'long_term')"


def count(con: Tables, condition: str) -> int:
    return con.execute(f"select count(*) from {condition}").fetchone()[0]


def test_facilities_and_their_classes(clean_tables: Tables) -> None:
    found = clean_tables.execute(
        "select facility_type, list(distinct encounter_class order by encounter_class) from encounters "
        "group by all order by all"
    ).fetchall()
    assert found == [
        ("clinic", ["outpatient"]),
        ("hospital", ["day_case", "emergency", "inpatient", "newborn", "outpatient"]),
        ("laboratory", ["laboratory"]),
        ("nursing_home", ["long_term"]),
        ("physician_office", ["professional"]),
        ("rehabilitation", ["inpatient"]),
    ]
    assert count(clean_tables, "(select distinct facility_id from encounters where facility_type = 'hospital')") == 3


def test_identifiers_are_unique(clean_tables: Tables) -> None:
    for table, key in (("encounters", "encounter_id"), ("claims", "encounter_id"), ("death", "death_id")):
        assert count(clean_tables, f"(select {key} from {table} group by all having count(*) > 1)") == 0


def test_a_claim_is_the_copy_of_one_encounter(clean_tables: Tables) -> None:
    own = "encounter_id, facility_type, coder_id"
    copies = count(
        clean_tables,
        f"(select * exclude ({own}) from claims intersect all select * exclude ({own}) from encounters)",
    )
    assert copies == count(clean_tables, "claims") > 0
    assert clean_tables.execute("select distinct facility_type, coder_id from claims").fetchall() == [("insurer", None)]


def test_no_code_of_the_other_sex(clean_tables: Tables) -> None:
    assert (
        count(clean_tables, "encounters where sex = 'M' and (dx1 like 'O%' or dx1 like 'N8%' or dx1 like 'C5%6%')") == 0
    )
    assert count(clean_tables, "encounters where sex = 'F' and (dx1 like 'N40%' or dx1 like 'C61%')") == 0
    assert count(clean_tables, "encounters where dx1 like 'O%'") > 100


def test_nobody_is_in_two_beds_or_comes_after_death(clean_tables: Tables) -> None:
    assert (
        count(
            clean_tables,
            f"(select * from encounters where {STAYS}) as a join (select * from encounters where {STAYS}) as b "
            "on a.patient_id = b.patient_id and a.encounter_id < b.encounter_id "
            "and a.admission_date < coalesce(b.discharge_date, '9999') "
            "and b.admission_date < coalesce(a.discharge_date, '9999')",
        )
        == 0
    )
    assert (
        count(clean_tables, "encounters as e join death as d using (patient_id) where e.admission_date > d.death_date")
        == 0
    )


def test_deaths_in_hospital_are_registered_on_their_day(clean_tables: Tables) -> None:
    died = count(clean_tables, "encounters where discharge_disposition = 'died'")
    registered = count(
        clean_tables,
        "encounters as e join death as d on d.patient_id = e.patient_id and d.death_date = e.discharge_date "
        "and d.facility_id = e.facility_id where e.discharge_disposition = 'died'",
    )
    assert died == registered == count(clean_tables, "death where facility_id is not null") > 0


def test_ages_follow_from_the_dates_of_birth(clean_tables: Tables) -> None:
    assert (
        count(
            clean_tables,
            "encounters where age_years::integer <> extract('year' from age(admission_date::date, birth_date::date))"
            " or (age_years = '0') <> (age_days is not null)",
        )
        == 0
    )
    assert count(clean_tables, "encounters where encounter_class = 'newborn' and age_days <> '0'") == 0


def test_present_on_admission_is_given_for_the_stays_of_acute_hospitals(clean_tables: Tables) -> None:
    given = "(facility_type = 'hospital' and encounter_class in ('inpatient', 'newborn'))"
    assert count(clean_tables, f"encounters where (poa1 is not null) <> {given}") == 0
    for i in (1, 2, 10, 25):
        assert count(clean_tables, f"encounters where poa{i} is not null and dx{i} is null") == 0


def test_procedures_speak_the_code_system_of_their_setting(clean_tables: Tables) -> None:
    systems = clean_tables.execute(
        "select e.encounter_class, list(distinct p.system) from procedures as p "
        "join encounters as e using (encounter_id) group by all order by all"
    ).fetchall()
    assert dict(systems) == {
        "day_case": ["hcpcs"],
        "emergency": ["hcpcs"],
        "inpatient": ["icd10pcs"],
        "laboratory": ["hcpcs"],
        "long_term": ["hcpcs"],
        "newborn": ["icd10pcs"],
        "outpatient": ["hcpcs"],
        "professional": ["hcpcs"],
    }
    assert count(clean_tables, "procedures where (system = 'hcpcs') <> (diagnosis_pointers is not null)") == 0


def test_a_certificate_ends_with_its_underlying_cause(clean_tables: Tables) -> None:
    last = "(select death_id, max_by(code, line) as code from death_condition where line <> '6' group by death_id)"
    assert count(
        clean_tables, f"death as d join {last} as c using (death_id) where d.underlying_cause = c.code"
    ) == count(clean_tables, "death")


def test_coders_stand_in_the_roster_and_some_work_for_several_facilities(clean_tables: Tables) -> None:
    assert count(clean_tables, "encounters anti join coders using (coder_id, facility_id)") == 0
    assert count(clean_tables, "(select coder_id from coders group by all having count(*) > 1)") >= 6
    assert {row[0] for row in clean_tables.execute("select distinct work_location from coders").fetchall()} == {
        "on_site",
        "remote",
    }


def test_respiratory_stays_peak_in_winter(clean_tables: Tables) -> None:
    winter, summer = clean_tables.execute(
        "select count(*) filter (admission_date[6:7] in ('12', '01', '02')), "
        "count(*) filter (admission_date[6:7] in ('06', '07', '08')) from encounters where dx1 like 'J%'"
    ).fetchone()
    assert winter > 1.3 * summer


@pytest.mark.parametrize(
    ("file", "columns"),
    [
        ("conditions.csv", ("code", "companions")),
        ("comorbidities.csv", ("codes",)),
        ("external_causes.csv", ("code",)),
    ],
)
def test_poa_exempt_codes_are_those_of_the_official_list(
    shared_lists: Path, file: str, columns: tuple[str, ...]
) -> None:
    con = duckdb.connect()
    used = " || ' ' || ".join(f"coalesce({column}, '')" for column in columns)
    wrong = con.execute(
        f"""
        with used as (
            select distinct unnest(string_split(trim({used}), ' ')) as code
            from read_csv('{LISTS / file}', header = true)
        )
        select code from used
        where code <> '' and (code in (select code from read_csv('{LISTS / "poa_exempt.csv"}')))
            <> (replace(code, '.', '') in (select code from read_csv('{shared_lists / "poa_exempt_fy2020.csv"}')))
        """
    ).fetchall()
    assert wrong == []
