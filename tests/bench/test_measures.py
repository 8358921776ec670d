"""The benchmark of the measures runs at any size: a small one here."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from tests.bench.measures import bench


@pytest.mark.slow
def test_a_small_benchmark_fills_every_table(tmp_path: Path) -> None:
    console = Console(file=io.StringIO(), width=120)
    bench(tmp_path, 500, 2_000, console)
    printed = console.file.getvalue()
    for expected in ("500 stays, 2,000 deaths", "other tables", "shared by all", "From cells to figures", "peak"):
        assert expected in printed
