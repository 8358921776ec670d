"""Helpers of the landing's tests: read a text, and look at what came of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from transforms.landing import Batch, Refusal, read_one
from transforms.profiles.layout import FileLayout


def any_file(**layout) -> dict[str, FileLayout]:
    """The roles of a profile that takes every file as an encounter file of this layout."""
    return {"encounter": FileLayout(match=("*",), **layout)}


def rows(batch: Batch) -> list[tuple]:
    """All rows of a batch: number, fault, raw text, and the fields."""
    return duckdb.execute("from read_parquet($1)", [str(batch.rows_path)]).fetchall()


@pytest.fixture
def read(tmp_path_factory) -> Callable[..., Batch | Refusal]:
    """Write content to a file of a name and read it: `read(b"a,b\\n1,2\\n", name="x.csv", encoding="utf-8")`."""

    def write_and_read(content: bytes, name: str = "extract.csv", **layout) -> Batch | Refusal:
        folder = tmp_path_factory.mktemp("read")
        path: Path = folder / name
        path.write_bytes(content)
        target = folder / "target"
        target.mkdir()
        return read_one(path, any_file(**layout), target)

    return write_and_read
