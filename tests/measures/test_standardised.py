"""Directly standardised rates: known values through the whole chain, bands of data and standard, what is left out."""

from __future__ import annotations

import pytest

from tests.measures.warehouse import covers, deaths, empty, population, shown, standards, table_of
from transforms.measures import Settings, SpecificationError, build_figures, records

STARTS = (0, 1, 5, 15, 25, 35, 45, 55, 65, 75, 85)
# Events and persons of eleven age groups, from worked examples whose results are known to five decimals.
EVENTS = (3, 1, 2, 9, 14, 22, 48, 91, 140, 210, 260)
PERSONS = (5200, 21000, 52000, 51000, 49000, 50500, 52000, 46000, 33000, 17000, 6500)
BANDS = ["infant_five_year_to_90", "infant_five_year", "infant_ten_year", "child_ten_year", "infant_child_ten_year"]
# Non-leap, so that a year's persons are its person-years.
YEAR = 2021


def example(*, ages=STARTS, persons=PERSONS, events=EVENTS):
    con = empty()
    standards(con)
    covers(con, f"{YEAR}-01-01", f"{YEAR}-12-31")
    ends = [*(start - 1 for start in ages[1:]), None]
    population(con, *((YEAR, None, "F", *row) for row in zip(ages, ends, persons, strict=True)))
    lines = [f"{YEAR}-03-01 | {age} | {count}" for age, count in zip(ages, events, strict=True) if count]
    deaths(con, "death_date | age_years | weight\n" + "\n".join(lines))
    return con


def rates(**content):
    margins = content.pop("margins", [{"by": []}])
    return table_of(measures=["directly_standardised_rate"], margins=margins, age_bands=BANDS, **content)


@pytest.mark.parametrize(
    ("method", "lower", "upper"),
    [
        ("fay_feuer", 177.11253, 204.02552),
        ("tiwari", 177.11253, 203.95555),
        ("normal", 176.88210, 203.46093),
        ("dobson", 177.11045, 203.93466),
        # 800 deaths: NCHS prints normal limits from 100 on.
        ("nchs", 176.88210, 203.46093),
    ],
)
def test_a_known_example_has_its_rate_and_limits(method, lower, upper):
    con = example()
    build_figures(con, [rates(interval={"directly_standardised_rate": method})], Settings())
    assert shown(
        con, "round(value, 5), round(lower, 5), round(upper, 5), method, standard, numerator, denominator"
    ) == [(190.17151, lower, upper, method, "us2000_nchs_11", 800.0, 383200.0)]


@pytest.mark.parametrize(
    ("settings", "standard", "method"),
    [
        (Settings(), "us2000_nchs_11", "nchs"),
        (Settings(standard="esp2013_21"), "esp2013_21", "dobson"),
        (Settings(standard="who2000_19"), "who2000_19", "fay_feuer"),
        (Settings(standard="esp2013_21", standard_interval="tiwari"), "esp2013_21", "tiwari"),
    ],
)
def test_the_limits_go_with_the_standard_unless_the_configuration_chooses(settings, standard, method):
    five_year = (0, 1, *range(5, 90, 5))
    con = example(ages=five_year, persons=[1000] * 19, events=[2] * 19)
    build_figures(con, [rates()], settings)
    assert shown(con, "value, standard, method") == [(pytest.approx(200.0), standard, method)]


def test_the_standard_is_added_up_to_the_bands_of_the_data_and_never_split():
    # Ages 0 to 4 in one group: the standard's first two are added up.
    con = example(ages=(0, *STARTS[2:]), persons=(26200, *PERSONS[2:]), events=(4, *EVENTS[2:]))
    build_figures(con, [rates()], Settings())
    weights = (69135, 145565, 138646, 135573, 162613, 134834, 87247, 66037, 44842, 15508)
    events, persons = (4, *EVENTS[2:]), (26200, *PERSONS[2:])
    expected = sum(w * d / n for w, d, n in zip(weights, events, persons, strict=True)) / 10
    assert shown(con, "value") == [(pytest.approx(expected, rel=1e-12),)]


