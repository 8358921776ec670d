"""A site's own tables: made like the shipped ones, in their place where they share a name, refused by name if wrong."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from flows import pipeline
from flows.configuration import load
from flows.home import Home
from flows.job import Job
from transforms.measures import SpecificationError

TABLE = """
order = 5
title = "Discharges of women"
question = "How many women left?"
measures = ["discharges"]
margins = [{ by = [] }]
[filters]
sex = ["F"]
"""


def add(configuration: Path, name: str, text: str) -> Path:
    folder = Home(load(configuration).home).site_tables
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


@pytest.mark.slow
@pytest.mark.usefixtures("lean", "undrawn")
def test_a_table_of_the_site_is_made_and_determines_the_release(site: Path) -> None:
    before = pipeline.run(Job(load(site)))
    add(site, "women.toml", TABLE)
    add(site, "activity.toml", TABLE.replace("women", "women as activity"))
    after = pipeline.run(Job(load(site)))
    assert after.release_id != before.release_id
    with duckdb.connect(after.warehouse, read_only=True) as con:
        women = "select count(*) from stats.contribution where domain = 'discharge' and sex = 'F'"
        (counted,) = con.execute(women).fetchone()
        for name in ("women", "activity"):
            shown = con.execute(
                "select sum(value)::bigint, list(distinct measure) from stats.figure where table_id = ?", [name]
            )
            assert shown.fetchone() == (counted, ["discharges"])


def test_a_mistake_in_a_table_of_the_site_is_named_before_anything_is_taken_in(site: Path) -> None:
    file = add(site, "women.toml", TABLE.replace('["discharges"]', '["discharge"]'))
    with pytest.raises(SpecificationError, match=rf"{file.name}: measures: .*no measure 'discharge'"):
        pipeline.ingest(Job(load(site)))
    assert not (Home(load(site).home).folder / "landing").exists()


def test_a_name_that_no_sheet_could_have_is_refused(site: Path) -> None:
    add(site, "Women [F].toml", TABLE)
    with pytest.raises(SpecificationError, match="table_id"):
        pipeline.ingest(Job(load(site)))
