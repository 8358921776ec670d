"""Intervals against the test vectors of the methods dossier and against what every interval must do."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.measures.methods.arrays import normal_quantile
from transforms.measures.methods.mean import normal_mean, student_mean
from transforms.measures.methods.nchs import nchs
from transforms.measures.methods.poisson import byar, exact_poisson, normal, phe
from transforms.measures.methods.proportion import clopper_pearson, wilson

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
    limits = (*byar(table[:, 0], 0.95), *exact_poisson(table[:, 0], 0.95))
    for computed, expected in zip(limits, table[:, 1:].T, strict=True):
        np.testing.assert_allclose(computed, expected, atol=6e-5)


def test_wilson_limits_are_those_of_newcombe():
    # Newcombe, Statistics in Medicine 1998; 17: 857-872, table I, method 3.
    cases = [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)]
    events, size, lower, upper = np.array(cases).T
    computed = wilson(events / size, size, 0.95)
    np.testing.assert_allclose(computed[0], lower, atol=5e-5)
    np.testing.assert_allclose(computed[1], upper, atol=5e-5)


def test_a_mean_has_normal_limits_of_its_sample_variance():
    days = np.array([0.0, 2.0, 3.0, 7.0, 11.0])
    half = normal_quantile(0.95) * days.std(ddof=1) / np.sqrt(5)
    lower, upper = normal_mean(days.sum(), (days**2).sum(), 5, 5, 0.95)
    assert (float(lower), float(upper)) == pytest.approx((days.mean() - half, days.mean() + half))
    # Student's t of 4 degrees of freedom: 2.776445.
    upper = student_mean(days.sum(), (days**2).sum(), 5, 5, 0.95)[1]
    assert upper == pytest.approx(days.mean() + half * 2.776445 / 1.959964, rel=1e-6)


def test_what_has_no_interval_has_none():
    assert np.isnan(wilson(0.0, 0, 0.95)).all()
    assert np.isnan(clopper_pearson(0.0, 0, 0.95)).all()
    assert np.isnan([normal_mean(3, 9, 1, 1, 0.95), student_mean(3, 9, 1, 1, 0.95)]).all()
    assert np.isnan([method(np.nan, 0.95) for method in (exact_poisson, byar, phe, normal, nchs)]).all()


@pytest.mark.parametrize("method", [exact_poisson, byar, phe, normal, nchs])
def test_negative_and_infinite_counts_are_refused(method):
    with pytest.raises(ValueError, match="1 negative value"):
        method([3, -1], 0.95)
    with pytest.raises(ValueError, match="infinite"):
        method([3, np.inf], 0.95)
    with pytest.raises(ValueError, match="confidence"):
        method(3, 95)


def test_a_share_above_one_is_refused():
    with pytest.raises(ValueError, match="above 1"):
        wilson(1.2, 10, 0.95)


def test_english_public_health_takes_byar_from_ten_events():
    count = np.array([9.0, 10.0])
    assert phe(count, 0.95)[1].tolist() == [exact_poisson(9, 0.95)[1], byar(10, 0.95)[1]]


def test_nchs_takes_normal_limits_from_a_hundred_deaths():
    # Garwood's limits over the count up to 99, as in the table of factors of NCHS's reports; then 1 ± 1.96 / sqrt(D).
    lower, upper = nchs([99, 100, 0], 0.95)
    assert (lower[0] / 99, upper[0] / 99) == pytest.approx((0.81275, 1.21746), abs=3e-5)
    assert (lower[1], upper[1]) == pytest.approx((80.40036, 119.59964))
    assert (lower[2], upper[2]) == pytest.approx((0, 3.688879))


def test_clopper_pearson_limits_are_those_of_binom_test():
    # R 4.2.2: binom.test(x, n)$conf.int
    cases = [
        (0, 10, 0.0, 0.30849711),
        (1, 29, 0.00087264688, 0.17764429),
        (81, 263, 0.25273675, 0.36762192),
        (7, 7, 0.5903836, 1),
    ]
    events, size, lower, upper = np.array(cases).T
    computed = clopper_pearson(events / size, size, 0.95)
    np.testing.assert_allclose(computed[0], lower, atol=5e-8)
    np.testing.assert_allclose(computed[1], upper, atol=5e-8)


@settings(max_examples=50)
@given(events=st.floats(0, 1e6), confidence=st.floats(0.5, 0.999))
@pytest.mark.parametrize("method", [exact_poisson, byar, phe, normal, nchs])
def test_poisson_limits_contain_the_count_and_widen_with_confidence(method, events, confidence):
    lower, upper = method(events, confidence)
    wider_lower, wider_upper = method(events, (1 + confidence) / 2)
    assert lower <= events <= upper
    assert wider_lower <= lower
    assert wider_upper >= upper


@settings(max_examples=50)
@given(events=st.floats(0, 1e5), more=st.floats(1e-3, 1e3))
@pytest.mark.parametrize("method", [exact_poisson, byar])
def test_poisson_limits_rise_with_the_count(method, events, more):
    few, many = method(events, 0.95), method(events + more, 0.95)
    assert few[0] <= many[0]
    assert few[1] < many[1]


@settings(max_examples=50)
@given(size=st.integers(1, 10**6), share=st.floats(0, 1), confidence=st.floats(0.5, 0.999))
@pytest.mark.parametrize("method", [wilson, clopper_pearson])
def test_limits_of_a_share_contain_the_share_and_narrow_as_counts_grow(method, size, share, confidence):
    proportion = round(share * size) / size
    lower, upper = method(proportion, size, confidence)
    ten_lower, ten_upper = method(proportion, size * 10, confidence)
    assert 0 <= lower <= proportion <= upper <= 1
    assert ten_upper - ten_lower <= upper - lower


@settings(max_examples=50)
@given(events=st.integers(1, 10**5))
def test_relative_width_falls_with_the_count(events):
    for method in (exact_poisson, byar, normal):
        few, more = method(events, 0.95), method(events * 4, 0.95)
        assert (more[1] - more[0]) / (4 * events) < (few[1] - few[0]) / events
