"""Building the reference data once, whatever happens meanwhile, and copying them into a warehouse."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

import codesets.construction
from codesets import reference as module
from codesets.database import connect
from codesets.reference import IDLE_SECONDS, KEPT, Reference, begin_warehouse, copy_into, default_folder, ensure
from codesets.switches import SHIPPED, Switches

ENSURE = (
    "import sys; from pathlib import Path; from codesets.reference import ensure; print(ensure(Path(sys.argv[1])).hash)"
)


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> list[Path | None]:
    """Replace the build by one that writes a single number, and count its calls."""
    calls: list[Path | None] = []

    def build(con: duckdb.DuckDBPyConnection, site: Path | None, switches: Switches, on_progress: object) -> None:
        calls.append(site)
        con.execute("create table built as select 42 as number")

    monkeypatch.setattr(codesets.construction, "build", build)
    return calls


def test_built_once_and_found_again(tmp_path: Path, builds: list[Path | None]) -> None:
    first = ensure(tmp_path)
    second = ensure(tmp_path)
    assert first == second
    assert builds == [None]
    assert first.path.name == f"reference-{first.hash}.duckdb"
    with connect(first.path, read_only=True) as con:
        assert con.execute("from built").fetchall() == [(42,)]


def test_a_sites_file_makes_other_reference_data(tmp_path: Path, builds: list[Path | None]) -> None:
    site = tmp_path / "site"
    site.mkdir()
    without = ensure(tmp_path / "cache", site)
    (site / "ours.csv").write_text("one", encoding="utf-8")
    one = ensure(tmp_path / "cache", site)
    (site / "ours.csv").write_text("two", encoding="utf-8")
    two = ensure(tmp_path / "cache", site)
    assert len({without.hash, one.hash, two.hash}) == 3
    assert ensure(tmp_path / "cache", tmp_path / "nowhere").hash == without.hash
    assert len(builds) == 3


def test_a_failed_build_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(con: duckdb.DuckDBPyConnection, site: Path | None, switches: Switches, on_progress: object) -> None:
        con.execute("create table half as select 1")
        raise RuntimeError("stopped")

    monkeypatch.setattr(codesets.construction, "build", fail)
    with pytest.raises(RuntimeError, match="stopped"):
        ensure(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["lock"]


def test_what_a_killed_build_left_is_cleared_away(tmp_path: Path, builds: list[Path | None]) -> None:
    (tmp_path / "building-dead.duckdb").write_bytes(b"half")
    found = ensure(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lock", found.path.name]


def test_the_cache_is_where_the_environment_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FARR_CACHE", str(tmp_path / "own"))
    assert default_folder() == tmp_path / "own"
    monkeypatch.delenv("FARR_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_folder() == tmp_path / "farr"


def test_copied_whole_with_comments_and_macros(reference: Reference, codes: duckdb.DuckDBPyConnection) -> None:
    with connect() as warehouse:
        copy_into(warehouse, reference)
        for table in ("validity", "code", "attribute", "grouping", "group_label", "note", "system", "age_class"):
            count = f"select count(*) from codes.{table}"
            assert warehouse.execute(count).fetchone() == codes.execute(count).fetchone()
        uncommented = warehouse.execute(
            "select table_name from duckdb_tables() where comment is null and schema_name = 'codes' union all "
            "select column_name from duckdb_columns() where comment is null and schema_name = 'codes' and not internal"
        ).fetchall()
        assert uncommented == []
        assert warehouse.execute("select canonical_code('i21.4', 'icd10cm')").fetchone() == ("I214",)
        assert warehouse.execute(
            "select count(*) from duckdb_databases() where database_name = 'farr_reference'"
        ).fetchone() == (0,)


def test_a_warehouse_begun_from_a_copy_of_the_file_holds_the_same(reference: Reference, tmp_path: Path) -> None:
    begin_warehouse(reference, tmp_path / "warehouse.duckdb")
    tables = """select table_name, estimated_size, comment from duckdb_tables()
