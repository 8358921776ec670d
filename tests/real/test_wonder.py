"""CDC WONDER's age-adjusted rates of 22 years, from its deaths and population by age, through the whole chain."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pytest

from flows import pipeline
from flows.configuration import load
from flows.job import Job

pytestmark = pytest.mark.slow

CONFIGURATION = """
home = "home"

[[source]]
name = "wonder"
profile = "farr"
path = "deaths.csv"

[population]
path = "population.csv"
"""


def rows_of(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8-sig", newline="") as file:
        lines = [line for line in csv.DictReader(file, delimiter="\t") if line.get("Year Code")]
    return [{key: value.strip() for key, value in line.items() if key} for line in lines]


@pytest.fixture(scope="module")
def published(shared_data) -> dict[int, dict[str, float]]:
    rows = rows_of(shared_data / "cdc_wonder", "export_age_adjusted_deaths_race_gender_year_se.black_female.txt")
    columns = {
        "crude": "Crude Rate",
        "rate": "Age Adjusted Rate",
        "lower": "Age Adjusted Rate Lower 95% Confidence Interval",
        "upper": "Age Adjusted Rate Upper 95% Confidence Interval",
        "deaths": "Deaths",
        "population": "Population",
    }
    return {int(row["Year Code"]): {name: float(row[column]) for name, column in columns.items()} for row in rows}


@pytest.fixture(scope="module")
def warehouse(shared_data, published, tmp_path_factory):
    """The warehouse of one run on WONDER's deaths and population by age, laid out as Farr reads them."""
    folder = tmp_path_factory.mktemp("wonder")
    rows = rows_of(shared_data / "cdc_wonder", "export_age_deaths_race_gender_year_se.black_female.txt")
    below = dict.fromkeys(published, 0)
    with (folder / "deaths.csv").open("w", newline="") as deaths, (folder / "population.csv").open("w") as people:
        write = csv.writer(deaths).writerow
        write(["death_id", "death_date", "date_precision", "age_years", "sex", "underlying_cause", "system", "weight"])
        people.write("period,sex,age_start,age_end,persons\n")
        for number, row in enumerate(rows):
            year, age = int(row["Year Code"]), row["Single-Year Ages Code"]
            write([number, f"{year}-01-01", "year", age if age.isdigit() else "", "F", "I219", "icd10", row["Deaths"]])
            if row["Population"].isdigit():
                people.write(f"{year},F,{age},{age},{row['Population']}\n")
                below[year] += int(row["Population"])
        # WONDER gives no population by single year from 85 on: it is the total less the rest.
        for year, persons in below.items():
            people.write(f"{year},F,85,,{published[year]['population'] - persons:.0f}\n")
    (folder / "farr.toml").write_text(CONFIGURATION)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(pipeline, "render", lambda con, into, **_: (into / "figures.parquet").write_bytes(b""))
        pipeline.run(Job(load(folder / "farr.toml")))
    with duckdb.connect(str(folder / "home" / "warehouse.duckdb"), read_only=True) as con:
        yield con


def test_the_crude_rates_are_those_of_wonder(warehouse, published):
    found = warehouse.execute(
        "select year(period_start), value, numerator from stats.figure "
        "where table_id = 'death_rates' and measure = 'crude_rate' and sex is null"
    ).fetchall()
    # The file by age counts deaths of unknown age, and lacks up to 9 a year, in cells of fewer than 10.
    assert {year: rate for year, rate, _ in found} == pytest.approx(
        {year: row["crude"] for year, row in published.items()}, abs=0.1
    )
    assert all(0 <= published[year]["deaths"] - deaths <= 9 for year, _, deaths in found)


def test_the_age_adjusted_rates_and_limits_are_those_of_wonder(warehouse, published):
    found = {
        year: (standard, method, *map(float, numbers))
        for year, standard, method, *numbers in warehouse.execute(
            "select year(period_start), standard, method, value, lower, upper from stats.figure "
            "where table_id = 'death_rates_standardised' and sex is null and area is null"
        ).fetchall()
    }
    assert set(found) == set(published)
    exact = 0
    for year, (standard, method, value, lower, upper) in found.items():
        row = published[year]
        assert (standard, method) == ("us2000_nchs_11", "nchs")
        assert [value, lower, upper] == pytest.approx([row["rate"], row["lower"], row["upper"]], abs=0.1)
        exact += round(value, 1) == row["rate"]
    assert exact >= 0.95 * len(published)
