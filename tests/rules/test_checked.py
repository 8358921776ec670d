"""The checked relations over a small warehouse."""

from __future__ import annotations

import pytest

from tests.rules.tables import fill
from transforms.rules.checked import attach, relations


@pytest.fixture
def checked(con):
    con.execute("delete from codes.attribute")
    fill(
        con,
        "codes.attribute",
        """
        system  | code | attribute     | value     | valid_from | valid_to   | source
        icd10cm | O80  | sex           | F         | 2015-10-01 | 2024-09-30 | cms_mce
        icd10cm | O80  | sex_ever      | F         |            |            | cms_mce, ever flagged
        icd10cm | O80  | age_class     | maternity | 2015-10-01 | 2019-09-30 | cms_mce
        icd10cm | O80  | age_class     | maternity | 2021-10-01 |            | cms_mce
        icd10   | H360 | manifestation | true      |            |            | who_2016
        icd10   | X    | sex           | F         |            |            | one list
        icd10   | X    | sex           | M         |            |            | another list
        icd10cm | S720 | injury_nature | true      |            |            | chapter 19
        icd10cm | Z370 | unacceptable_principal | true |         |            | cms_mce
        """,
    )
    return con


@pytest.fixture
def coded(checked):
    """Records with two of the codes: of the others nothing is said in `checked`."""
    fill(
        checked,
        "core.diagnosis",
        """
        encounter_id | seq | role      | code | system  | code_status
        e1           | 1   | principal | O80  | icd10cm | valid
        e2           | 1   | principal | X    | icd10   | valid
        """,
    )
    return checked


def test_what_is_said_of_codes_that_no_record_has_is_left_out(coded):
    attach(coded)
    found = coded.execute("select distinct system, code from checked.code order by all").fetchall()
    assert found == [("icd10", "X"), ("icd10cm", "O80")]


def test_what_is_said_of_a_code_is_cut_at_every_change(coded):
    attach(coded)
    found = coded.execute("""
        select cast(valid_from as varchar), cast(valid_to as varchar), sex_limit, sex_limit_ever, is_maternity
        from checked.code where code = 'O80' order by valid_from
    """).fetchall()
    assert found == [
        ("0001-01-01", "0001-01-01", "F", "F", True),
        ("0001-01-02", "2015-09-30", None, "F", False),
        ("2015-10-01", "2019-09-30", "F", "F", True),
        ("2019-10-01", "2021-09-30", "F", "F", False),
        ("2021-10-01", "2024-09-30", "F", "F", True),
        ("2024-10-01", "9999-12-31", None, "F", True),
    ]


def test_a_limit_to_both_sexes_is_none(coded):
    attach(coded)
    assert coded.execute("select distinct sex_limit from checked.code where code = 'X'").fetchall() == [(None,)]


def test_diagnoses_take_what_is_said_on_their_day(checked):
    fill(
        checked,
        "core.encounter",
        """
        encounter_id | admission_date | discharge_date | date_precision
        e1           | 2019-09-01     | 2019-09-30     | day
        e2           | 2019-10-01     |                | day
        e3           |                |                | day
        e4           | 2110-01-01     | 2110-01-02     | shifted
        """,
    )
    fill(
        checked,
        "core.diagnosis",
        """
        encounter_id | seq | role      | code | system  | code_status
        e1           | 1   | principal | O80  | icd10cm | valid
        e1           | 2   | secondary | I214 | icd10cm | valid
        e1           | 3   | secondary | S720 | icd10cm | valid
        e1           | 4   | secondary | Z370 | icd10cm | valid
        e2           | 1   | principal | O80  | icd10cm | valid
        e2           | 2   | secondary | H360 | icd10cm | not_found
        e2           | 3   | secondary | ZZ   | icd10am | unknown
        e3           | 1   | principal | O80  | icd10cm | unknown
        e4           | 1   | principal | H360 | icd10   | unknown
        """,
    )
    attach(checked)
    query = """
        select encounter_id, seq, cast(code_date as varchar), sex_limit, is_maternity, is_manifestation
        from checked.{relation} order by encounter_id, seq
    """
    marked = [
        ("e1", 1, "2019-09-30", "F", True, False),
        ("e2", 1, "2019-10-01", "F", False, False),
        ("e2", 2, "2019-10-01", None, None, None),
        ("e3", 1, None, "F", True, False),
        ("e4", 1, None, None, False, True),
    ]
    assert checked.execute(query.format(relation="marked_diagnosis")).fetchall() == marked
    every = [
        *marked[:1],
        ("e1", 2, "2019-09-30", None, None, None),
        ("e1", 3, "2019-09-30", None, False, False),
        ("e1", 4, "2019-09-30", None, False, False),
        *marked[1:3],
        ("e2", 3, "2019-10-01", None, None, None),
        *marked[3:],
    ]
    assert checked.execute(query.format(relation="diagnosis")).fetchall() == every


def test_the_first_of_several_principal_diagnoses_is_the_encounters(checked):
    fill(checked, "core.encounter", "encounter_id | discharge_date\ne1 | 2023-01-01\ne2 | 2023-01-01")
    fill(
        checked,
        "core.diagnosis",
        """
        encounter_id | seq | role      | code | system  | code_status
        e1           | 2   | principal | B00  | icd10   | not_found
        e1           | 1   | principal | A00  | icd10cm | valid
        e2           | 1   | secondary | C00  | icd10cm | valid
        """,
    )
    attach(checked)
    assert checked.execute(
        "select encounter_id, principal_seq, principal_system, principal_code, principal_code_status "
        "from checked.encounter order by 1"
    ).fetchall() == [("e1", 1, "icd10cm", "A00", "valid"), ("e2", None, None, None, None)]


