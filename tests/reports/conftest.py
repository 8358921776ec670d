"""One rendered release for all tests of reports."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from reports.render import render
from tests.reports.figures import MINIMUM_COUNT
from tests.reports.warehouse import create

TITLE = 'Northshire "Hospital" <b>Group</b>'


def _release(folder: Path, **what) -> SimpleNamespace:
    con = create(**what)
    render(con, folder, title=TITLE, minimum_count=MINIMUM_COUNT)
    return SimpleNamespace(con=con, folder=folder, html=(folder / "report.html").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def release(tmp_path_factory) -> SimpleNamespace:
    """A held release of the fixture warehouse: `con`, `folder` and the text of `html`."""
    return _release(tmp_path_factory.mktemp("release"))


@pytest.fixture(scope="session")
def empty_release(tmp_path_factory) -> SimpleNamespace:
    """A release of a warehouse without records."""
    return _release(tmp_path_factory.mktemp("empty"), held=False, figures=False)
