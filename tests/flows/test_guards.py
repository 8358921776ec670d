"""What a mistaken configuration or a damaged home must not do to the figures."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from flows import pipeline
from flows.configuration import load
from flows.job import Job
from transforms import disclosure

HEADER = "encounter_id,patient_id,facility_id,admission_date,discharge_date,sex,age_years,discharge_disposition\n"

pytestmark = pytest.mark.usefixtures("lean")


def encounters(month: str, number: int) -> str:
    return "".join(f"{month}{n},P{month}{n},H,{month}-01,{month}-05,F,40,home\n" for n in range(number))


@pytest.fixture
def site(tmp_path: Path, monkeypatch) -> Path:
    """A configuration of one source with 20 stays in March and 30 in October of 2023; the report is not drawn."""
    monkeypatch.setattr(pipeline, "render", lambda con, into, **_: (into / "figures.parquet").write_bytes(b""))
    (tmp_path / "encounter.csv").write_text(HEADER + encounters("2023-03", 20) + encounters("2023-10", 30))
    (tmp_path / "farr.toml").write_text(
        'home = "home"\n[[source]]\nname = "s"\nprofile = "farr"\npath = "encounter.csv"\n'
    )
    return tmp_path / "farr.toml"


def run(site: Path) -> pipeline.Outcome:
    return pipeline.run(Job(load(site)))


def ask(outcome: pipeline.Outcome, query: str) -> list[tuple]:
    with duckdb.connect(str(outcome.warehouse), read_only=True) as con:
        return con.execute(query).fetchall()


def test_a_file_of_encounters_is_no_population(site):
    site.write_text(site.read_text() + '[population]\npath = "encounter.csv"\n')
    outcome = run(site)
    assert ask(outcome, "select count(*) from core.encounter") == [(50,)]
    assert ask(outcome, "select reason from landing.batch where status = 'refused'") == [("no_role",)]
    assert outcome.held_because is not None


def test_a_period_outside_the_days_covered_is_provisional(site):
    site.write_text(site.read_text() + 'covers = [2023-01-01, 2023-06-30]\n[report]\nperiod = "quarter"\n')
    assert ask(
        run(site),
        "select period_start::varchar, value, status from stats.figure where table_id = 'activity' "
        "and measure = 'discharges' and coalesce(facility_id, area, sex, age_band) is null and value > 0 order by 1",
    ) == [("2023-01-01", 20.0, "value"), ("2023-10-01", 30.0, "provisional")]


def test_a_zero_is_shown_without_the_few_records_it_was_counted_among(site):
    (site.parent / "encounter.csv").write_text(HEADER + encounters("2023-03", 5))
    outcome = run(site)
    with duckdb.connect(str(outcome.warehouse), read_only=True) as con:
        shown = disclosure.released(con).filter("measure = 'in_hospital_deaths' and value = 0")
        assert len(shown.fetchall()) > 0
        assert shown.filter("denominator_records between 1 and 10").fetchall() == []


def test_a_changed_release_is_made_anew(site):
    first = run(site)
    (first.folder / "figures.parquet").write_bytes(b"changed")
    again = run(site)
    assert (again.release_id, again.is_new) == (first.release_id, True)
    assert (again.folder / "figures.parquet").read_bytes() == b""
    assert not run(site).is_new


def test_a_damaged_batch_is_read_again_from_its_file(site):
    first = run(site)
    (batch,) = (path.parent for path in (site.parent / "home" / "landing").glob("*/batch.json"))
    (batch / "rows.parquet").write_bytes(b"nothing of use")
    (first.folder / "manifest.json").unlink()
    assert ask(run(site), "select count(*) from core.encounter") == [(50,)]


def test_a_damaged_batch_without_its_file_is_named(site):
    run(site)
    (batch,) = (path.parent for path in (site.parent / "home" / "landing").glob("*/batch.json"))
    (batch / "batch.json").write_text("{")
    other = site.parent / "encounter_2.csv"
    other.write_text(HEADER + encounters("2024-03", 1))
    site.write_text(site.read_text().replace("encounter.csv", "encounter_2.csv"))
    with pytest.raises(OSError, match="what was read of a file earlier is damaged") as raised:
        run(site)
    assert raised.value.filename == f"landing/{batch.name}"
