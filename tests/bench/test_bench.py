"""The benchmark runs at any size: a small one here."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from tests.bench.__main__ import bench


@pytest.mark.slow
def test_a_small_benchmark_prints_the_floor_and_every_stage(tmp_path: Path) -> None:
    console = Console(file=io.StringIO(), width=120)
    assert bench(tmp_path, 500, False, console) > 0
    printed = console.file.getvalue()
    for expected in ("write diagnoses", "Form encounters, stays and deaths", "Ratio to the floor", "peak memory"):
        assert expected in printed