where schema_name = 'codes' and database_name = current_database() order by all"""
    with connect(tmp_path / "warehouse.duckdb") as begun, connect() as copied:
        copy_into(copied, reference)
        assert begun.execute(tables).fetchall() == copied.execute(tables).fetchall()
        assert begun.execute("select canonical_code('i21.4', 'icd10cm')").fetchone() == ("I214",)


def test_copies_keep_their_order(reference: Reference) -> None:
    with connect() as warehouse:
        copy_into(warehouse, reference)
        rows = warehouse.execute('select "system", code, valid_from from codes.validity').fetchall()
    assert rows == sorted(rows)


@pytest.mark.slow
def test_a_build_killed_midway_leaves_nothing_that_is_taken_for_whole(tmp_path: Path) -> None:
    for delay in (0.5, 2.0, 5.0):
        process = subprocess.Popen([sys.executable, "-c", ENSURE, str(tmp_path)], stdout=subprocess.DEVNULL)
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.wait()
        for path in tmp_path.glob("reference-*"):
            with connect(path, read_only=True) as con:
                assert con.execute("select count(*) from codes.release").fetchone()[0] > 0


@pytest.mark.slow
def test_two_processes_build_one_file(tmp_path: Path) -> None:
    processes = [
        subprocess.Popen([sys.executable, "-c", ENSURE, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    answers = [process.communicate(timeout=300)[0].strip() for process in processes]
    assert answers[0] == answers[1]
    assert [path.name for path in tmp_path.glob("*.duckdb")] == [f"reference-{answers[0]}.duckdb"]


@pytest.mark.slow
def test_two_builds_hold_the_same_rows(tmp_path: Path, reference: Reference) -> None:
    again = ensure(tmp_path)
    assert again.hash == reference.hash
    with connect() as con:
        for name, path in (("one", reference.path), ("two", again.path)):
            con.execute(f"attach '{path}' as {name} (read_only)")
        for (table,) in con.execute("select table_name from duckdb_tables() where database_name = 'one'").fetchall():
            digests = [
                con.execute(f"select hash(t) from {name}.codes.{table} as t").fetchall() for name in ("one", "two")
            ]
            assert digests[0] == digests[1], f"rows of codes.{table} differ"


def test_hash_does_not_look_at_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    first = module._hash(None, SHIPPED)
    for path in module._files(module._OURS / "lists"):
        os.utime(path)
    assert module._hash(None, SHIPPED) == first


def test_the_cache_keeps_the_newest_those_in_use_and_those_of_today(tmp_path: Path, builds: list[Path | None]) -> None:
    old = time.time() - 2 * IDLE_SECONDS
    files = [tmp_path / f"reference-{place:016}.duckdb" for place in range(KEPT + 4)]
    for place, file in enumerate(files):
        duckdb.connect(file).close()
        os.utime(file, (old - place, old - place))
    last_but_one, last = files[-2:]
    os.utime(last_but_one)
    reading = subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"import duckdb; c = duckdb.connect({str(last)!r}, read_only=True); print(1, flush=True); input()",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert reading.stdout is not None
        reading.stdout.readline()
        built = ensure(tmp_path).path
    finally:
        reading.communicate(b"\n")
    # Of those that are neither open nor used today, only as many stay as are among the newest.
    assert {built, last, last_but_one} <= set(tmp_path.glob("*.duckdb"))
    assert set(files) - set(tmp_path.glob("*.duckdb")) == set(files[KEPT - 2 : -2])


def test_reference_data_that_are_used_stay_young(tmp_path: Path, builds: list[Path | None]) -> None:
    path = ensure(tmp_path).path
    os.utime(path, (0, 0))
    ensure(tmp_path)
    assert path.stat().st_mtime > 0


def test_other_switches_make_other_reference_data(tmp_path: Path, builds: list[Path | None]) -> None:
    assert ensure(tmp_path).hash != ensure(tmp_path, switches=Switches(off=("cpt",))).hash
    assert len(builds) == 2
