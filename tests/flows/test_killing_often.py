"""A run killed at a hundred moments; in a file of its own, so that it runs beside the other tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.flows.killing import Start, kill_at_moments


@pytest.mark.slow
def test_killed_at_100_moments(start: Start, site: Path) -> None:
    kill_at_moments(start, site, 100, drawing=False)
