"""Runs in processes of their own, killed at chosen moments, and what must stand afterwards."""

from __future__ import annotations

import time
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from pathlib import Path

import duckdb

from flows.configuration import load
from flows.home import Home
from tests.flows.conftest import change, records

Start = Callable[..., BaseProcess]

# The codes of a run that published: as it is, or held.
_PUBLISHED = (0, 1)


def completed(start: Start, configuration: Path, *, drawing: bool = True) -> float:
    """Run the job to its end, and say how many seconds it took."""
    began = time.monotonic()
    process = start(configuration, drawing=drawing)
    process.join()
    assert process.exitcode in _PUBLISHED
    return time.monotonic() - began


def killed(start: Start, configuration: Path, seconds: float, *, drawing: bool) -> bool:
    """Start the job and kill it after some seconds; whether it was still running then."""
    process = start(configuration, drawing=drawing)
    process.join(timeout=seconds)
    was_running = process.is_alive()
    process.kill()
    process.join()
    assert not members_of_group(process.pid)
    return was_running


def members_of_group(group: int) -> list[int]:
    """Processes of a process group that are not mere entries of a table any more."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            state, _, member_of = (entry / "stat").read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue
        if int(member_of) == group and state not in "ZX":
            found.append(int(entry.name))
    return found


def published(home: Home) -> str:
    """The release in the warehouse, which must be whole: readable, without a log, its folder in place."""
    assert not home.warehouse.with_name("warehouse.duckdb.wal").exists()
    with duckdb.connect(home.warehouse, read_only=True) as con:
        (release_id,) = con.execute("select release_id from meta.run").fetchone()
        assert con.execute("select count(*) > 0 and bool_and(holds) from meta.identity_check").fetchone() == (True,)
        assert con.execute("select count(*) > 0 from stats.figure").fetchone() == (True,)
    assert sorted(path.name for path in home.release(release_id).iterdir()) == [
        "figures.parquet",
        "manifest.json",
        "report.html",
        "tables.xlsx",
    ]
    return release_id


def leftovers(home: Home) -> list[str]:
    return sorted(
        path.name
        for folder in (home.folder, home.releases, home.runs, home.folder / "landing")
        for path in folder.iterdir()
        if path.name.startswith(("build-", ".unfinished-", ".partial-"))
    )


def kill_at_moments(start: Start, configuration: Path, moments: int, *, drawing: bool) -> None:
    home = Home(load(configuration).home)
    completed(start, configuration, drawing=drawing)
    change(configuration, 0)
    seconds = completed(start, configuration, drawing=drawing)
    last = published(home)
    seen = {last}
    were_running = 0
    for moment in range(moments):
        change(configuration, moment + 1)
        were_running += killed(start, configuration, seconds * (moment + 0.5) / moments, drawing=drawing)
        # Killed before the commit, the last release stands; after it, the new one.
        standing = published(home)
        assert standing == last or standing not in seen
        seen.add(standing)
        last = standing
        if moment % 7 == 6:
            completed(start, configuration, drawing=drawing)
            last = published(home)
            seen.add(last)
            assert leftovers(home) == []
    # Runs differ in length, so some of the last may have ended before their moment.
    assert were_running >= moments * 0.7
    completed(start, configuration, drawing=drawing)
    published(home)
    assert leftovers(home) == []
    kept = {release.name for release in home.releases.iterdir()}
    recorded = {record["release_id"] for record in records(home) if record["status"] == "published"}
    assert kept == recorded
