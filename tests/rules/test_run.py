"""A small warehouse in, flags and results out."""

from __future__ import annotations

from hashlib import sha256

import pytest

from tests.rules.tables import fill
from tests.rules.test_load import RULE
from transforms.rules import Override, RuleError, load_rules, run_rules
from transforms.rules.run import LEAST_TO_HOLD


def result(con, rule_id: str, collection: str = "main"):
    return con.execute(
        "select status, checked, violated, share, is_over_threshold from quality.rule_result "
        "where rule_id = ? and collection = ?",
        [rule_id, collection],
    ).fetchone()


def deliveries(con) -> None:
    """Deliveries in a man, before and after the edit was switched off, and of a woman."""
    fill(
        con,
        "core.encounter",
        """
        encounter_id | patient_id | facility_id | sex | discharge_date | age_years | age_years_max | date_precision
        e1           | p1         | h1          | M   | 2024-09-30     | 30        | 30            | day
        e2           | p2         | h1          | M   | 2024-10-01     | 30        | 30            | day
        e3           | p3         | h1          | F   | 2024-10-01     | 70        | 70            | day
        e4           | p4         | h1          | M   | 2110-01-01     | 30        | 30            | shifted
    """,
    )
    fill(
        con,
        "core.diagnosis",
        """
        encounter_id | seq | role      | code | system
        e1           | 1   | principal | O80  | icd10cm
        e2           | 1   | principal | O80  | icd10cm
        e3           | 1   | principal | O80  | icd10cm
        e4           | 1   | principal | O80  | icd10cm
    """,
    )


def test_flags_name_their_record_and_what_they_rest_on(con):
    deliveries(con)
    run_rules(con, load_rules())
    flags = con.execute(
        "select rule_id, encounter_id, patient_id, collection, domain, seq, code from quality.flag "
        "where rule_id like 'age_%' or rule_id like 'sex_%' order by all"
    ).fetchall()
    assert flags == [
        ("age_conflict", "e3", "p3", "main", "diagnosis", 1, "O80"),
        ("sex_conflict", "e1", "p1", "main", "diagnosis", 1, "O80"),
        ("sex_conflict", "e4", "p4", "main", "diagnosis", 1, "O80"),
        ("sex_plausibility", "e2", "p2", "main", "diagnosis", 1, "O80"),
    ]
    assert result(con, "sex_conflict") == ("failed", 4, 2, 0.5, False)
    assert result(con, "sex_plausibility") == ("failed", 3, 1, pytest.approx(1 / 3), False)
    assert result(con, "cause_sex_conflict") == ("not_applicable", 0, 0, None, False)
    assert result(con, "invalid_code") == ("passed", 4, 0, 0.0, False)


def test_a_rule_without_what_the_site_must_bring_in_does_not_apply(con):
    deliveries(con)
    fill(
        con,
        "core.procedure",
        "encounter_id | seq | role | code | system | units\ne1 | 1 | secondary | 99213 | hcpcs | 5",
    )
    run_rules(con, load_rules())
    status, message = con.execute(
        "select status, message from quality.rule_result where rule_id = 'units_above_limit'"
    ).fetchone()
    assert status == "not_applicable"
    assert message == "the site has not brought in what fills unit_limit; docs/sources.md says how"


def test_identifiers_can_be_recomputed(con):
    deliveries(con)
    run_rules(con, load_rules())
    flag_id, evidence, group_key = con.execute(
        "select flag_id, evidence, group_key from quality.flag where encounter_id = 'e1' and rule_id = 'sex_conflict'"
    ).fetchone()

    def digest(*parts):
        return sha256("\x1f".join(parts).encode()).hexdigest()[:16]

    assert flag_id == digest("sex_conflict", "e1", "diagnosis", "1", "")
    assert evidence == digest("O80", "icd10cm", "principal", "M", "female")
    assert group_key == digest("sex_conflict", "O80", "h1", "")


def test_nothing_of_checked_stays_behind_and_a_second_run_finds_the_same(con):
    deliveries(con)
    run_rules(con, load_rules())
    first = con.execute("select * from quality.flag").fetchall()
    assert con.execute("select count(*) from duckdb_databases() where database_name = 'checked'").fetchone() == (0,)
    con.execute("delete from quality.flag; delete from quality.rule; delete from quality.rule_result")
    run_rules(con, load_rules())
    assert con.execute("select * from quality.flag").fetchall() == first


