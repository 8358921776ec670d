"""What the rules found in a sample, held against the errors that were put into it."""

from __future__ import annotations

from pathlib import Path

import duckdb

from tests.rules.kinds import FOUND_BY


def create_truth(con: duckdb.DuckDBPyConnection, truth: Path) -> None:
    """Make table `truth`: record, patient_id and kind of each error; sources are providers, insurer and registry."""
    con.execute(
        """
        create temp table truth as
        with error as (
            select distinct
                case file when 'claims.csv' then 'insurer:' when 'death.csv' then 'registry:' else 'providers:' end
                    || record as record,
                kind
            from read_parquet(?)
        ),
        known as (
            select encounter_id as record, patient_id from core.encounter
            union
            select bill_id, patient_id from core.bill
            union
            select death_id, patient_id from core.death
        )
        select error.record, known.patient_id, error.kind
        from error
        left join known using (record)
        -- A patient who is still there has no principal diagnosis yet, and that is no error.
        where kind <> 'missing_principal' or record in (select stay_id from core.stay where discharge_date is not null)
        """,
        [str(truth)],
    )


def recall(con: duckdb.DuckDBPyConnection) -> list[tuple[str, int, int, int, int]]:
    """By kind of error: records with it, those found, records that its rules flag, those with any injected error.

    The insurer's copies of records are left out of the first two: many rules leave copies to the record that they copy.
    A rule about persons flags a person, who counts as one record with an error where one of the person's has it.
    """
    return [
        (
            kind,
            *con.execute(
                """
                with flagged as (
                    select distinct coalesce(encounter_id, death_id, patient_id) as found from quality.flag
                    where rule_id in (select unnest($rules))
                ),
                wrong as (select record as found from truth union select patient_id from truth)
                select
                    count(*),
                    count(*) filter (
                        record in (select found from flagged)
                        or coalesce(patient_id in (select found from flagged), false)
                    ),
                    (select count(*) from flagged),
                    (select count(*) from flagged semi join wrong using (found))
                from truth
                where kind = $kind and not starts_with(record, 'insurer:')
                """,
                {"rules": rules, "kind": kind},
            ).fetchone(),
        )
        for kind, rules in FOUND_BY.items()
    ]
