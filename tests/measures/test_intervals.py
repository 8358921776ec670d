"""Intervals against the test vectors of the methods dossier and against what every interval must do."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.measures import intervals

POISSON = """
events | byar lower | byar upper | exact lower | exact upper
0      | 0          | 3.6680     | 0           | 3.6889
1      | 0.0131     | 5.5638     | 0.0253      | 5.5716
5      | 1.6113     | 11.6682    | 1.6235      | 11.6683
9      | 4.1069     | 17.0858    | 4.1154      | 17.0848
10     | 4.7874     | 18.3915    | 4.7954      | 18.3904
20     | 12.2114    | 30.8899    | 12.2165     | 30.8884
37     | 26.0480    | 51.0011    | 26.0514     | 50.9996
100    | 81.3621    | 121.6279   | 81.3640     | 121.6268
"""


def vectors() -> np.ndarray:
    lines = POISSON.strip().splitlines()[1:]
    return np.array([[float(cell) for cell in line.split("|")] for line in lines])


def test_byar_and_exact_limits_are_those_of_the_vectors():
    table = vectors()
    byar, exact = intervals.byar(table[:, 0], 0.95), intervals.exact_poisson(table[:, 0], 0.95)
    for computed, expected in zip((*byar, *exact), table[:, 1:].T, strict=True):
        np.testing.assert_allclose(computed, expected, atol=6e-5)


def test_wilson_limits_are_those_of_newcombe():
    # Newcombe, Statistics in Medicine 1998; 17: 857-872, table I, method 3.
    cases = [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)]
    events, size, lower, upper = np.array(cases).T
    computed = intervals.wilson(events / size, size, 0.95)
    np.testing.assert_allclose(computed[0], lower, atol=5e-5)
    np.testing.assert_allclose(computed[1], upper, atol=5e-5)


def test_a_mean_has_normal_limits_of_its_sample_variance():
    days = np.array([0.0, 2.0, 3.0, 7.0, 11.0])
    half = intervals.normal_quantile(0.95) * days.std(ddof=1) / np.sqrt(5)
    lower, upper = intervals.normal_mean(days.sum(), (days**2).sum(), 5, 5, 0.95)
    assert (float(lower), float(upper)) == pytest.approx((days.mean() - half, days.mean() + half))


def test_what_has_no_interval_has_none():
    assert np.isnan(intervals.wilson(0.0, 0, 0.95)).all()
    assert np.isnan(intervals.normal_mean(3, 9, 1, 1, 0.95)).all()
    assert np.isnan(intervals.exact_poisson(-1, 0.95)).all()


@given(events=st.floats(0, 1e6), confidence=st.floats(0.5, 0.999))
@pytest.mark.parametrize("method", [intervals.exact_poisson, intervals.byar])
def test_poisson_limits_contain_the_count_and_widen_with_confidence(method, events, confidence):
    lower, upper = method(events, confidence)
    wider_lower, wider_upper = method(events, (1 + confidence) / 2)
    assert lower <= events <= upper
    assert wider_lower <= lower
    assert wider_upper >= upper


@given(size=st.integers(1, 10**6), share=st.floats(0, 1), confidence=st.floats(0.5, 0.999))
def test_wilson_limits_contain_the_share_and_narrow_as_counts_grow(size, share, confidence):
    proportion = round(share * size) / size
    lower, upper = intervals.wilson(proportion, size, confidence)
    ten_lower, ten_upper = intervals.wilson(proportion, size * 10, confidence)
    assert 0 <= lower <= proportion <= upper <= 1
    assert ten_upper - ten_lower <= upper - lower


@given(events=st.integers(1, 10**5))
def test_relative_width_falls_with_the_count(events):
    for method in (intervals.exact_poisson, intervals.byar):
        few, more = method(events, 0.95), method(events * 4, 0.95)
        assert (more[1] - more[0]) / (4 * events) < (few[1] - few[0]) / events
