"""The benchmark of the code sets runs at any size: a small one here."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from tests.bench.codes import bench


@pytest.mark.slow
def test_a_small_benchmark_counts_every_scheme(tmp_path: Path) -> None:
    console = Console(file=io.StringIO(), width=120)
    assert bench(tmp_path, 20_000, console)
    printed = console.file.getvalue()
    for expected in ("20,000 diagnoses", "write with code_status", "count by every scheme", "peak memory"):
        assert expected in printed
