"""The main job as a whole: what it publishes, what it publishes again, and what it refuses to publish."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import duckdb
import pytest

from flows import pipeline
from flows.configuration import load
from flows.errors import HomeBusyError
from flows.home import Home
from flows.job import Job
from flows.pipeline import Outcome
from tests.flows.conftest import change, records, site_at
from transforms import warehouse
from transforms.warehouse import BrokenIdentity

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("lean")]


def run(configuration: Path) -> Outcome:
    return pipeline.run(Job(load(configuration)))


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def rows(path: Path, query: str) -> list[tuple]:
    with duckdb.connect(path, read_only=True) as con:
        return con.execute(query).fetchall()


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory, extracts: Path) -> tuple[Path, Outcome]:
    configuration = site_at(tmp_path_factory.mktemp("first") / "site", extracts)
    return configuration, run(configuration)


def test_a_release_is_complete(first: tuple[Path, Outcome]) -> None:
    _, outcome = first
    assert outcome.is_new
    assert sorted(path.name for path in outcome.folder.iterdir()) == [
        "figures.parquet",
        "manifest.json",
        "report.html",
        "tables.xlsx",
    ]
    assert rows(outcome.warehouse, "select release_id from meta.run") == [(outcome.release_id,)]
    manifest = json.loads((outcome.folder / "manifest.json").read_text())
    assert manifest["release_id"] == outcome.release_id
    assert {name: entry["sha256"] for name, entry in manifest["files"].items()} == {
        name: sha256(outcome.folder / name) for name in ("figures.parquet", "report.html", "tables.xlsx")
    }


def test_nothing_unfinished_stays(first: tuple[Path, Outcome]) -> None:
    configuration, outcome = first
    home = load(configuration).home
    assert sorted(path.name for path in home.iterdir()) == [
        ".lock",
        "codesets",
        "landing",
        "releases",
        "reviews",
        "rules",
        "runs",
        "warehouse.duckdb",
    ]
    assert [path.name for path in (home / "releases").iterdir()] == [outcome.release_id]


def test_the_warehouse_holds_the_contract_and_every_column_has_its_comment(first: tuple[Path, Outcome]) -> None:
    with duckdb.connect(first[1].warehouse, read_only=True) as con:
        assert warehouse.uncommented(con) == []
        schemas = con.execute("select distinct schema_name from duckdb_tables() order by 1").fetchall()
        assert [name for (name,) in schemas] == sorted(warehouse.SCHEMAS)
        assert con.execute("select count(*) from meta.identity_check where not holds").fetchone() == (0,)


def test_the_record_of_a_run_tells_its_stages(first: tuple[Path, Outcome]) -> None:
    configuration, outcome = first
    record = json.loads((load(configuration).home / "runs" / "1.json").read_text())
    assert record["status"] == "published"
    assert record["release_id"] == outcome.release_id
    names = [stage["stage"] for stage in record["stages"]]
    assert names[:4] == ["Prepare the code sets", "Read the rules", "Read the tables", "Take in hospitals"]
    assert names[-1] == "Publish the release"


@pytest.mark.usefixtures("undrawn")
def test_the_same_input_makes_no_new_release(tmp_path: Path, extracts: Path) -> None:
    configuration = site_at(tmp_path / "site", extracts)
    one = run(configuration)
    written = one.warehouse.stat().st_ino
    two = run(configuration)
    assert (two.release_id, two.is_new, two.held_because) == (one.release_id, False, one.held_because)
    assert one.warehouse.stat().st_ino == written
    assert [r["status"] for r in records(Home(load(configuration).home))] == ["published", "unchanged"]


def test_another_home_gives_the_same_bytes(first: tuple[Path, Outcome], tmp_path: Path, extracts: Path) -> None:
    other = run(site_at(tmp_path / "a folder of another name" / "site", extracts))
    assert other.release_id == first[1].release_id
    assert sha256(other.folder / "figures.parquet") == sha256(first[1].folder / "figures.parquet")


@pytest.mark.usefixtures("undrawn")
def test_releases_are_kept(tmp_path: Path, extracts: Path) -> None:
    configuration = site_at(tmp_path / "site", extracts)
    one = run(configuration)
    change(configuration, 1)
    two = run(configuration)
    assert one.release_id != two.release_id
    assert sorted(path.name for path in two.folder.parent.iterdir()) == sorted([one.release_id, two.release_id])


@pytest.mark.usefixtures("undrawn")
def test_a_refused_file_holds_the_release(tmp_path: Path, extracts: Path) -> None:
    configuration = site_at(tmp_path / "site", extracts)
    (configuration.parent / "extracts" / "death_condition.csv").write_text("")
    outcome = run(configuration)
    assert outcome.held_because.startswith("1 file was refused")
    assert rows(outcome.warehouse, "select file_name, reason from landing.batch where status = 'refused'") == [
        ("death_condition.csv", "empty_file")
    ]


def test_a_broken_identity_publishes_nothing(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def lose_an_encounter(con: duckdb.DuckDBPyConnection, *args: object) -> None:
        con.execute("delete from core.encounter where rowid = 0")

    monkeypatch.setattr(pipeline.disclosure, "apply", lose_an_encounter)
    with pytest.raises(BrokenIdentity) as caught:
        run(site)
    assert any("every diagnosis has its encounter" in broken.name for broken in caught.value.broken)
    home = Home(load(site).home)
    assert not home.warehouse.exists()
    assert list(home.releases.iterdir()) == []
    assert records(home)[0]["status"] == "failed"


def test_a_record_of_failure_holds_no_value(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def quote_a_record(*args: object) -> None:
        raise ValueError("patient 4711")

    monkeypatch.setattr(pipeline.disclosure, "apply", quote_a_record)
    with pytest.raises(ValueError, match="patient 4711"):
        run(site)
    (record,) = records(Home(load(site).home))
    assert record["stage"] == "Hide small counts"
    assert record["failure"]["kind"] == "ValueError"
    assert "4711" not in json.dumps(record)


def test_one_run_at_a_time(site: Path) -> None:
    home = Home(load(site).home)
    home.create()
    with home.locked(), pytest.raises(HomeBusyError, match="another run is using this home"):
        run(site)
