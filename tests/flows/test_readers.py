"""Analysts read the warehouse while a run builds the next one: each reader sees one whole release."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from flows.configuration import load
from flows.home import Home
from tests.flows.conftest import change

pytestmark = pytest.mark.slow

# Opens the warehouse, says which release it sees, waits for a line, and says it again from the same connection.
_READER = """
import sys, duckdb
query = "select release_id, (select count(*) from stats.figure), (select count(*) from core.encounter) from meta.run"
con = duckdb.connect(sys.argv[1], read_only=True)
print(*con.execute(query).fetchone(), flush=True)
sys.stdin.readline()
print(*con.execute(query).fetchone(), flush=True)
"""


def open_reader(warehouse: Path) -> tuple[subprocess.Popen, str]:
    """A process that holds the warehouse open, and what it sees."""
    reader = subprocess.Popen(
        [sys.executable, "-c", _READER, str(warehouse)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    return reader, reader.stdout.readline()


def sees_still(reader: subprocess.Popen) -> str:
    seen, _ = reader.communicate("go on\n", timeout=60)
    assert reader.returncode == 0
    return seen


def test_readers_before_during_and_after(start: Callable[[Path], BaseProcess], site: Path) -> None:
    home = Home(load(site).home)
    first_run = start(site)
    first_run.join()
    before, seen_before = open_reader(home.warehouse)
    change(site, 1)
    run = start(site)
    during, seen_during = open_reader(home.warehouse)
    assert run.is_alive()
    run.join()
    assert run.exitcode in (0, 1)
    after, seen_after = open_reader(home.warehouse)
    old, new = seen_before.split()[0], seen_after.split()[0]
    assert old != new
    assert seen_during == seen_before
    assert sees_still(before) == seen_before
    assert sees_still(during) == seen_before
    assert sees_still(after) == seen_after
    assert home.release(old).is_dir()
    assert home.release(new).is_dir()
