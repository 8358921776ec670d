"""The rules against the truth of the sample: every injected error is found, and clean records are left alone."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from codesets import reference
from codesets.database import connect, create_tables
from tests.rules.kinds import FOUND_BY, HABITS_OF_CERTIFIERS
from tests.rules.truth import create_truth, recall
from transforms import landing
from transforms.core import SourceInput, build_core
from transforms.profiles import load_profile
from transforms.rules import load_rules, run_rules
from transforms.sample.generate import generate
from transforms.source import Source

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
ENCOUNTERS = 20_000
MISCODING = 0.2
LEAST_RECALL = 0.99


def checked_sample(folder: Path, miscoding: float) -> duckdb.DuckDBPyConnection:
    """A warehouse of the sample's three sources, with the rules' findings and the truth in table `truth`."""
    files = generate(folder / "data", encounters=ENCOUNTERS, seed=11, miscoding=miscoding)
    profile = load_profile("sample")
    sources = [
        Source(name="providers", profile="sample", paths=(files.encounters, files.procedures), person_scope="group"),
        Source(name="insurer", profile="sample", paths=(files.claims,), person_scope="group"),
        Source(name="registry", profile="sample", paths=(files.deaths, files.death_conditions), person_scope="group"),
    ]
    con = connect()
    create_tables(con, ROOT / "codesets" / "schema.sql")
    for name in ("core", "landing", "quality"):
        create_tables(con, ROOT / "transforms" / "warehouse" / "schema" / f"{name}.sql")
    ingested = [landing.ingest(folder, source, profile.files) for source in sources]
    landing.register(con, ingested)
    reference.copy_into(con, reference.ensure())
    inputs = zip(sources, ingested, strict=True)
    build_core(con, [SourceInput(source=source, profile=profile, batches=taken.batches) for source, taken in inputs])
    run_rules(con, load_rules())
    create_truth(con, files.truth)
    return con


@pytest.fixture(scope="module")
def miscoded(tmp_path_factory):
    with checked_sample(tmp_path_factory.mktemp("miscoded"), MISCODING) as con:
        yield con


def test_every_kind_of_injected_error_is_known(miscoded):
    kinds = {kind for (kind,) in miscoded.execute("select distinct kind from truth").fetchall()}
    assert kinds == set(FOUND_BY)


@pytest.fixture(scope="module")
def recalled(miscoded):
    return {kind: (injected, found) for kind, injected, found, _, _ in recall(miscoded)}


@pytest.mark.parametrize("kind", FOUND_BY)
def test_injected_errors_are_found(recalled, kind):
    injected, found = recalled[kind]
    assert injected > 0
    assert found >= LEAST_RECALL * injected, f"{found} of {injected}"


# Flags of one rule on a clean sample, per 10,000 encounters.
MOST_FALSE_ALARMS = 1


def test_flags_are_of_records_with_errors(miscoded):
    flagged, right = miscoded.execute(
        """
        with flagged as (
            select distinct coalesce(encounter_id, death_id, patient_id) as found from quality.flag
            where rule_id not in (select unnest($habits))
        ),
        wrong as (select record as found from truth union select patient_id from truth)
        select count(*), count(*) filter (found in (select found from wrong where found is not null)) from flagged
        """,
        {"habits": sorted(HABITS_OF_CERTIFIERS)},
    ).fetchone()
    assert right >= 0.99 * flagged


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    with checked_sample(tmp_path_factory.mktemp("clean"), 0.0) as con:
        yield con


@pytest.mark.parametrize("rule_id", [rule.id for rule in load_rules() if rule.id not in HABITS_OF_CERTIFIERS])
def test_clean_records_and_groups_are_left_alone(clean, rule_id):
    status, violated = clean.execute(
        "select status, violated from quality.rule_result where rule_id = ?", [rule_id]
    ).fetchone()
    assert status != "error"
    assert violated <= MOST_FALSE_ALARMS * ENCOUNTERS / 10_000
