"""Standardised and proportionate mortality ratios, against an obvious calculation over the records."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.measures.warehouse import covers, deaths, empty, generated, population, shown, table_of
from transforms.disclosure import suppression
from transforms.measures import Settings, build_figures, records
from transforms.measures.methods.poisson import phe

NONE = Settings(reliability="none")


def ratio(*margins, **content):
    return table_of(
        measures=["standardised_mortality_ratio"], margins=[{"by": list(by)} for by in margins],
        **{"age_bands": ["infant_five_year"], **content},
    )  # fmt: skip


def strata(con):
    """Deaths and person-years of each area, sex and band of 2020, by reading the records one by one."""

    def band(age):
        return "0" if age == 0 else "1-4" if age < 5 else "85+" if age >= 85 else age // 5 * 5

    found, people = Counter(), Counter()
    for area, sex, age, cause, weight in con.execute(
        "select area, sex, age_years, underlying_cause, weight from core.death "
        "where year(death_date) = 2020 and age_years is not null and sex <> 'U' and area is not null"
    ).fetchall():
        found[area, sex, band(age), cause] += float(weight)
        found[area, sex, band(age), "all"] += float(weight)
    for area, sex, age, persons in con.execute(
        "select area, sex, age_start, persons from core.population where period = 2020 and facility_id is null"
    ).fetchall():
        people[area, sex, band(age)] += float(persons)
    return found, people


def test_ratios_of_areas_agree_with_an_obvious_calculation():
    con = generated(stays=0, deaths=900)
    build_figures(con, [ratio(["area"])], NONE)
    found, people = strata(con)
    cells = {(sex, band) for _, sex, band in people}
    rate = {
        cell: sum(found[area, *cell, "all"] for area in {a for a, *_ in people})
        / sum(n for (_, *of), n in people.items() if tuple(of) == cell)
        for cell in cells
    }
    figures = shown(con, "area, numerator, denominator, value, lower, upper, standard", "year(period_start) = 2020")
    assert [row[0] for row in figures] == ["A0", "A1", "A2", "A3", "A4"]
    for area, numerator, denominator, value, lower, upper, standard in figures:
        observed = sum(found[area, *cell, "all"] for cell in cells)
        expected = sum(people[area, *cell] * rate[cell] for cell in cells)
        limits = [float(limit) / expected * 100 for limit in phe(observed, 0.95)]
        assert numerator == observed
        assert [denominator, value, lower, upper] == pytest.approx([expected, 100 * observed / expected, *limits])
        assert standard == "collection_total"
    # The collection is its own reference: observed and expected events add up to the same.
    assert sum(row[1] for row in figures) == pytest.approx(sum(row[2] for row in figures))


def test_the_records_behind_a_ratio_are_its_observed_deaths():
    con = generated(stays=0, deaths=300)
    build_figures(con, [ratio(["area"])], NONE)
    for figure, numerator in shown(con, "figure_id, numerator"):
        assert records(con, figure).aggregate("sum(contribution)").fetchone()[0] == numerator
        with pytest.raises(ValueError, match="is a number of its method and no sum over records"):
            records(con, figure, "denominator")


def two_areas():
    con = empty()
    covers(con, "2019-01-01", "2020-12-31")
    for year, area, young, old in ((2019, "A", 1000, 1000), (2019, "B", 3000, 500), (2020, "A", 1000, 1000)):
        for sex in ("F", "M"):
            population(con, (year, area, sex, 0, 64, young), (year, area, sex, 65, None, old))
    deaths(
        con,
        """
        death_date | area | sex | age_years | weight
        2019-05-01 | A    | F   | 30        | 10
        2019-05-01 | A    | M   | 30        | 10
        2019-05-01 | A    | F   | 70        | 60
        2019-05-01 | A    | M   | 70        | 60
        2019-05-01 | B    | F   | 30        | 30
        2019-05-01 | B    | M   | 30        | 30
        2019-05-01 | B    | F   | 70        | 15
        2019-05-01 | B    | M   | 70        | 15
        2020-05-01 | A    | F   | 70        | 90
        """,
    )
    return con


OLD_YOUNG = {"age_bands": ["to_65"]}


@pytest.fixture(autouse=True)
def two_bands(monkeypatch):
    from transforms.measures import specification

    sets = {**specification.band_sets(), "to_65": tuple(map(specification.Band.parse, ("0-64", "65+")))}
    for module in ("specification", "ages"):
        monkeypatch.setattr(f"transforms.measures.{module}.band_sets", lambda: sets)


def test_a_frozen_year_is_the_reference_of_all():
    con = two_areas()
    build_figures(con, [ratio(["area"], reference={"year": 2019}, **OLD_YOUNG)], NONE)
    # Of 2019, each sex: 40 of 4,000 young, 75 of 1,500 old; of A 10 + 50 expected, and in 2020 as many (a leap year).
    assert shown(con, "year(period_start), area, numerator, denominator, value, standard", "area = 'A'") == [
        (2019, "A", 140.0, pytest.approx(120.0), pytest.approx(100 * 140 / 120), "collection_2019"),
        (2020, "A", 90.0, pytest.approx(120.0), pytest.approx(75.0), "collection_2019"),
    ]


def test_a_reference_may_be_given_and_must_have_every_band():
    con = two_areas()
    given = {"name": "nation", "rates": [
        {"age_start": 0, "age_end": 24, "events": 5, "persons": 1000},
        {"age_start": 25, "age_end": 64, "events": 15, "persons": 1000},
        {"age_start": 65, "sex": "F", "events": 50, "persons": 1000},
    ]}  # fmt: skip
    build_figures(con, [ratio(["area"], reference=given, **OLD_YOUNG)], NONE)
    found = shown(con, "area, status, reason", "year(period_start) = 2019")
    # What is wrong with all is said once.
    assert found == [(None, "not_applicable", "the reference lacks the age band 65+ of sex M of this cause")]
    con = two_areas()
    given["rates"].append({"age_start": 65, "sex": "M", "events": 50, "persons": 1000})
    build_figures(con, [ratio(["area"], reference=given, **OLD_YOUNG)], NONE)
    found = shown(con, "area, value, standard", "year(period_start) = 2019")
    assert found[0] == ("A", pytest.approx(100 * 140 / (2 * 10 + 2 * 50)), "nation")


def test_expected_events_are_not_taken_for_a_small_count():
    con = two_areas()
    build_figures(con, [ratio(["area"], **OLD_YOUNG)], NONE)
    con.execute("update stats.figure set denominator = 5.5")
    suppression.apply(con, 11)
    assert {status for (status,) in shown(con, "status")} == {"value"}


def test_a_ratio_of_the_whole_to_itself_is_refused():
    with pytest.raises(ValueError, match="needs margins by area or facility_id, or a reference"):
        ratio([])
    with pytest.raises(ValueError, match="either a year or rates"):
        ratio(["area"], reference={})


def test_proportionate_ratios_agree_with_an_obvious_calculation():
    con = generated(stays=0, deaths=900)
    table = table_of(
        measures=["proportionate_mortality_ratio"], margins=[{"by": ["area", "cause"]}],
        scheme="chapter", age_bands=["infant_five_year"],
    )  # fmt: skip
    build_figures(con, [table], NONE)
    rows = con.execute(
        "select area, sex, case when age_years = 0 then '0' when age_years < 5 then '1' when age_years >= 85 then '85' "
        "else (age_years // 5 * 5)::varchar end as band, underlying_cause, weight from core.death "
        "where year(death_date) = 2020 and age_years is not null and sex <> 'U'"
    ).fetchall()
    here, everywhere, of_cause, observed = Counter(), Counter(), Counter(), 0.0
    for area, sex, band, cause, weight in rows:
        everywhere[sex, band] += float(weight)
        if cause in ("I219", "I21", "I210"):
            of_cause[sex, band] += float(weight) * (cause != "I21")
        if area == "A1":
            here[sex, band] += float(weight)
            observed += float(weight) * (cause in ("I219", "I210"))
    expected = sum(n * of_cause[cell] / everywhere[cell] for cell, n in here.items())
    assert shown(
        con, "numerator, denominator, value", "year(period_start) = 2020 and area = 'A1' and cause = 'IX'"
    ) == [(observed, pytest.approx(expected), pytest.approx(100 * observed / expected))]
    assert not shown(con, "cause", "cause = 'all'")


def test_a_table_by_cause_is_needed_for_proportionate_ratios():
    with pytest.raises(ValueError, match="proportionate_mortality_ratio stands in none of the table's margins"):
        table_of(measures=["proportionate_mortality_ratio"], margins=[{"by": ["area"]}])
