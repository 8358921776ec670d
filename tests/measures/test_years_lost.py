"""Years of potential life lost, against sums by hand."""

from __future__ import annotations

import pytest

from tests.measures.test_standardised import EVENTS, YEAR, example
from tests.measures.warehouse import covers, deaths, empty, population, shown, standards, table_of
from transforms.measures import Settings, build_figures, records

GROUPS = ["infant_child_ten_year"]
# NCHS: years lost before 75 by a death under 1, at 1-14, 15-24, ..., 65-74.
YEARS = (74.5, 67.5, 55.5, 45.5, 35.5, 25.5, 15.5, 5.5)


def lost(*measures, margins=({"by": []},), **content):
    named = [f"years_of_potential_life_lost{name}" for name in measures or ("",)]
    return table_of(measures=named, margins=list(margins), **{"age_bands": GROUPS, **content})


def test_each_group_loses_its_years_and_the_oldest_none():
    con = example()
    build_figures(con, [lost()], Settings())
    by_group = (EVENTS[0], EVENTS[1] + EVENTS[2], *EVENTS[3:9])
    years = sum(d * y for d, y in zip(by_group, YEARS, strict=True))
    ((figure, value, lower, upper, numerator, records_),) = shown(
        con, "figure_id, value, lower, upper, numerator, records"
    )
    assert (value, numerator, records_) == (years, sum(by_group), sum(by_group))
    assert lower < value < upper
    # The oldest lose no years.
    assert records(con, figure).aggregate("sum(contribution)").fetchone()[0] == sum(EVENTS[:9])


def test_rates_divide_by_the_persons_below_the_limit():
    con = example()
    build_figures(con, [lost("_rate", "_adjusted_rate")], Settings())
    persons = (5200, 73000, 51000, 49000, 50500, 52000, 46000, 33000)
    by_group = (EVENTS[0], EVENTS[1] + EVENTS[2], *EVENTS[3:9])
    weights = (13818, 55317 + 145565, 138646, 135573, 162613, 134834, 87247, 66037)
    years = [d * y for d, y in zip(by_group, YEARS, strict=True)]
    adjusted = sum(w * y / n for w, y, n in zip(weights, years, persons, strict=True)) / sum(weights) * 1e5
    assert shown(con, "measure, value, denominator, standard") == [
        ("years_of_potential_life_lost_adjusted_rate", pytest.approx(adjusted), sum(persons), "us2000_nchs_11"),
        ("years_of_potential_life_lost_rate", pytest.approx(sum(years) / sum(persons) * 1e5), sum(persons), None),
    ]


def test_single_years_and_another_limit():
    con = empty()
    deaths(con, f"death_date | age_years\n{YEAR}-01-01 | 0\n{YEAR}-01-01 | 40\n{YEAR}-01-01 | 64\n{YEAR}-01-01 | 65")
    build_figures(con, [lost(age_bands=["single_year"], age_limit=65)])
    assert shown(con, "value, numerator, status") == [(64.5 + 25 + 1, 3.0, "unreliable")]


def test_a_limit_within_an_age_band_is_refused():
    con = example()
    build_figures(con, [lost(age_limit=70)])
    assert shown(con, "value, status, reason") == [
        (None, "not_applicable", "the limit of 70 years lies within the age band 65-74")
    ]


def test_no_population_below_the_limit_gives_no_rate():
    con = empty()
    standards(con)
    covers(con, f"{YEAR}-01-01", f"{YEAR}-12-31")
    population(con, (YEAR, None, "F", 75, None, 1000))
    deaths(con, f"death_date | age_years\n{YEAR}-01-01 | 40")
    build_figures(con, [lost("_rate")])
    assert shown(con, "value, status, reason") == [
        (None, "not_applicable", "the population has no persons of this kind (35-44)")
    ]
