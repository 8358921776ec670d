"""A population that is named twice is counted once."""

from __future__ import annotations

from pathlib import Path

import duckdb

from flows import pipeline
from flows.configuration import load
from flows.job import Job

ENCOUNTERS = "encounter_id,admission_date,discharge_date,sex,age_years\nE1,2024-03-01,2024-03-04,F,40\n"
POPULATION = "period,sex,age_start,age_end,persons\n2024,F,0,64,1000\n2024,F,65,,200\n"


def built(folder: Path, other: str, monkeypatch) -> tuple[int, list[tuple]]:
    """Persons in core, and what became of the rows of each population file; the report is not drawn."""
    monkeypatch.setattr(pipeline, "render", lambda con, into, **_: (into / "figures.parquet").write_bytes(b""))
    (folder / "a").mkdir()
    (folder / "a" / "encounters.csv").write_text(ENCOUNTERS)
    (folder / "a" / "population.csv").write_text(POPULATION)
    (folder / "population.csv").write_text(other)
    (folder / "farr.toml").write_text(
        'home = "home"\n[[source]]\nname = "site"\nprofile = "farr"\npath = "a/*.csv"\n'
        '[population]\npath = "population.csv"\n'
    )
    pipeline.run(Job(load(folder / "farr.toml")))
    with duckdb.connect(str(folder / "home" / "warehouse.duckdb"), read_only=True) as con:
        persons = con.execute("select sum(persons)::bigint from core.population").fetchone()[0]
        files = con.execute(
            "select source, rows_read, rows_accepted, rows_rejected from landing.batch "
            "where file_role = 'population' order by source"
        ).fetchall()
    return persons, files


def test_the_same_numbers_again_are_a_duplicate(tmp_path, monkeypatch):
    persons, files = built(tmp_path, POPULATION, monkeypatch)
    assert persons == 1200
    assert files == [("population", 2, 2, 0), ("site", 2, 2, 0)]


def test_other_numbers_for_the_same_cell_are_rejected(tmp_path, monkeypatch):
    persons, files = built(tmp_path, POPULATION.replace("1000", "900"), monkeypatch)
    assert persons == 1200
    assert files == [("population", 2, 1, 1), ("site", 2, 2, 0)]


def test_rows_of_one_file_for_the_same_cell_add_up(tmp_path, monkeypatch):
    persons, files = built(
        tmp_path, "period,sex,age_start,age_end,persons\n2023,F,0,64,10\n2023,F,0,64,20\n", monkeypatch
    )
    assert persons == 1230
    assert files == [("population", 2, 2, 0), ("site", 2, 2, 0)]
