"""Fixtures that every test may use."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.influence.looseness import print_table

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real extracts that stands beside the project in its workshop and in CI."""
    folder = SHARED / "data"
    if not folder.is_dir():
        pytest.skip("the real extracts are not beside this checkout (../shared/data)")
    return folder


@pytest.fixture(scope="session")
def shared_lists() -> Path:
    """The folder of transcribed lists that stands beside the project in its workshop and in CI."""
    folder = SHARED / "lists"
    if not folder.is_dir():
        pytest.skip("the transcribed lists are not beside this checkout (../shared/lists)")
    return folder


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how loose outer bounds are, where tests have tried all resolutions."""
    print_table(terminalreporter)
