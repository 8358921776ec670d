"""Two samples of the same seed, one clean and one with many errors, and the reference database."""

from __future__ import annotations

import duckdb
import pytest

from codesets.database import literal
from transforms.sample import SampleFiles, generate

ENCOUNTERS = 6_000
SEED = 11


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory) -> SampleFiles:
    return generate(tmp_path_factory.mktemp("sample") / "clean", encounters=ENCOUNTERS, seed=SEED, miscoding=0)


@pytest.fixture(scope="session")
def miscoded(tmp_path_factory: pytest.TempPathFactory) -> SampleFiles:
    return generate(tmp_path_factory.mktemp("sample") / "miscoded", encounters=ENCOUNTERS, seed=SEED, miscoding=0.15)


def read(files: SampleFiles) -> duckdb.DuckDBPyConnection:
    """Each file of a sample as a table of text named after it."""
    con = duckdb.connect()
    for path in sorted(files.folder.glob("*.csv")):
        con.execute(
            f"create table {path.stem} as from read_csv({literal(str(path))}, all_varchar = true, header = true)"
        )
    con.execute(f"create table truth as from {literal(str(files.truth))}")
    return con


@pytest.fixture(scope="session")
def clean_tables(clean: SampleFiles) -> duckdb.DuckDBPyConnection:
    return read(clean)


@pytest.fixture(scope="session")
def miscoded_tables(miscoded: SampleFiles) -> duckdb.DuckDBPyConnection:
    return read(miscoded)
