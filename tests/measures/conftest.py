"""A small warehouse with its figures, built once for the tests that only read it."""

from __future__ import annotations

import duckdb
import pytest

from tests.measures.warehouse import TABLES, generated
from transforms.measures import build_figures, load_specifications


@pytest.fixture(scope="session")
def figures() -> duckdb.DuckDBPyConnection:
    """Figures of every shipped table over 900 generated stays and 300 deaths."""
    con = generated(stays=900, deaths=300)
    build_figures(con, load_specifications(TABLES))
    return con
