"""The home folder: its lock, its leftovers, and which releases stand."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from codesets.database import connect
from flows.durable import write_json
from flows.errors import HomeBusyError, HomeError
from flows.home import Home
from tests.flows.conftest import records
from transforms import warehouse

_HOLD = """
import sys, pathlib
from flows.home import Home
with Home(pathlib.Path(sys.argv[1])).locked():
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.create()
    return home


def publish(home: Home, release_id: str) -> None:
    home.release(release_id).mkdir()
    with connect(home.warehouse) as con:
        warehouse.create(con)
        con.execute("insert into meta.run values (?, null, '0', false, null)", [release_id])


def record(home: Home, status: str, release_id: str | None) -> None:
    write_json(home.new_record_file(), {"status": status, "release_id": release_id})


def statuses(home: Home) -> list[str]:
    return [entry["status"] for entry in records(home)]


def test_the_lock_tells_who_holds_it_and_goes_with_its_process(home: Home) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(home.folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(HomeBusyError, match=rf"another run is using this home \(process {holder.pid} on "):
            home.locked().__enter__()
        holder.kill()
        holder.wait()
    with home.locked():
        pass


def test_a_home_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(HomeError, match=r"the home folder cannot be made or written to \(Not a directory\)"):
        Home(tmp_path / "file" / "home").create()


def test_leftovers_are_swept_and_nothing_else(home: Home) -> None:
    publish(home, "a")
    record(home, "published", "a")
    (home.folder / "build-1.duckdb").touch()
    (home.folder / "build-1.duckdb.wal").touch()
    (home.folder / "build-1.spill").mkdir()
    (home.releases / ".unfinished-1").mkdir()
    (home.runs / ".unfinished-2.json").touch()
    (home.folder / "notes.txt").touch()
    assert home.sweep() == 5
    assert (home.folder / "notes.txt").exists()
    assert [path.name for path in home.releases.iterdir()] == ["a"]
    assert home.sweep() == 0


def test_a_release_that_no_warehouse_named_goes(home: Home) -> None:
    publish(home, "a")
    record(home, "published", "a")
    home.release("b").mkdir()
    record(home, "publishing", "b")
    home.sweep()
    assert [path.name for path in home.releases.iterdir()] == ["a"]
    assert statuses(home) == ["published", "interrupted"]


def test_a_release_that_was_committed_before_the_kill_stays_for_ever(home: Home) -> None:
    publish(home, "b")
    record(home, "publishing", "b")
    home.sweep()
    assert statuses(home) == ["published"]
    home.warehouse.unlink()
    publish(home, "c")
    record(home, "published", "c")
    home.sweep()
    assert sorted(path.name for path in home.releases.iterdir()) == ["b", "c"]


def test_a_run_that_was_killed_early_is_recorded_as_interrupted(home: Home) -> None:
    record(home, "running", None)
    home.sweep()
    assert statuses(home) == ["interrupted"]


def test_runs_are_numbered(home: Home) -> None:
    for _ in range(11):
        record(home, "published", None)
    assert home.new_record_file().name == "12.json"
    assert json.loads((home.runs / "11.json").read_text())["status"] == "published"


@pytest.mark.parametrize("contents", [b"", b"no database"])
def test_a_warehouse_that_cannot_be_read_counts_as_none(home: Home, contents: bytes) -> None:
    home.warehouse.write_bytes(contents)
    assert home.published() is None
