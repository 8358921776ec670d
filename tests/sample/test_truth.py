"""The truth names every injected error, and nothing else differs from the clean sample of the same seed."""

from __future__ import annotations

import duckdb

from transforms.sample import SampleFiles

KINDS = {
    "age_conflict",
    "delivery_without_outcome",
    "discharge_before_admission",
    "discharge_disposition_against_death",
    "disease_of_removed_organ",
    "duplicate_of_principal",
    "duplicate_stay",
    "external_cause_as_principal",
    "header_code",
    "ill_defined_underlying_cause",
    "impossible_date",
    "invalid_code",
    "manifestation_as_principal",
    "missing_principal",
    "missing_seventh_character",
    "overlapping_stay",
    "pcs_on_outpatient",
    "pregnancy_code_on_newborn",
    "sex_conflict",
    "spreadsheet_damage",
    "two_sexes",
    "void_of_nothing",
    "wrong_system",
}


def long_form(table: str, key: str) -> str:
    return f"(from {table} unpivot include nulls (written for field in (columns(* exclude ({key})))))"


def differences(clean: SampleFiles, miscoded: SampleFiles, name: str, key: str) -> list[tuple]:
    con = duckdb.connect()
    for label, files in (("clean", clean), ("miscoded", miscoded)):
        path = files.folder / f"{name}.csv"
        con.execute(f"create table {label} as from read_csv('{path}', all_varchar = true)")
    return con.execute(
        f"""
        select c.{key.split(", ")[0]}, c.field, c.written, m.written
        from {long_form("clean", key)} as c
        join {long_form("miscoded", key)} as m using ({key}, field)
        where c.written is distinct from m.written
        order by all
        """
    ).fetchall()


def truths(con: duckdb.DuckDBPyConnection, file: str) -> list[tuple]:
    return con.execute(
        "select record, field, true_value, written_value from truth where file = ? and record not like '%-2' "
        "and true_value is distinct from written_value order by all",
        [file],
    ).fetchall()


def test_the_two_samples_differ_in_what_the_truth_says(
    clean: SampleFiles, miscoded: SampleFiles, miscoded_tables: duckdb.DuckDBPyConnection
) -> None:
    files = {
        "encounters": "encounter_id",
        "claims": "encounter_id",
        "procedures": "encounter_id, seq",
        "death": "death_id",
    }
    for name, key in files.items():
        found = differences(clean, miscoded, name, key)
        assert found == truths(miscoded_tables, f"{name}.csv")
        assert len(found) > 20
    assert clean.population.read_bytes() == miscoded.population.read_bytes()


def test_every_kind_of_error_occurs(miscoded_tables: duckdb.DuckDBPyConnection) -> None:
    assert {kind for (kind,) in miscoded_tables.execute("select distinct kind from truth").fetchall()} == KINDS


def test_no_truth_in_a_clean_sample(clean_tables: duckdb.DuckDBPyConnection) -> None:
    assert clean_tables.execute("select count(*) from truth").fetchone() == (0,)


def test_a_record_carries_one_error(miscoded_tables: duckdb.DuckDBPyConnection) -> None:
    assert miscoded_tables.execute(
        "select max(kinds) from (select count(distinct kind) as kinds from truth group by file, record)"
    ).fetchone() == (1,)


def test_the_rate_is_as_stated(miscoded_tables: duckdb.DuckDBPyConnection) -> None:
    (share,) = miscoded_tables.execute(
        "select count(distinct record) / (select count(*) from encounters) from truth "
        "where file in ('encounters.csv', 'procedures.csv')"
    ).fetchone()
    assert 0.13 < share < 0.17


def test_row_numbers_lead_to_the_records(miscoded: SampleFiles, miscoded_tables: duckdb.DuckDBPyConnection) -> None:
    for path in (miscoded.encounters, miscoded.claims, miscoded.procedures, miscoded.deaths):
        rows = path.read_text().splitlines()
        for record, number in miscoded_tables.execute(
            "select record, row_number from truth where file = ?", [path.name]
        ).fetchall():
            assert rows[number].split(",")[0] == record


def test_a_stay_entered_twice_differs_in_its_numbers_only(miscoded_tables: duckdb.DuckDBPyConnection) -> None:
    pairs = miscoded_tables.execute(
        """
        with twice as (select written_value as second, true_value as first from truth where kind = 'duplicate_stay'),
        content as (
            select
                encounter_id as number,
                concat_ws('|', facility_id, patient_id, admission_date, discharge_date, dx1, dx2, coder_id) as content
            from encounters
        )
        select count(*), count(*) filter (s.content = f.content)
        from twice
        join content as s on s.number = second
        join content as f on f.number = first
        """
    ).fetchone()
    assert pairs[0] == pairs[1] > 0
