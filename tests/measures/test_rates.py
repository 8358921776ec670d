"""Rates by population: person-time, whom they count, and what stands where no rate can be given."""

from __future__ import annotations

import pytest

from tests.measures.warehouse import deaths, empty, shown, stays, table_of
from transforms.measures import Settings, build_figures, records
from transforms.measures.methods.poisson import exact_poisson

MARGINS = [{"by": []}, {"by": ["area"]}, {"by": ["sex"]}, {"by": ["age_band"]}, {"by": ["sex", "age_band"]}]
SIX_DEATHS = """
death_date | area | sex | age_years
2020-02-01 | A1   | F   | 3
2020-02-01 | A1   | M   | 30
2020-02-01 | A2   | U   | 30
2020-02-01 |      | F   |
2020-02-01 | A9   | F   | 30
2021-02-01 | A1   | F   | 30
"""


def rates(**content):
    return table_of(measures=["crude_rate", "age_specific_rate"], margins=MARGINS, age_bands=["broad"], **content)


def population(con, *rows: tuple) -> None:
    con.executemany("insert into core.population values ('main', null, ?, ?, ?, ?, ?, ?)", rows)


def both_areas(con, year: int = 2020, last: int | None = None) -> None:
    for area in ("A1", "A2"):
        for sex in ("F", "M"):
            population(
                con,
                (year, area, sex, 0, 14, 100),
                (year, area, sex, 15, 44, 200),
                (year, area, sex, 45, 64, 300),
                (year, area, sex, 65, last, 400),
            )


def covers(con, first: str, last: str, kind: str = "death") -> None:
    con.execute("insert into core.coverage values ('test', 'main', ?, ?, ?, true)", [kind, first, last])


def test_rates_are_deaths_of_residents_over_person_years():
    con = empty()
    deaths(con, SIX_DEATHS)
    both_areas(con)
    covers(con, "2020-01-01", "2020-12-31")
    build_figures(con, [rates()], Settings(reliability="none"))
    found = shown(con, "measure, area, sex, age_band, numerator, denominator, value")
    assert [row for row in found if row[4]] == [
        # The unknown area is in the total, the area outside the population in nothing.
        ("age_specific_rate", None, "F", "0-14", 1.0, 200.0, 500.0),
        ("age_specific_rate", None, "M", "15-44", 1.0, 400.0, 250.0),
        ("age_specific_rate", None, None, "0-14", 1.0, 400.0, 250.0),
        ("age_specific_rate", None, None, "15-44", 2.0, 800.0, 250.0),
        ("crude_rate", "A1", None, None, 2.0, 2000.0, 100.0),
        ("crude_rate", "A2", None, None, 1.0, 2000.0, 50.0),
        ("crude_rate", None, "F", None, 2.0, 2000.0, 100.0),
        ("crude_rate", None, "M", None, 1.0, 2000.0, 50.0),
        ("crude_rate", None, None, None, 4.0, 4000.0, 100.0),
    ]
    # A stratum of the population without deaths has a rate of 0, with the limits of 0.
    assert len(found) == 5 + 4 + 8
    zero = shown(con, "value, lower, upper, status", "sex = 'M' and age_band = '65+'")
    assert zero == [(0.0, 0.0, pytest.approx(float(exact_poisson(0, 0.95)[1]) / 800 * 100_000), "value")]


def test_a_year_covered_in_part_has_its_part_of_the_persons():
    con = empty()
    deaths(con, "death_date\n2020-02-01\n2020-11-01")
    both_areas(con)
    # Two sources cover January to March and March to June: 182 of 366 days.
    covers(con, "2020-01-01", "2020-03-31")
    covers(con, "2020-03-01", "2020-06-30")
    build_figures(con, [rates()], Settings(reliability="none"))
    figure, numerator, denominator, status, reason = shown(
        con, "figure_id, numerator, denominator, status, reason", "coalesce(area, sex, age_band) is null"
    )[0]
    assert (numerator, denominator) == (1.0, pytest.approx(4000 * 182 / 366))
    assert (status, reason) == ("provisional", "the sources cover 182 of the 366 days of this period")
    total = records(con, figure, "denominator").aggregate("sum(contribution)").fetchone()[0]
    assert total == pytest.approx(denominator)


