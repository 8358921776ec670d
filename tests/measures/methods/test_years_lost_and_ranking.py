"""Years of potential life lost by NCHS's groups and by single ages; the ranking of leading causes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.measures.methods.ranking import leading_ranks
from transforms.measures.methods.years_lost import nchs_groups, years_lost, years_lost_by_age


def test_the_eight_groups_of_nchs():
    assert [lost for _, _, lost in nchs_groups()] == [74.5, 67.5, 55.5, 45.5, 35.5, 25.5, 15.5, 5.5]
    assert [(first, last) for first, last, _ in nchs_groups()][:3] == [(0, 0), (1, 14), (15, 24)]


def test_another_limit_cuts_the_last_group():
    assert nchs_groups(70)[-1] == (65, 69, 3.0)
    assert nchs_groups(65)[-1] == (55, 64, 5.5)
    assert nchs_groups(85)[-1] == (75, 84, 5.5)
    with pytest.raises(ValueError, match="limit"):
        nchs_groups(0)


def test_single_ages_lose_the_limit_less_the_age():
    assert years_lost_by_age([0, 1, 74, 75, 90]).tolist() == [74.5, 74.0, 1.0, 0.0, 0.0]


def test_years_and_their_rates_by_hand():
    lost = years_lost([[2, 1], [0, 0]], [74.5, 5.5], [[1000, 3000], [10, 10]], [1, 3])
    assert lost.years.tolist() == [154.5, 0]
    assert lost.variance[0] == 2 * 74.5**2 + 5.5**2
    assert lost.rate[0] == pytest.approx(154.5 / 4000 * 1e5)
    assert lost.adjusted[0] == pytest.approx((0.25 * 2 * 74.5 / 1000 + 0.75 * 5.5 / 3000) * 1e5)
    assert lost.lower[0] < lost.years[0] < lost.upper[0]
    assert lost.adjusted_lower[0] < lost.adjusted[0] < lost.adjusted_upper[0]
    assert (lost.lower[1], lost.rate[1]) == (0, 0)


def test_a_survey_variance_widens_the_limits():
    cells = [[20, 10]], [74.5, 5.5], [[1000, 3000]], [1, 3]
    plain, survey = years_lost(*cells), years_lost(*cells, variance=[[80, 40]])
    assert survey.years == plain.years
    assert survey.variance == 4 * plain.variance
    assert survey.adjusted_variance == pytest.approx(4 * plain.adjusted_variance)
    assert survey.rate_upper > plain.rate_upper


def test_where_there_are_no_people_there_is_no_rate():
    lost = years_lost([[1, 0], [0, 0], [1, 0]], [74.5, 5.5], [[1000, np.nan], [0, 0], [0, 10]], [1, 1])
    assert lost.problem.tolist() == [
        "the population lacks an age band below the limit",
        "there is no population",
        None,
    ]
    assert lost.adjusted_problem[2] == "a band has events and no population"
    assert lost.years.tolist() == [74.5, 0, 74.5]
    assert np.isnan(lost.rate).tolist() == [True, True, False]


def test_ties_share_a_rank_and_the_next_is_left_out():
    deaths = [5, 9, 9, 3, 100, 0, 2, 2]
    group = [0, 0, 0, 0, 0, 0, 1, 1]
    rankable = [1, 1, 1, 1, 0, 1, 1, 1]
    assert leading_ranks(deaths, group, rankable).tolist() == [3, 1, 1, 4, 0, 0, 1, 1]
    assert leading_ranks([], [], []).tolist() == []
    with pytest.raises(ValueError, match="null"):
        leading_ranks([np.nan], [0], [1])


@settings(max_examples=50)
@given(rows=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 2), st.booleans()), min_size=1, max_size=30))
def test_a_rank_is_one_more_than_the_causes_with_more_deaths(rows):
    deaths, group, rankable = (np.array(column) for column in zip(*rows, strict=True))
    counted = rankable & (deaths > 0)
    expected = [
        1 + int((counted & (group == group[row]) & (deaths > deaths[row])).sum()) if counted[row] else 0
        for row in range(len(rows))
    ]
    assert leading_ranks(deaths, group, rankable).tolist() == expected