def test_rows_of_counts_count_by_their_weight_and_survey_rows_once(con):
    fill(
        con,
        "core.death",
        """
        death_id | sex | underlying_cause | underlying_cause_raw | system | death_date | weight | weight_kind
        d1       | F   | C61              | C61                  | icd10  | 2019-01-01 | 7      | frequency
        d2       | M   | C61              | C61                  | icd10  | 2019-01-01 | 13     | frequency
        d3       | F   | C61              | C61                  | icd10  | 2019-01-01 | 99     | sampling
    """,
    )
    run_rules(con, load_rules())
    assert result(con, "cause_sex_conflict") == ("failed", 21, 8, pytest.approx(8 / 21), False)
    assert con.execute("select count(*) from quality.flag").fetchone() == (2,)


def unknown_codes(con, bad: int) -> None:
    """Ten diagnoses, of which the first so many have a code that no one knows."""
    fill(con, "core.encounter", "encounter_id | discharge_date\n" + "\n".join(f"e{n} | 2023-01-01" for n in range(10)))
    fill(
        con,
        "core.diagnosis",
        "encounter_id | seq | role | code | system | code_status\n"
        + "\n".join(f"e{n} | 1 | principal | A00 | icd10cm | {'not_found' if n < bad else 'valid'}" for n in range(10)),
    )


@pytest.mark.parametrize(("bad", "held"), [(1, False), (LEAST_TO_HOLD, True)])
def test_a_single_record_never_holds_a_release(con, bad, held):
    unknown_codes(con, bad)
    run_rules(con, load_rules())
    assert result(con, "invalid_code") == ("failed", 10, bad, bad / 10, held)


@pytest.mark.parametrize(
    ("verdict", "evidence", "settled", "held"),
    [
        ("confirmed_correct", "evidence", 2, False),
        ("accepted_exception", "evidence", 2, False),
        ("corrected", "evidence", 0, True),
        ("cannot_determine", "evidence", 0, True),
        ("confirmed_correct", "'another'", 0, True),
    ],
)
def test_what_reviewers_found_right_holds_no_release(con, verdict, evidence, settled, held):
    unknown_codes(con, 3)
    run_rules(con, load_rules())
    con.execute(
        f"""
        insert into quality.review by name
        select flag_id as review_id, flag_id, {evidence} as evidence, ? as verdict
        from quality.flag where rule_id = 'invalid_code' and encounter_id <> 'e0'
        """,
        [verdict],
    )
    con.execute("delete from quality.flag; delete from quality.rule; delete from quality.rule_result")
    run_rules(con, load_rules())
    assert result(con, "invalid_code") == ("failed", 10, 3, 0.3, held)
    found = con.execute("select settled from quality.rule_result where rule_id = 'invalid_code'").fetchone()[0]
    assert found == settled


def test_a_code_of_unknown_status_never_fires(con):
    fill(con, "core.encounter", "encounter_id | discharge_date\ne1 | 2023-01-01")
    fill(
        con,
        "core.diagnosis",
        "encounter_id | seq | role | code | system | code_status\ne1 | 1 | principal | ZZZ | icd10am | unknown",
    )
    run_rules(con, load_rules())
    assert con.execute("select rule_id from quality.flag").fetchall() == []
    assert result(con, "invalid_code")[0] == "passed"
    assert result(con, "header_code")[0] == "not_applicable"


def test_rules_between_records_stay_within_their_collection(con):
    stays = "stay_id | collection | patient_id | admission_date | discharge_date | principal_code | principal_system"
    fill(con, "core.encounter", "encounter_id | collection | patient_id\ne1 | a | p\ne2 | b | p\ne3 | b | p")
    fill(
        con,
        "core.stay",
        stays
        + "".join(
            f"\n{stay} | {collection} | p | 2023-01-01 | 2023-01-05 | I214 | icd10cm"
            for stay, collection in (("e1", "a"), ("e2", "b"), ("e3", "b"))
        ),
    )
    run_rules(con, load_rules())
    flags = con.execute(
        "select encounter_id, related_id, collection, domain from quality.flag where rule_id = 'duplicate_stay'"
    )
    assert flags.fetchall() == [("e3", "e2", "b", "stay")]
    assert result(con, "duplicate_stay", "a") == ("passed", 1, 0, 0.0, False)
    assert result(con, "duplicate_stay", "b") == ("failed", 2, 1, 0.5, False)


