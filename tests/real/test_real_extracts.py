"""One configuration runs on all the real extracts, and the warehouse holds what is known of them."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import duckdb
import pytest

from flows import pipeline
from flows.configuration import load
from flows.job import Job

pytestmark = pytest.mark.slow

CONFIGURATION = Path(__file__).with_name("farr.toml")


@pytest.fixture(scope="module")
def home(shared_data, tmp_path_factory) -> Path:
    """The home of one run on all the extracts, its report not drawn."""
    folder = tmp_path_factory.mktemp("real") / "home"
    job = Job(dataclasses.replace(load(CONFIGURATION), home=folder))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(pipeline, "render", lambda con, into, **_: (into / "figures.parquet").write_bytes(b""))
        pipeline.run(job)
    return folder


@pytest.fixture(scope="module")
def warehouse(home):
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
        yield con


def one(warehouse, query: str) -> tuple:
    return warehouse.execute(query).fetchone()


def figure(warehouse, collection: str, measure: str) -> float:
    """The total of a measure over all periods that a collection's whole-collection figures have."""
    return one(
        warehouse,
        f"select sum(value) from stats.figure where collection = '{collection}' and measure = '{measure}' "
        "and table_id in ('activity', 'deaths') and facility_id is null and area is null and sex is null "
        "and age_band is null",
    )[0]


def test_every_row_of_every_file_is_accepted_or_rejected(warehouse):
    assert one(warehouse, "select count(*) from landing.batch where rows_read <> rows_accepted + rows_rejected") == (0,)
    assert one(warehouse, "select count(*) from landing.batch where status = 'refused'") == (0,)
    assert one(
        warehouse,
        "select (select sum(rows_rejected) from landing.batch) = (select count(*) from landing.reject)",
    ) == (True,)


def test_desynpuf_folds_the_segments_of_seven_claims(warehouse):
    assert one(warehouse, "select rows_read from landing.batch where source = 'desynpuf' and file_role = 'claims'") == (
        5775,
    )
    assert one(warehouse, "select count(*) from core.encounter where source = 'desynpuf'") == (5768,)
    assert one(
        warehouse, "select count(*) from core.person where collection = 'desynpuf' and death_date is not null"
    ) == (440,)


def test_mimic_is_never_called_wrong_for_its_shifted_dates(warehouse):
    assert one(warehouse, "select count(*), count(*) filter (died) from core.encounter where source = 'mimic'") == (
        275,
        15,
    )
    statuses = warehouse.execute(
        "select code_status, count(*) from core.diagnosis where encounter_id like 'mimic:%' group by 1 order by 1"
    ).fetchall()
    # Three rows have the raw code 88, which no system has: ICD-9-CM codes have three digits at least.
    assert statuses == [("malformed", 3), ("unknown", 4503)]


def test_hes_folds_episodes_into_spells_and_keeps_day_cases_apart(warehouse):
    assert one(warehouse, "select count(*) from core.encounter where source = 'hes'") == (2075,)
    assert one(
        warehouse, "select count(*) from core.encounter where source = 'hes' and encounter_class = 'day_case'"
    ) == (572,)


def test_hes_lights_up_in_sex_conflicts(warehouse):
    # By WHO's annex 7.8 of volume 2 (2016), over the principal diagnoses of the shuffled columns.
    assert one(
        warehouse,
        "select count(*) from quality.flag where collection = 'hes' and rule_id = 'sex_conflict' and seq = 1",
    ) == (129,)


def test_sih_has_its_admissions_deaths_and_continuation_bills(warehouse):
    assert one(warehouse, "select count(*), count(*) filter (died) from core.encounter where source = 'sih'") == (
        1000,
        47,
    )


def test_sim_has_a_thousand_deaths_with_certificates(warehouse):
    assert one(warehouse, "select count(*) from core.death where source = 'sim'") == (1000,)
    assert figure(warehouse, "sim", "deaths") == 1000


def test_argentina_counts_deaths_by_weight_and_takes_categories_as_valid(warehouse):
    assert one(warehouse, "select sum(weight)::bigint from core.death where source = 'argentina'") == (341_728,)
    assert figure(warehouse, "argentina", "deaths") == 341_728
    statuses = warehouse.execute(
        "select code_status, count(*) from core.death where source = 'argentina' group by 1 order by 1"
    ).fetchall()
    # B59 and A90 stood in older editions and are gone from that of 2019.
    assert statuses == [("unknown", 5), ("valid", 49_815)]


def test_nhds_is_an_estimate_with_limits_that_know_it(warehouse):
    assert one(warehouse, "select count(*), sum(weight)::bigint from core.encounter where source = 'nhds'") == (
        2210,
        575_240,
    )
    assert one(
        warehouse,
        "select distinct method, records < value from stats.figure where collection = 'nhds' "
        "and measure = 'discharges' and table_id = 'activity' and facility_id is null and area is null "
        "and sex is null and age_band is null and value > 0",
    ) == ("kish_poisson", True)


def test_tuva_claim_lines_are_claims(warehouse):
    steps = dict(
        warehouse.execute(
            "select step, row_count from core.reconciliation where source = 'tuva' and step in "
            "('rows_read', 'exact_duplicate', 'folded_into_encounter', 'replaced', 'voided', 'void', 'encounters')"
        ).fetchall()
    )
    assert steps["rows_read"] == 6075
    claims = steps["rows_read"] - steps["exact_duplicate"] - steps["folded_into_encounter"]
    assert claims == 3106
    assert steps["encounters"] == claims - steps["replaced"] - steps["voided"] - steps["void"]


def test_records_behind_figures_sum_to_them(warehouse):
    from transforms.measures import records

    for collection, measure in (("mimic", "in_hospital_deaths"), ("sih", "in_hospital_deaths"), ("sim", "deaths")):
        figures = warehouse.execute(
            "select figure_id, numerator from stats.figure where collection = ? and measure = ? and numerator > 0 "
            "order by figure_id limit 20",
            [collection, measure],
        ).fetchall()
        assert figures
        for figure_id, numerator in figures:
            behind = records(warehouse, figure_id, "numerator").fetchdf()
            assert behind["contribution"].astype(float).sum() == pytest.approx(numerator)
