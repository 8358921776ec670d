"""Rates, standard errors and limits as offices publish them: CDC WONDER's and English public health's own figures."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from tests.measures.methods.test_standardisation import US_2000
from transforms.measures.methods.nchs import nchs
from transforms.measures.methods.reliability import judge
from transforms.measures.methods.standardisation import directly_standardised

# First ages of NCHS's eleven groups.
STARTS = [0, 1, 5, 15, 25, 35, 45, 55, 65, 75, 85]
OPEN = 85


@pytest.fixture(scope="module")
def wonder(shared_data):
    """WONDER's age-adjusted rows, and deaths and population by year and age group."""

    def rows(part):
        with (shared_data / "cdc_wonder" / f"export_{part}.black_female.txt").open(encoding="utf-8") as lines:
            return [row for row in csv.DictReader(lines, delimiter="\t") if row["Deaths"]]

    adjusted = rows("age_adjusted_deaths_race_gender_year_se")
    years = [row["Year Code"].strip() for row in adjusted]
    deaths, population = np.zeros((2, len(years), len(STARTS)))
    for row in rows("age_deaths_race_gender_year_se"):
        code = row["Single-Year Ages Code"]
        if not code.isdigit():
            continue
        place = years.index(row["Year Code"].strip()), int(np.searchsorted(STARTS, int(code), side="right")) - 1
        deaths[place] += int(row["Deaths"])
        # WONDER gives no population by single year from 85 on: what the total has beyond the rest.
        population[place] += int(row["Population"]) if int(code) < OPEN else 0
    population[:, -1] = [int(row["Population"]) for row in adjusted] - population.sum(axis=1)
    return adjusted, deaths, population


def printed(rows, column):
    return np.array([float(row[column]) for row in rows])


def test_age_adjusted_rates_standard_errors_and_limits_are_those_of_wonder(wonder):
    rows, deaths, population = wonder
    assert len(rows) == 22
    computed = directly_standardised(deaths, population, US_2000, method="nchs", multiplier=1e5)
    rate = printed(rows, "Age Adjusted Rate")
    assert np.abs(computed.rate.round(1) - rate).max() < 0.11
    assert (computed.rate.round(1) == rate).mean() >= 0.95
    assert computed.standard_error.round(1).tolist() == printed(rows, "Age Adjusted Rate Standard Error").tolist()
    for limit, side in ((computed.lower, "Lower"), (computed.upper, "Upper")):
        assert np.abs(limit.round(1) - printed(rows, f"Age Adjusted Rate {side} 95% Confidence Interval")).max() < 0.11


def test_crude_rates_and_limits_are_those_of_wonder(wonder):
    rows, _, _ = wonder
    deaths, scale = printed(rows, "Deaths"), 1e5 / printed(rows, "Population")
    assert (deaths * scale).round(1).tolist() == printed(rows, "Crude Rate").tolist()
    for limit, side in zip(nchs(deaths, 0.95), ("Lower", "Upper"), strict=True):
        assert (limit * scale).round(1).tolist() == printed(rows, f"Crude Rate {side} 95% Confidence Interval").tolist()


def test_rates_and_dobson_limits_are_those_of_english_public_health(shared_data):
    folder = shared_data / "phe_indicatormethods"
    cells: dict[str, list[dict]] = {}
    with (folder / "test_multiarea_esp.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            cells.setdefault(row["area"], []).append(row)
    with (folder / "test_DSR_results.csv").open(encoding="utf-8") as lines:
        expected = [row for row in csv.DictReader(lines) if row["area"] in cells and row["value"]]
    assert {row["area"] for row in expected} == {"testdata_big", "testdata_small"}
    for row in expected:
        events, population, weights = (
            [float(cell[name]) for cell in cells[row["area"]]] for name in ("count", "pop", "esp2013")
        )
        multiplier = float(row["statistic"].rsplit(" ", 1)[1])
        for confidence, limits in ((0.95, "95_0cl"), (0.998, "99_8cl")):
            computed = directly_standardised(
                events, population, weights, method="dobson", confidence=confidence, multiplier=multiplier
            )
            found = [float(values[0]) for values in (computed.rate, computed.lower, computed.upper)]
            wanted = [float(row[name]) for name in ("value", f"lower{limits}", f"upper{limits}")]
            assert found == pytest.approx(wanted, rel=5e-6)


def test_english_public_health_withholds_what_rests_on_fewer_than_ten_events(shared_data):
    with (shared_data / "phe_indicatormethods" / "test_DSR_results.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    judged = judge("phe", "standardised_rate", [float(row["total_count"]) for row in rows], 8970)
    withheld = [not row["value"] for row in rows]
    assert (judged.status == "not_applicable").tolist() == withheld
    assert sum(withheld) == 3
