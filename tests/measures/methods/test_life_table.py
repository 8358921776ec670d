"""Life tables, cause-deleted tables and the decomposition of a difference, against vectors and against themselves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.measures.methods.decomposition import decompose
from transforms.measures.methods.life_table import cause_deleted, life_tables

STARTS = [0, 1, *range(5, 95, 5)]
# PHEindicatormethods' example.
POPULATION = np.fromstring(
    "7060 35059 46974 48489 43219 38561 46009 57208 61435 55601 "
    "50209 56416 46411 39820 37978 37039 33288 23306 11936 11936",
    sep=" ",
)
DEATHS = np.array([17, 9, 4, 8, 20, 15, 24, 33, 50, 71, 100, 163, 263, 304, 536, 872, 1390, 1605, 1936, 1937])


def test_life_expectancy_is_that_of_the_vector():
    tables = life_tables(DEATHS, POPULATION, STARTS)
    for age, expected in ((0, (80.16961, 79.88269, 80.45653)), (65, (18.76857, 18.57571, 18.96143))):
        place = 0, tables.at(age)
        assert (tables.e[place], tables.lower[place], tables.upper[place]) == pytest.approx(expected, abs=6e-6)


def test_the_columns_hang_together():
    tables = life_tables([DEATHS, DEATHS * 2], POPULATION, STARTS)
    np.testing.assert_allclose(tables.d.sum(axis=1), 100_000)
    np.testing.assert_allclose(tables.d[:, :-1], -np.diff(tables.l))
    np.testing.assert_allclose(tables.T[:, 0], tables.L.sum(axis=1))
    # Outside the open band the death rate of the table is that of the population.
    np.testing.assert_allclose(tables.d / tables.L, tables.m)
    assert (tables.e[1] < tables.e[0]).all()


def test_chiang_gives_the_open_band_no_variance():
    silcocks = life_tables(DEATHS, POPULATION, STARTS)
    chiang = life_tables(DEATHS, POPULATION, STARTS, final_variance="chiang")
    assert chiang.standard_error[0, -1] == 0
    assert silcocks.standard_error[0, -1] == pytest.approx(silcocks.e[0, -1] / np.sqrt(DEATHS[-1]))
    assert chiang.standard_error[0, 0] < silcocks.standard_error[0, 0]


def test_a_surveys_deaths_count_as_their_effective_number():
    plain = life_tables(DEATHS, POPULATION, STARTS)
    survey = life_tables(DEATHS, POPULATION, STARTS, variance=[DEATHS * 4.0])
    np.testing.assert_array_equal(survey.e, plain.e)
    np.testing.assert_allclose(survey.standard_error, plain.standard_error * 2)
    with pytest.raises(ValueError, match="variance: expected the shape"):
        life_tables(DEATHS, POPULATION, STARTS, variance=[1.0])


def test_what_is_withheld_says_why():
    def changed(array, place, value):
        copy = array.astype(float)
        copy[place] = value
        return copy

    deaths = [DEATHS, DEATHS, changed(DEATHS, 3, 50_000), changed(DEATHS, -1, 0), DEATHS]
    population = [changed(POPULATION, 4, 0), changed(POPULATION, 4, np.nan), POPULATION, POPULATION, POPULATION]
    tables = life_tables(deaths, population, STARTS)
    assert tables.problem[:, 0].tolist() == [
        "an age band has no population",
        "an age band has no population",
        "an age band has more deaths than people",
        "no deaths in the open age band",
        None,
    ]
    assert np.isnan(tables.e[:4]).all()
    assert np.isnan(tables.l[:4]).all()
    assert not np.isnan(tables.e[4]).any()


def test_few_people_and_wide_intervals_are_withheld():
    people, deaths = np.full(20, 249), np.append(np.zeros(19), 40)
    small = life_tables(deaths, people, STARTS)
    assert small.problem[0, 0] == "5,000 person-years or fewer"
    assert life_tables(deaths, people, STARTS, least_person_years=0).problem[0, 0] is None
    wide = life_tables(np.append(np.zeros(19), 1), np.full(20, 5000), STARTS)
    assert wide.problem[0, 0] == "a 95 % interval wider than 20 years"
    assert np.isnan([wide.e[0, 0], wide.lower[0, 0]]).all()
    assert not np.isnan(wide.l).any()


def test_bands_of_any_width():
    ages = [0, 1, 15, 45, 65]
    by_band = np.add.reduceat(DEATHS, [0, 1, 4, 10, 14]), np.add.reduceat(POPULATION, [0, 1, 4, 10, 14])
    assert life_tables(*by_band, ages).e[0, 0] == pytest.approx(80.2, abs=1.5)
    single = life_tables(np.full(101, 90), np.full(101, 9000), np.arange(101))
    assert single.e[0, 0] == pytest.approx(100, abs=0.7)


@pytest.mark.parametrize(
    ("starts", "options", "message"),
    [
        ([0, 5, 4], {}, "rising"),
        ([0, 5], {}, "starts: expected the 3 ages"),
        ([0, 5, 10], {}, "fraction_lived: needed"),
        ([0, 1, 5], {"fraction_lived": [0.1, 1.5, 0.5]}, "fractions"),
        ([0, 1, 5], {"final_variance": "none"}, "final_variance"),
    ],
)
def test_wrong_bands_are_refused(starts, options, message):
    with pytest.raises(ValueError, match=message):
        life_tables([1, 1, 1], [10_000] * 3, starts, **options)
    with pytest.raises(ValueError, match="begins there"):
        life_tables(DEATHS, POPULATION, STARTS).at(3)


def test_a_cause_without_deaths_costs_no_years_and_all_causes_cannot_be_deleted():
    tables = life_tables([DEATHS] * 3, POPULATION, STARTS)
    deleted = cause_deleted(tables, [DEATHS] * 3, [DEATHS * 0, DEATHS * 0.5, DEATHS])
    np.testing.assert_allclose(deleted.gain[0], 0, atol=1e-9)
    halved = life_tables(DEATHS * 0.5, POPULATION, STARTS)
    np.testing.assert_allclose(deleted.e[1], halved.e[0], rtol=2e-2)
    # Half the deaths of every band: survival is the square root of what it was.
    np.testing.assert_allclose(deleted.survivors[1], np.sqrt(tables.l[1] * 100_000))
    assert deleted.problem[2, 0] == "all deaths of the open age band are of this cause"
    assert np.isnan(deleted.e[2]).all()
    with pytest.raises(ValueError, match="more deaths of the cause"):
        cause_deleted(tables, [DEATHS] * 3, [DEATHS * 2] * 3)


rates = st.lists(st.floats(1e-5, 0.09), min_size=8, max_size=8)
AGES = [0, 1, 5, 15, 35, 55, 75, 85]


@settings(max_examples=60)
@given(first=rates, second=rates, shares=st.lists(st.floats(0.01, 1), min_size=8, max_size=8), same=st.booleans())
def test_the_parts_of_a_decomposition_add_up_to_the_difference(first, second, shares, same):
    people = np.full(8, 1e6)
    one, two = (np.array(values) for values in (first, first if same else second))
    tables = [life_tables(m * people, people, AGES, widest_interval=np.inf) for m in (one, two)]
    share = np.array(shares)
    causes = [np.stack([m * s, m * (1 - s)], axis=-1)[None] for m, s in ((one, share), (two, share[::-1]))]
    found = decompose(*tables, *causes)
    assert found.difference[0] == pytest.approx(tables[1].e[0, 0] - tables[0].e[0, 0])
    assert found.by_age.sum() == pytest.approx(found.difference[0], abs=1e-9)
    assert found.by_cause.sum() == pytest.approx(found.difference[0], abs=1e-9)
    np.testing.assert_allclose(found.by_cause.sum(axis=2), found.by_age, atol=1e-9)
    turned = decompose(*tables[::-1], *causes[::-1])
    np.testing.assert_allclose(turned.by_age, -found.by_age, atol=1e-9)


def test_the_decomposition_is_arriagas():
    # The terms as Preston, Heuveline and Guillot print them, band by band, in both directions.
    changed = DEATHS * np.linspace(0.5, 1.2, 20)
    tables = [life_tables(deaths, POPULATION, STARTS) for deaths in (DEATHS, changed)]

    def terms(one, two):
        l1, l2, big_l1, big_l2, t1, t2 = one.l[0], two.l[0], one.L[0], two.L[0], one.T[0], two.T[0]
        parts = [
            l1[x] / l1[0] * (big_l2[x] / l2[x] - big_l1[x] / l1[x])
            + t2[x + 1] / l1[0] * (l1[x] / l2[x] - l1[x + 1] / l2[x + 1])
            for x in range(19)
        ]
        return np.array([*parts, l1[19] / l1[0] * (t2[19] / l2[19] - t1[19] / l1[19])])

    expected = (terms(tables[0], tables[1]) - terms(tables[1], tables[0])) / 2
    np.testing.assert_allclose(decompose(*tables).by_age[0], expected, atol=1e-12)


def test_a_decomposition_of_a_withheld_table_says_why_and_unequal_tables_are_refused():
    sound, broken = (life_tables(DEATHS, people, STARTS) for people in (POPULATION, POPULATION * 0))
    found = decompose(sound, broken)
    assert found.problem[0] == "an age band has no population"
    assert np.isnan(found.by_age).all()
    with pytest.raises(ValueError, match="equal groups"):
        decompose(sound, life_tables([DEATHS] * 2, POPULATION, STARTS))
    half = sound.m[:, :, None] * [[[0.5, 0.4]]]
    with pytest.raises(ValueError, match="do not add up"):
        decompose(sound, sound, half, half)


@settings(max_examples=40)
@given(m=rates, more=st.integers(0, 7), confidence=st.floats(0.5, 0.99))
def test_life_expectancy_lies_in_its_limits_and_falls_with_deaths(m, more, confidence):
    people = np.full(8, 1e5)
    deaths = np.array(m) * people
    tables = life_tables(deaths, people, AGES, confidence=confidence, widest_interval=np.inf)
    assert (tables.lower <= tables.e).all()
    assert (tables.e <= tables.upper).all()
    wider = life_tables(deaths, people, AGES, confidence=(1 + confidence) / 2, widest_interval=np.inf)
    assert (wider.upper - wider.lower >= tables.upper - tables.lower).all()
    larger = life_tables(deaths * 100, people * 100, AGES, confidence=confidence, widest_interval=np.inf)
    np.testing.assert_allclose(larger.e, tables.e, rtol=1e-12)
    np.testing.assert_allclose(larger.standard_error, tables.standard_error / 10, rtol=1e-9)
    deaths[more] += 50
    assert life_tables(deaths, people, AGES, widest_interval=np.inf).e[0, 0] < tables.e[0, 0]


def test_many_tables_at_once_are_the_tables_one_by_one():
    scale = np.linspace(0.5, 2, 7)[:, None]
    together = life_tables(DEATHS * scale, POPULATION, STARTS)
    alone = [life_tables(DEATHS * factor, POPULATION, STARTS).e[0] for factor in scale]
    np.testing.assert_array_equal(together.e, alone)
