"""Positions of codes in a file of their own: as given where they serve, else in the order of the rows."""

from __future__ import annotations

import duckdb
import pytest

from flows import pipeline
from flows.configuration import load
from flows.job import Job

ENCOUNTERS = "encounter_id,admission_date,discharge_date,sex,age_years\nE1,2024-03-01,2024-03-04,F,40\n"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param(
            "E1,2,secondary,I10\nE1,1,principal,J189\n",
            [(1, "principal", "J189"), (2, "secondary", "I10")],
            id="as given",
        ),
        pytest.param(
            "E1,1,principal,J189\nE1,1,secondary,I10\n",
            [(1, "principal", "J189"), (2, "secondary", "I10")],
            id="one place twice",
        ),
        pytest.param(
            "E1,,principal,J189\nE1,,secondary,I10\n",
            [(1, "principal", "J189"), (2, "secondary", "I10")],
            id="no places",
        ),
        pytest.param("E1,,principal,J189\n", [(1, "principal", "J189")], id="one code without a place"),
        pytest.param(
            "E1,1,,J189\nE1,2,,I10\n", [(1, "principal", "J189"), (2, "secondary", "I10")], id="no roles: the first"
        ),
    ],
)
def test_positions(tmp_path, monkeypatch, rows, expected):
    monkeypatch.setattr(pipeline, "render", lambda con, into, **_: (into / "figures.parquet").write_bytes(b""))
    (tmp_path / "encounter.csv").write_text(ENCOUNTERS)
    (tmp_path / "diagnosis.csv").write_text("encounter_id,seq,role,code,system\n" + rows.replace("\n", ",icd10cm\n"))
    (tmp_path / "farr.toml").write_text(
        'home = "home"\n[[source]]\nname = "site"\nprofile = "farr"\npath = ["encounter.csv", "diagnosis.csv"]\n'
    )
    pipeline.run(Job(load(tmp_path / "farr.toml")))
    with duckdb.connect(str(tmp_path / "home" / "warehouse.duckdb"), read_only=True) as con:
        found = con.execute("select seq, role, code from core.diagnosis order by seq").fetchall()
    assert found == expected
