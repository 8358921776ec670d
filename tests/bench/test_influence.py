"""The benchmark of influence runs at any size: a small one here."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from tests.bench.influence import bench, bench_worklist


@pytest.mark.slow
def test_a_small_benchmark_times_every_step(tmp_path: Path) -> None:
    console = Console(file=io.StringIO(), width=140)
    bench(tmp_path, 300, console)
    printed = console.file.getvalue()
    for expected in ("open flags on", "options of flagged records", "bounds, expected values, verdicts", "peak memory"):
        assert expected in printed


@pytest.mark.slow
def test_a_small_worklist_is_timed_as_a_whole(tmp_path: Path) -> None:
    console = Console(file=io.StringIO(), width=200)
    bench_worklist(tmp_path, 400, console)
    printed = console.file.getvalue()
    for expected in ("Worklist", "processor seconds; target 5 s", "flagged records and no headline figure can move"):
        assert expected in printed
    assert list(tmp_path.iterdir()) == []