def test_a_procedure_is_judged_on_its_own_day(checked):
    fill(checked, "core.encounter", "encounter_id | discharge_date\ne1 | 2023-01-09")
    fill(
        checked,
        "core.procedure",
        """
        encounter_id | seq | role      | code    | system   | procedure_date
        e1           | 1   | principal | 0DTJ4ZZ | icd10pcs | 2023-01-05
        e1           | 2   | secondary | 0DTJ4ZZ | icd10pcs |
        """,
    )
    attach(checked)
    assert checked.execute("select seq, cast(code_date as varchar) from checked.procedure order by 1").fetchall() == [
        (1, "2023-01-05"),
        (2, "2023-01-09"),
    ]


def test_places_on_a_certificate_are_numbered_by_line(checked):
    fill(checked, "core.death", "death_id | death_date | system\nd1 | 2019-05-01 | icd10")
    fill(
        checked,
        "core.death_condition",
        """
        death_id | line | seq | code | system
        d1       | 1    | 2   | H360 | icd10
        d1       | 6    | 1   | I10  | icd10
        """,
    )
    attach(checked)
    assert checked.execute(
        "select seq, line, place_on_line, is_manifestation from checked.death_condition order by seq"
    ).fetchall() == [(102, 1, 2, True), (601, 6, 1, None)]


def test_marked_diagnoses_have_columns_of_all_diagnoses():
    assert relations()["marked_diagnosis"].items() <= relations()["diagnosis"].items()


def test_what_the_diagnoses_of_an_encounter_are_together(checked):
    fill(
        checked,
        "core.diagnosis",
        """
        encounter_id | seq | role             | code | system  | poa
        e1           | 1   | principal        | I214 | icd10cm | Y
        e1           | 2   | secondary        | E119 | icd10cm | N
        e1           | 3   | secondary        | Z515 | icd10cm |
        e1           | 7   | external         | W01  | icd10cm |
        e2           | 1   | principal        | Z515 | icd10cm |
        e2           | 2   | secondary        | I214 | icd10cm |
        e2           | 3   | secondary        | E119 | icd10cm |
        e3           | 1   | reason_for_visit | R05  | icd10cm |
        """,
    )
    attach(checked)
    assert checked.execute("""
        select encounter_id, entries, diagnoses, secondary_diagnoses, external_causes, last_seq, has_poa,
            lacks_principal_poa, poa_given, poa_present, is_palliative
        from checked.diagnosis_list order by encounter_id
    """).fetchall() == [
        ("e1", 4, 3, 2, 1, 7, True, False, 1, 0, True),
        ("e2", 3, 3, 2, 0, 3, False, True, 0, 0, True),
        ("e3", 1, 0, 0, 0, 1, False, False, 0, 0, False),
    ]
    hashes = dict(checked.execute("select encounter_id, list_hash from checked.diagnosis_list").fetchall())
    assert hashes["e1"] == hashes["e2"]
    assert hashes["e3"] is None


def test_diagnoses_that_stand_twice_on_a_record(checked):
    fill(
        checked,
        "core.diagnosis",
        """
        encounter_id | seq | role      | code | system
        e1           | 1   | principal | I214 | icd10cm
        e1           | 2   | secondary | E119 | icd10cm
        e1           | 3   | secondary | I214 | icd10cm
        e1           | 4   | admitting | E119 | icd10cm
        e2           | 1   | principal | I214 | icd10cm
        e2           | 2   | secondary | I214 | icd10
        """,
    )
    attach(checked)
    assert checked.execute("select * from checked.repeated_diagnosis order by all").fetchall() == [
        ("e1", 1, "principal", "icd10cm", "I214"),
        ("e1", 3, "secondary", "icd10cm", "I214"),
    ]


def test_an_extract_ends_where_it_says_or_where_its_records_do(checked):
    checked.execute("""
        insert into core.coverage values
            ('a', 'main', 'encounter', '2023-01-01', '2023-12-31', true),
            ('b', 'main', 'encounter', '2023-01-01', '2032-12-31', false)
    """)
    checked.execute("""
        insert into core.encounter by name
        select
            source || n as encounter_id, source, 'main' as collection, 'hospital' as facility_type,
            'inpatient' as encounter_class, 'U' as sex, 1 as weight, 'frequency' as weight_kind,
            'day' as date_precision, 'x' as batch_id, n as row_number, 0 as bucket,
            case when n = 0 then date '2032-05-01' else date '2023-06-30' end as discharge_date
        from unnest(['a', 'b']) as s(source), range(2000) as r(n)
    """)
    attach(checked)
    assert checked.execute(
        "select source, cast(seen_to as varchar) from checked.covered_days order by 1"
    ).fetchall() == [
        ("a", "2023-12-31"),
        ("b", "2023-06-30"),
    ]


def test_claims_that_several_encounters_share_are_told_by_source(checked):
    fill(
        checked,
        "core.encounter",
        """
        encounter_id | source | claim_number
        e1           | s      | C1
        e2           | s      | C1
        e3           | s      | C2
        e4           | t      | C2
        e5           | s      |
        e6           | s      |
        """,
    )
    attach(checked)
    assert checked.execute("select encounter_id from checked.shared_claim order by 1").fetchall() == [("e1",), ("e2",)]
