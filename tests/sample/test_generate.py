"""The generator keeps its promises: same bytes, bounds on its arguments, bad rows only when asked for."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import duckdb
import pytest

from tests.sample.conftest import ENCOUNTERS, SEED
from transforms.sample import SampleFiles, generate


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def test_the_same_seed_gives_the_same_bytes_whatever_the_block(
    miscoded: SampleFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules["transforms.sample.generate"], "BLOCK", 2_500)
    again = generate(tmp_path, encounters=ENCOUNTERS, seed=SEED, miscoding=0.15)
    assert digests(again.folder) == digests(miscoded.folder)


def test_another_seed_gives_other_records(tmp_path: Path) -> None:
    one = generate(tmp_path / "one", encounters=50, seed=1)
    two = generate(tmp_path / "two", encounters=50, seed=2)
    assert digests(one.folder)["encounters.csv"] != digests(two.folder)["encounters.csv"]


def test_nothing_but_the_files_is_left_behind(clean: SampleFiles) -> None:
    assert sorted(path.name for path in clean.folder.iterdir()) == [
        "births.csv",
        "claims.csv",
        "coders.csv",
        "death.csv",
        "death_condition.csv",
        "encounters.csv",
        "facilities.csv",
        "population.csv",
        "procedures.csv",
        "truth.parquet",
    ]


def test_a_single_encounter_is_a_sample_too(tmp_path: Path) -> None:
    files = generate(tmp_path, encounters=1, seed=3)
    assert len(files.encounters.read_text().splitlines()) == 2


def test_bad_rows_are_appended_when_asked_for(tmp_path: Path) -> None:
    files = generate(tmp_path, encounters=10, seed=3, miscoding=0, unreadable_rows=2, rows_without_id=3)
    lines = files.encounters.read_text().splitlines()
    fields = [line.split(",") for line in lines[11:]]
    assert [len(row) for row in fields] == [3, 3, 72, 72, 72]
    assert [row[0] == "" for row in fields] == [False, False, True, True, True]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"encounters": 0}, "encounters: expected at least 1, found 0"),
        ({"encounters": 1, "miscoding": 1.5}, "miscoding: expected a share from 0 to 1, found 1.5"),
        ({"encounters": 1, "insured": -1}, "insured: expected a share from 0 to 1, found -1"),
    ],
)
def test_arguments_out_of_bounds_are_named(tmp_path: Path, arguments: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        generate(tmp_path, seed=1, **arguments)


def test_progress_is_told_in_sentences(tmp_path: Path) -> None:
    said: list[str] = []
    generate(tmp_path, encounters=20, seed=1, miscoding=0, on_progress=said.append)
    assert said[0] == "20 encounters placed with persons, facilities and dates"
    assert said[1] == "20 encounters written"


@pytest.mark.slow
def test_fifty_thousand_encounters_have_a_plausible_death_rate_and_about_ten_diagnoses_a_stay(tmp_path: Path) -> None:
    files = generate(tmp_path, encounters=50_000, seed=7)
    con = duckdb.connect()
    deaths = con.execute(f"select count(*) from '{files.deaths}'").fetchone()[0]
    persons = con.execute(f"select sum(persons) from '{files.population}'").fetchone()[0]
    assert 850 < deaths / persons * 100_000 < 930
    diagnoses = ", ".join(f"dx{i}" for i in range(1, 26))
    (mean,) = con.execute(
        f"select avg(len(list_filter([{diagnoses}], c -> c is not null))) from "
        f"read_csv('{files.encounters}', all_varchar = true) where encounter_class = 'inpatient'"
    ).fetchone()
    assert 9 < mean < 14
