"""The benchmark of the rules runs at any size: a small one here."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from tests.bench.rules import bench


@pytest.mark.slow
def test_a_small_benchmark_prints_the_dearest_rules_and_the_recall(tmp_path: Path) -> None:
    console = Console(file=io.StringIO(), width=120)
    timed = bench(tmp_path, 2_000, console)
    assert timed["peak"] > 0
    assert sum(timed["processors"].values()) <= timed["worked"]
    printed = console.file.getvalue()
    for expected in ("rules over 2,", "processor seconds", "What costs most", "Against the truth", "duplicate_stay"):
        assert expected in printed