def site_rule(tmp_path, query: str, name: str = "many_days"):
    text = RULE.replace("many_days", name)
    head = text[: text.index("*/") + 2]
    (tmp_path / f"{name}.sql").write_text(head + query, encoding="utf-8")
    return load_rules([tmp_path])


def test_a_rule_that_fails_on_the_data_is_an_error_and_the_others_go_on(con, tmp_path):
    deliveries(con)
    query = (
        "\nselect encounter_id, cast(patient_id as integer) as number "
        "from checked.encounter where age_years > $most_days - 100"
    )
    run_rules(con, site_rule(tmp_path, query))
    status, checked, violated, share, over = result(con, "many_days")
    assert (status, checked, violated, share, over) == ("error", 0, 0, None, False)
    message = con.execute("select message from quality.rule_result where rule_id = 'many_days'").fetchone()[0]
    assert message == (
        "many_days.sql: the query failed on these data (Conversion error); mend it and run `farr rules test`"
    )
    assert result(con, "sex_conflict")[0] == "failed"


def test_findings_that_name_no_record_or_another_collection_are_errors(con, tmp_path):
    fill(con, "core.encounter", "encounter_id | collection | patient_id\ne1 | a | p\ne2 | b | p")
    lost = "\nselect patient_id as encounter_id, length_of_stay from checked.encounter where $most_days > 0"
    site_rule(tmp_path, lost, "lost")
    crossing = (
        "\nselect one.encounter_id, other.encounter_id as related_id from checked.encounter as one "
        "inner join checked.encounter as other on one.patient_id = other.patient_id "
        "and one.encounter_id < other.encounter_id where $most_days > 0"
    )
    run_rules(con, site_rule(tmp_path, crossing, "crossing"))
    messages = dict(con.execute("select rule_id, message from quality.rule_result where status = 'error'").fetchall())
    assert messages == {
        "lost": "its findings name records that the warehouse has not; select the key of its grain",
        "crossing": "its findings relate records of two collections; join on the collection too",
    }
    assert con.execute("select count(*) from quality.flag where rule_id in ('lost', 'crossing')").fetchone() == (0,)


def test_a_site_switches_off_and_sets_otherwise_with_a_note(con, tmp_path):
    deliveries(con)
    con.execute("update core.encounter set length_of_stay = 50")
    query = "\nselect encounter_id, length_of_stay from checked.encounter where length_of_stay > $most_days"
    run_rules(
        con,
        site_rule(tmp_path, query),
        {
            "sex_conflict": Override(off=True, note="sex is kept apart here"),
            "many_days": Override(parameters={"most_days": 40}, note="a day hospital"),
        },
    )
    assert result(con, "sex_conflict")[0] == "not_applicable"
    assert result(con, "many_days") == ("failed", 4, 4, 1.0, False)
    assert con.execute(
        "select rule_id, is_off, changes, override_note, parameters from quality.rule "
        "where changes is not null order by rule_id"
    ).fetchall() == [
        ("many_days", False, "most_days 100 → 40", "a day hospital", '{"most_days": 40}'),
        ("sex_conflict", True, "off", "sex is kept apart here", "{}"),
    ]


def test_an_override_of_no_rule_is_refused(con):
    with pytest.raises(RuleError, match="there is no rule 'sex_conflct'"):
        run_rules(con, load_rules(), {"sex_conflct": Override(off=True, note="x")})


