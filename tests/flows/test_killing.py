"""A run killed at any moment costs a re-run and nothing else: real processes, really killed."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.configuration import load
from flows.home import Home
from tests.flows.conftest import change
from tests.flows.killing import Start, completed, kill_at_moments, leftovers, published

pytestmark = pytest.mark.slow


def test_killed_at_20_moments(start: Start, site: Path) -> None:
    kill_at_moments(start, site, 20, drawing=True)


@pytest.mark.parametrize("moment", ["build", "release folder drawn", "record of publishing", "release in place"])
def test_killed_at_a_turning_point(start: Start, site: Path, moment: str) -> None:
    """Killed when a certain thing has just appeared in the home: the moments at which order matters most."""
    home = Home(load(site).home)
    completed(start, site, drawing=False)
    before = published(home)
    change(site, 1)
    appeared: dict[str, Callable[[], bool]] = {
        "build": lambda: any(home.folder.glob("build-*.duckdb")),
        "release folder drawn": lambda: any(home.releases.glob(".unfinished-*/tables.xlsx")),
        "record of publishing": lambda: '"publishing"' in (home.runs / "2.json").read_text(),
        "release in place": lambda: len(list(home.releases.glob("[!.]*"))) == 2,
    }
    process = start(site, drawing=False)
    while process.is_alive():
        with contextlib.suppress(OSError):
            if appeared[moment]():
                break
        time.sleep(0.001)
    process.kill()
    process.join()
    standing = published(home)
    assert standing == before or (home.release(standing).is_dir() and len(list(home.releases.glob("[!.]*"))) == 2)
    completed(start, site, drawing=False)
    after = published(home)
    assert after != before
    assert leftovers(home) == []
    assert sorted(release.name for release in home.releases.iterdir()) == sorted([before, after])