def test_a_fiscal_year_takes_days_from_two_calendar_years():
    con = empty()
    deaths(con, "death_date\n2020-05-01")
    both_areas(con, 2020)
    covers(con, "2020-04-01", "2021-03-31")
    build_figures(con, [rates()], Settings(year_start=4))
    without = shown(con, "denominator, status, reason", "coalesce(area, sex, age_band) is null")
    assert without[0][1:] == ("not_applicable", "there is no population for part of the period")
    for name in ("figure", "cell", "specification", "age_band", "covered_span"):
        con.execute(f"delete from stats.{name}")
    both_areas(con, 2021)
    build_figures(con, [rates()], Settings(year_start=4))
    total = shown(con, "denominator", "coalesce(area, sex, age_band) is null")[0][0]
    assert total == pytest.approx(4000 * 275 / 366 + 4000 * 90 / 365)


def test_fewer_than_twenty_events_are_unreliable():
    con = empty()
    both_areas(con)
    deaths(con, "death_date | area | weight\n2020-02-01 | A1 | 19\n2020-02-01 | A2 | 20")
    build_figures(con, [rates()])
    assert shown(con, "area, status, reason", "area is not null") == [
        ("A1", "unreliable", "fewer than 20 events"),
        ("A2", "value", None),
    ]


@pytest.mark.parametrize(
    ("rows", "band", "reason"),
    [
        ([(0, 9, 5), (10, 19, 5), (20, None, 5)], "0-14", "the age groups of the population cross this band"),
        ([(0, 4, 5), (15, 44, 5)], "0-14", "the population lacks ages of this band"),
        ([(0, 14, 5), (0, 4, 5)], "0-14", "the age groups of the population overlap"),
        ([(0, 14, -5)], "0-14", "the population is negative"),
        ([(0, 14, 0)], "0-14", "the population is zero where there are events"),
        ([(15, 44, 5)], "0-14", "the population has no persons of this kind"),
    ],
)
def test_a_population_that_does_not_fill_a_band_gives_no_rate(rows, band, reason):
    con = empty()
    deaths(con, "death_date | age_years\n2020-02-01 | 3")
    population(con, *((2020, None, "F", first, last, persons) for first, last, persons in rows))
    build_figures(con, [rates()])
    found = shown(con, "value, lower, status, reason", f"age_band = '{band}' and sex is null")
    assert found == [(None, None, "not_applicable", reason)]


def test_without_a_population_one_row_says_so():
    con = empty()
    deaths(con, SIX_DEATHS)
    lines: list[str] = []
    build_figures(con, [rates()], on_progress=lines.append)
    assert shown(con, "measure, year(period_start), area, value, status, reason") == [
        ("crude_rate", 2020, None, None, "not_applicable", "no population is given for this collection"),
        ("crude_rate", 2021, None, None, "not_applicable", "no population is given for this collection"),
    ]
    assert "No population in main: without figures are table" in lines


def test_a_facility_has_a_rate_by_its_catchment_only():
    con = empty()
    stays(con, "discharge_date | facility_id | area\n2020-02-01 | F1 | A9\n2020-02-01 | F2 | A1")
    both_areas(con)
    con.execute("insert into core.population values ('main', 'F1', 2020, null, 'F', 0, null, 500)")
    table = table_of(measures=["discharge_rate"], margins=[{"by": []}, {"by": ["facility_id"]}])
    build_figures(con, [table])
    assert shown(con, "facility_id, numerator, denominator, value, reason") == [
        ("F1", 1.0, 500.0, 200.0, "fewer than 20 events"),
        ("F2", 1.0, None, None, "the population has no persons of this kind"),
        (None, 1.0, 4000.0, 25.0, "fewer than 20 events"),
    ]


def test_the_bands_are_those_that_the_population_fills():
    con = empty()
    deaths(con, "death_date | age_years\n2020-02-01 | 0")
    population(con, (2020, None, "F", 0, 4, 100), *((2020, None, "F", a, a + 4, 100) for a in range(5, 85, 5)))
    population(con, (2020, None, "F", 85, None, 100))
    table = table_of(
        measures=["age_specific_rate"], age_bands=["infant_five_year", "five_year"], margins=[{"by": ["age_band"]}]
    )
    build_figures(con, [table])
    assert shown(con, "age_band, numerator, denominator", "numerator > 0") == [("0-4", 1.0, 100.0)]