def test_impossible_fields_of_any_record_are_flagged_once_a_record(con):
    fill(con, "core.encounter", "encounter_id | patient_id\ne1 | p1\ne2 | p2")
    fill(con, "core.person", "patient_id | collection\np1 | main\np2 | main")
    fill(con, "core.death", "death_id | underlying_cause_raw\nd1 | A00")
    fill(
        con,
        "core.field_issue",
        """
        record_kind | record_id | seq | field          | raw_value  | problem
        encounter   | e1        |     | admission_date | 2023-02-30 | impossible_date
        encounter   | e1        |     | discharge_date | 2023-02-31 | impossible_date
        diagnosis   | e1        | 2   | code           | 1.00E+10   | spreadsheet_damage
        death       | d1        |     | death_date     | 2023-13-01 | impossible_date
        person      | p1        |     | birth_date     | 1823       | impossible_date
    """,
    )
    run_rules(con, load_rules())
    assert result(con, "impossible_date") == ("failed", 5, 3, 0.6, False)
    assert result(con, "spreadsheet_damage") == ("failed", 5, 1, 0.2, False)
    assert con.execute("""
        select encounter_id, death_id, patient_id, domain, seq from quality.flag
        where rule_id in ('impossible_date', 'spreadsheet_damage') order by all
    """).fetchall() == [
        ("e1", None, "p1", "diagnosis", 2),
        ("e1", None, "p1", "encounter", None),
        (None, "d1", None, "death", None),
        (None, None, "p1", "person", None),
    ]


def test_flags_carry_the_code_that_may_have_been_meant(con):
    con.execute("""
        insert into codes.system by name
        select 'icd10cm' as system, 'x' as title, 'diagnosis' as kind, date '2015-10-01' as known_from,
            date '2027-03-31' as known_to;
        insert into codes.validity values
            ('icd10cm', 'S72001A', '2015-10-01', null), ('icd10cm', 'I2720', '2017-10-01', null),
            ('icd10cm', 'I272', '2015-10-01', '2017-09-30'), ('icd10cm', 'Q210', '2015-10-01', null)
    """)
    fill(
        con,
        "core.encounter",
        "encounter_id | discharge_date | date_precision\ne1 | 2020-01-01 | day\ne2 | 2020-05-01 | day\n"
        "e3 | 2017-01-01 | day\n",
    )
    fill(
        con,
        "core.diagnosis",
        """
        encounter_id | seq | role      | code   | system  | code_status
        e1           | 1   | principal | S72001 | icd10cm | header
        e2           | 1   | principal | I272   | icd10cm | retired
        e2           | 2   | secondary | Q2109  | icd10cm | not_found
        e2           | 3   | secondary | 9999   | icd10cm | not_found
        e3           | 1   | principal | I2720  | icd10cm | not_yet_valid
        """,
    )
    run_rules(con, load_rules())
    found = con.execute("select rule_id, code, suggestion from quality.flag where suggestion is not null order by all")
    assert found.fetchall() == [
        ("code_out_of_date", "I272", "I2720"),
        ("code_out_of_date", "I2720", "I272"),
        ("invalid_code", "Q2109", "Q210"),
        ("missing_seventh_character", "S72001", "S72001A"),
    ]


def test_a_confirmed_sex_speaks_for_the_persons_other_records(con):
    fill(
        con,
        "core.encounter",
        """
        encounter_id | patient_id | sex | discharge_date | date_precision | condition_codes
        e1           | p1         | M   | 2024-11-01     | day            |
        e2           | p1         | M   | 2024-12-01     | day            |
        e3           | p2         | M   | 2024-12-01     | day            |
        e4           | p3         | M   | 2024-12-01     | day            | 07, 45
        """,
    )
    fill(
        con,
        "core.diagnosis",
        "encounter_id | seq | role | code | system\n"
        + "\n".join(f"e{n} | 1 | principal | O80 | icd10cm" for n in range(1, 5)),
    )
    flags = "select encounter_id from quality.flag where rule_id = 'sex_plausibility' order by 1"
    run_rules(con, load_rules())
    assert con.execute(flags).fetchall() == [("e1",), ("e2",), ("e3",)]
    con.execute("""
        insert into quality.review by name
        select 'r1' as review_id, flag_id, evidence, 'confirmed_correct' as verdict
        from quality.flag where rule_id = 'sex_plausibility' and encounter_id = 'e1'
    """)
    con.execute("delete from quality.flag; delete from quality.rule; delete from quality.rule_result")
    run_rules(con, load_rules())
    assert con.execute(flags).fetchall() == [("e1",), ("e3",)]
    con.execute("update quality.review set evidence = 'another'")
    con.execute("delete from quality.flag; delete from quality.rule; delete from quality.rule_result")
    run_rules(con, load_rules())
    assert con.execute(flags).fetchall() == [("e1",), ("e2",), ("e3",)]