def test_bands_that_would_split_a_group_of_the_standard_give_no_rate():
    con = example()
    build_figures(con, [rates().model_copy(update={"age_bands": ("ten_year",)})])
    assert shown(con, "status, reason") == [
        ("not_applicable", "the age groups of the population cross this band (0-9)")
    ]
    con = example()
    table = rates().model_copy(update={"age_bands": ("infant_ten_year",)})
    build_figures(con, [table], Settings(standard="who2000_18"))
    assert shown(con, "status, reason, value") == [
        (
            "not_applicable",
            "the standard who2000_18 does not fit the age band 0: the group 0-4 of the standard would have to be split",
            None,
        )
    ]


def test_a_standard_that_is_not_known_is_refused_by_name():
    con = example()
    with pytest.raises(
        SpecificationError, match="table: standard: no standard population 'mars'; known are canada1991_18"
    ):
        build_figures(con, [rates(standard="mars")])
    with pytest.raises(SpecificationError, match=r"\[standard\] name: no standard population 'venus'"):
        build_figures(con, [rates()], Settings(standard="venus"))


def test_unknown_ages_are_left_out_and_counted():
    con = example()
    deaths(con, f"death_id | death_date | age_years | weight\nX | {YEAR}-02-01 | | 7")
    build_figures(con, [rates()], Settings())
    ((figure, value, left_out, numerator),) = shown(con, "figure_id, round(value, 5), left_out, numerator")
    assert (value, left_out, numerator) == (190.17151, 7, 800.0)
    behind = records(con, figure).aggregate("count(*), sum(contribution)").fetchone()
    assert behind == (11, 800)


def test_a_band_without_population_is_refused():
    con = example(persons=(5200, 0, *PERSONS[2:]))
    build_figures(con, [rates()])
    assert shown(con, "status, reason, value") == [("not_applicable", "a band has events and no population", None)]


def test_rates_by_area_and_sex_and_all_causes():
    con = empty()
    standards(con)
    covers(con, f"{YEAR}-01-01", f"{YEAR}-12-31")
    ends = [*(start - 1 for start in STARTS[1:]), None]
    for area, scale in (("A", 1), ("B", 2)):
        for sex in ("F", "M"):
            rows = zip(STARTS, ends, PERSONS, strict=True)
            population(con, *((YEAR, area, sex, first, last, n * scale) for first, last, n in rows))
            text = "\n".join(
                f"{area}{sex}{age} | {YEAR}-03-01 | {age} | {count} | {area} | {sex}"
                for age, count in zip(STARTS, EVENTS, strict=True)
            )
            deaths(con, f"death_id | death_date | age_years | weight | area | sex\n{text}")
    margins = [{"by": []}, {"by": ["area"]}, {"by": ["area", "sex"]}]
    build_figures(con, [rates(margins=margins)])
    expected = 190.171506
    assert shown(con, "area, sex, value") == [
        ("A", "F", pytest.approx(expected)),
        ("A", "M", pytest.approx(expected)),
        ("A", None, pytest.approx(expected)),
        ("B", "F", pytest.approx(expected / 2)),
        ("B", "M", pytest.approx(expected / 2)),
        ("B", None, pytest.approx(expected / 2)),
        (None, None, pytest.approx(expected * 2 / 3)),
    ]


def test_limits_of_another_confidence_are_wider_and_say_so():
    con = example()
    build_figures(con, [rates(confidence=0.998)])
    ((lower, upper, confidence),) = shown(con, "lower, upper, confidence")
    assert lower < 176.88
    assert upper > 203.47
    assert confidence == 0.998


def test_a_method_without_limits_for_no_events_says_so():
    con = example(events=(0,) * 11)
    build_figures(con, [rates(interval={"directly_standardised_rate": "dobson"})], Settings())
    assert shown(con, "value, lower, status, reason") == [
        (0.0, None, "unreliable", "fewer than 20 events; the method dobson has no limits without events")
    ]
