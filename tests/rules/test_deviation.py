"""Comparisons of groups against values that were worked out by hand or are in the literature."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from transforms.rules import deviation


def array(*values: float) -> np.ndarray:
    return np.array(values, dtype=float)


def test_one_stratum_of_shares_is_the_corrected_chi_square_of_its_table():
    # 60 of 100 against 10 of 100. Mantel and Haenszel's variance has T - 1 where Yates's chi-square has T.
    found = deviation.shares(np.array([0]), array(60), array(100), array(10), array(100), "either")
    yates = stats.chi2_contingency([[60, 40], [10, 90]], correction=True).statistic
    assert found.p[0] == pytest.approx(stats.chi2.sf(yates * 199 / 200, 1))
    assert (found.observed[0], found.expected[0], found.records[0]) == (0.6, 0.1, 100)
    assert (found.lower[0], found.upper[0]) == pytest.approx((0.5020026, 0.6905987), abs=1e-6)


def test_shares_are_expected_stratum_by_stratum():
    # Simpson: worse in neither stratum, and yet worse on the whole.
    found = deviation.shares(np.array([0]), array(80, 1), array(100, 10), array(8, 10), array(10, 100), "above")
    assert found.expected[0] == pytest.approx((100 * 0.8 + 10 * 0.1) / 110)
    assert found.p[0] > 0.4


def test_a_stratum_without_reference_counts_on_neither_side():
    found = deviation.shares(np.array([0]), array(5, 90), array(50, 100), array(5, 0), array(50, 0), "either")
    assert (found.observed[0], found.expected[0], found.records[0]) == (0.1, 0.1, 50)
    alone = deviation.shares(np.array([0]), array(5), array(50), array(0), array(0), "either")
    assert np.isnan(alone.p[0])


def test_groups_are_parted_where_they_begin():
    found = deviation.shares(
        np.array([0, 2]), array(1, 2, 3), array(10, 10, 10), array(1, 1, 1), array(10, 10, 10), "either"
    )
    assert found.observed.tolist() == [0.15, 0.3]


def test_means_are_compared_by_their_standard_error():
    # Two groups of 100, means 1.5 and 4.5, each with a variance of 25/99.
    found = deviation.means(
        np.array([0]), array(150), array(250), array(100), array(450), array(2050), array(100), "below"
    )
    spread = (250 + 2050 - 600**2 / 200) / 199
    assert found.p[0] == pytest.approx(stats.norm.cdf(-300 / np.sqrt(spread * 200)))
    assert (found.observed[0], found.expected[0]) == (1.5, 4.5)
    assert found.upper[0] == pytest.approx(1.5 + 1.959964 * np.sqrt(25 / 99 / 100))


def test_events_are_compared_exactly():
    # Five events now and none in twelve equal spans before: (1/13)^5.
    found = deviation.events(array(5), array(1), array(0), array(12), "above")
    assert found.p[0] == pytest.approx(13.0**-5)
    assert found.expected[0] == 0
    assert np.isnan(deviation.events(array(0), array(1), array(0), array(12), "above").p[0])


def test_a_given_expectation_has_its_own_variance():
    found = deviation.given_shares(array(60), array(120), array(24), "above")
    assert found.p[0] == pytest.approx(stats.norm.sf(35.5 / np.sqrt(24 * 0.8)))
    counted = deviation.given_events(array(3), array(100), array(10), "below")
    assert counted.p[0] == pytest.approx(stats.poisson.cdf(3, 10))


def test_false_discoveries_are_held_by_benjamini_and_hochberg():
    # The first example of their paper: fifteen p-values, of which four are discoveries at 0.05.
    p = array(
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528,
        0.7590, 1.0,
    )  # fmt: skip
    assert (deviation.discovered(p) <= 0.05).sum() == 4
    with_untested = deviation.discovered(np.append(p, np.nan))
    assert (with_untested <= 0.05).sum() == 4
    assert np.isnan(with_untested[-1])


def test_only_what_is_large_enough_is_worth_saying():
    found = deviation.Deviations(*(array(*column) for column in ([0.3, 0.3, 0.1], [0.1, 0.25, 0.3], *[[0] * 3] * 4)))
    assert deviation.is_notable(found, "above", 2.0, 0.0).tolist() == [True, False, False]
    assert deviation.is_notable(found, "below", 2.0, 0.0).tolist() == [False, False, True]
    assert deviation.is_notable(found, "either", 1.0, 0.1).tolist() == [True, False, True]
