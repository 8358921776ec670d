"""Standardised rates and ratios against the dossier's vectors, and what they say where there is none to give."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.measures.methods.standardisation import (
    directly_standardised,
    expected_events,
    indirectly_standardised,
    observed_over_expected,
)
from transforms.measures.methods.weighted_sum import METHODS

# The first vector has a stratum of 327 people without events, which carries Fay and Feuer's upper limit far off.
SPARSE = {
    "events": [0, 8, 63, 112, 262, 295],
    "population": [327, 30666, 123419, 149919, 104088, 34392],
    "weights": [319933, 931318, 786511, 488235, 237863, 61313],
}
US_2000 = [13818, 55317, 145565, 138646, 135573, 162613, 134834, 87247, 66037, 44842, 15508]
ELEVEN = {
    "events": [3, 1, 2, 9, 14, 22, 48, 91, 140, 210, 260],
    "population": [5200, 21000, 52000, 51000, 49000, 50500, 52000, 46000, 33000, 17000, 6500],
    "weights": US_2000,
}
VECTORS = """
cells  | method    | rate      | lower     | upper
sparse | fay_feuer | 75.52901  | 67.70212  | 188.30017
sparse | tiwari    | 75.52901  | 67.70212  | 112.85843
sparse | dobson    | 75.52901  | 67.63274  | 83.86711
eleven | fay_feuer | 190.17151 | 177.11253 | 204.02552
eleven | tiwari    | 190.17151 | 177.11253 | 203.95555
eleven | normal    | 190.17151 | 176.88210 | 203.46093
eleven | nchs      | 190.17151 | 176.88210 | 203.46093
eleven | dobson    | 190.17151 | 177.11045 | 203.93466
"""


@pytest.mark.parametrize("line", VECTORS.strip().splitlines()[1:])
def test_directly_standardised_rates_are_those_of_the_vectors(line):
    name, method, *numbers = [cell.strip() for cell in line.split("|")]
    computed = directly_standardised(**{"sparse": SPARSE, "eleven": ELEVEN}[name], method=method, multiplier=1e5)
    found = [float(values[0]) for values in (computed.rate, computed.lower, computed.upper)]
    assert found == pytest.approx([float(number) for number in numbers], abs=6e-6)


def test_standard_error_and_totals():
    computed = directly_standardised(**SPARSE, multiplier=1e5)
    assert float(computed.standard_error[0]) == pytest.approx(4.102084, abs=5e-7)
    assert (computed.events[0], computed.population[0]) == (740, 442811)
    assert computed.effective[0] == pytest.approx((computed.rate[0] / computed.standard_error[0]) ** 2)


def test_a_crude_rate_is_one_stratum_of_any_weight():
    computed = directly_standardised([[871]], [[417200]], [7.0], multiplier=1e5)
    assert float(computed.rate[0]) == pytest.approx(208.77277, abs=1e-5)


def test_few_deaths_have_the_gamma_limits_of_their_effective_count():
    events = [0, 1, 0, 2, 3, 1, 4, 6, 9, 12, 10]
    computed = directly_standardised(events, ELEVEN["population"], US_2000, method="nchs", multiplier=1e5)
    effective = computed.effective[0]
    from scipy.stats import gamma

    assert computed.lower[0] == pytest.approx(computed.rate[0] * gamma.ppf(0.025, effective) / effective)
    assert computed.upper[0] == pytest.approx(computed.rate[0] * gamma.ppf(0.975, effective + 1) / effective)


@pytest.mark.parametrize("method", METHODS)
def test_no_events_have_a_rate_of_zero_and_limits_only_where_the_method_has_some(method):
    computed = directly_standardised([0] * 11, ELEVEN["population"], US_2000, method=method, multiplier=1e5)
    assert computed.rate[0] == 0
    assert computed.problem[0] is None
    if method in ("fay_feuer", "tiwari"):
        assert computed.lower[0] == 0 < computed.upper[0]
        assert computed.limits_problem[0] is None
    else:
        assert np.isnan([computed.lower[0], computed.upper[0]]).all()
        assert computed.limits_problem[0] == f"the method {method} has no limits without events"


def test_what_cannot_be_standardised_says_why_and_leaves_other_groups_alone():
    events = [[5, 5], [5, 5], [0, 5], [5, 5]]
    population = [[100, np.nan], [100, 0], [0, 100], [100, 100]]
    computed = directly_standardised(events, population, [1, 1])
    assert computed.problem.tolist() == [
        "the population lacks a band of the standard",
        "a band has events and no population",
        "a band of the standard has no population",
        None,
    ]
    assert np.isnan(computed.rate).tolist() == [True, True, True, False]
    assert computed.limits_problem.tolist() == computed.problem.tolist()


def test_a_stratum_of_no_weight_takes_no_part():
    computed = directly_standardised([[5, 7]], [[100, np.nan]], [1, 0])
    assert (computed.rate[0], computed.events[0], computed.population[0]) == (0.05, 5, 100)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"events": [[1, -2]]}, "events: 1 negative"),
        ({"events": [[1, np.nan]]}, "events: 1 null"),
        ({"population": [[1, -2]]}, "population: 1 negative"),
        ({"population": [[1, 2, 3]]}, r"population: expected the shape \(1, 2\)"),
        ({"weights": [0, 0]}, "adds up to 0"),
        ({"weights": [1, -1]}, "weights: 1 negative"),
        ({"method": "wald"}, "method: expected one of fay_feuer"),
        ({"confidence": 95}, "confidence"),
        ({"variance": [[1]]}, "variance: expected the shape"),
    ],
)
def test_wrong_inputs_are_refused(changed, message):
    with pytest.raises(ValueError, match=message):
        directly_standardised(**{"events": [[1, 2]], "population": [[10, 20]], "weights": [1, 1], **changed})


def test_a_survey_variance_widens_the_limits():
    plain = directly_standardised(**ELEVEN)
    survey = directly_standardised(**ELEVEN, variance=np.array([ELEVEN["events"]]) * 4.0)
    assert survey.rate[0] == plain.rate[0]
    assert survey.variance[0] == pytest.approx(4 * plain.variance[0])
    assert survey.lower[0] < plain.lower[0]
    assert survey.upper[0] > plain.upper[0]


def test_the_ratio_of_the_vectors():
    for method, lower, upper in (("byar", 91.7182, 179.5813), ("exact_poisson", 91.7303, 179.5761)):
        computed = observed_over_expected([37], [28.4], method=method)
        found = [float(values[0]) for values in (computed.ratio, computed.lower, computed.upper)]
        assert found == pytest.approx([130.2817, lower, upper], abs=6e-5)


def test_a_weighted_ratio_has_the_limits_of_its_effective_count():
    plain, weighted = observed_over_expected([10], [8.0]), observed_over_expected([100], [80.0], effective=[10])
    assert weighted.ratio == plain.ratio
    assert weighted.upper == pytest.approx(plain.upper)
    with pytest.raises(ValueError, match="effective: expected the shape"):
        observed_over_expected([10], [8.0], effective=[1, 2])


def test_an_indirectly_standardised_rate_is_the_ratio_times_the_reference():
    computed = indirectly_standardised([30], [[1000, 500]], [20, 90], [2000, 3000], multiplier=100)
    assert computed.expected.tolist() == [1000 * 20 / 2000 + 500 * 90 / 3000]
    rate, lower, upper = computed.as_rate(110 / 5000 * 1e5, 100)
    assert rate[0] == pytest.approx(30 / 25 * 2200)
    assert lower[0] < rate[0] < upper[0]


def test_expected_events_need_every_band_of_the_reference():
    population = [[10, np.nan], [10, 10], [10, 0]]
    expected, problem = expected_events(population, [5, 0], [100, 0])
    assert problem.tolist() == [
        "the population lacks a band of the reference",
        "the reference has no population in a band that this has",
        None,
    ]
    assert np.isnan(expected).tolist() == [True, True, False]
    computed = observed_over_expected([1, 1, 1], [0, np.nan, 2.0])
    assert computed.problem.tolist() == ["no events are expected", "the expected events are not known", None]
    assert computed.ratio[2] == 50


cells = st.lists(st.tuples(st.integers(0, 500), st.integers(1, 10**6), st.integers(1, 10**5)), min_size=1, max_size=8)


@settings(max_examples=25)
@given(cells=cells, confidence=st.floats(0.5, 0.99), shift=st.integers(0, 7))
@pytest.mark.parametrize("method", METHODS)
def test_limits_contain_the_rate_widen_with_confidence_and_do_not_mind_scale_or_order(method, cells, confidence, shift):
    events, population, weights = np.array(cells, dtype=float).T
    if events.sum() == 0:
        return
    plain = directly_standardised(events, population, weights, method=method, confidence=confidence)
    wider = directly_standardised(events, population, weights, method=method, confidence=(1 + confidence) / 2)
    tenfold = directly_standardised(events, population * 10, weights * 3, method=method, confidence=confidence)
    turned = [np.roll(values, shift) for values in (events, population, weights)]
    other = directly_standardised(*turned, method=method, confidence=confidence)
    assert plain.lower <= plain.rate * (1 + 1e-12)
    assert plain.rate <= plain.upper * (1 + 1e-12)
    assert wider.lower <= plain.lower * (1 + 1e-9)
    assert wider.upper >= plain.upper * (1 - 1e-9)
    for name in ("rate", "lower", "upper"):
        assert getattr(tenfold, name) * 10 == pytest.approx(getattr(plain, name), rel=1e-9)
        assert getattr(other, name) == pytest.approx(getattr(plain, name), rel=1e-9)


@settings(max_examples=25)
@given(cells=cells, place=st.integers(0, 7))
@pytest.mark.parametrize("method", METHODS)
def test_one_more_event_raises_the_rate_and_more_of_everything_narrows_the_limits(method, cells, place):
    events, population, weights = np.array(cells, dtype=float).T
    if events.sum() == 0:
        return
    more = events.copy()
    more[place % len(events)] += 1
    plain = directly_standardised(events, population, weights, method=method)
    assert directly_standardised(more, population, weights, method=method).rate > plain.rate
    many = directly_standardised(events * 100, population * 100, weights, method=method)
    assert many.upper - many.lower < plain.upper - plain.lower


@settings(max_examples=25)
@given(cells=cells, parts=st.lists(st.floats(0, 1), min_size=8, max_size=8))
def test_rates_and_expected_events_add_up_over_parts_of_the_events(cells, parts):
    events, population, weights = np.array(cells, dtype=float).T
    share = np.array(parts[: len(events)])
    whole, *both = (
        directly_standardised(part, population, weights) for part in (events, events * share, events * (1 - share))
    )
    assert sum(part.rate[0] for part in both) == pytest.approx(whole.rate[0], rel=1e-9)
    assert sum(part.variance[0] for part in both) == pytest.approx(whole.variance[0], rel=1e-9)
    expected = [
        expected_events(part, events, population + events)[0][0]
        for part in (population, population * share, population * (1 - share))
    ]
    assert expected[1] + expected[2] == pytest.approx(expected[0], rel=1e-9)
