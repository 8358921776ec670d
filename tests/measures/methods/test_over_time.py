"""Control charts, joinpoints, comparability ratios and excess deaths, by hand and where the truth is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.measures.methods.comparability import comparability_ratio, comparable
from transforms.measures.methods.control_charts import control_chart
from transforms.measures.methods.excess import brought_forward, excess_over_average, excess_over_regression
from transforms.measures.methods.joinpoint import annual_percent_change, fit_trend, most_joinpoints

STEADY = [10.0, 12, 11, 13, 10, 12, 11, 12, 13, 11, 10, 12]


def marked(chart, rule):
    return np.flatnonzero(chart.signals[rule][0]).tolist()


def test_xmr_limits_are_two_point_sixty_six_mean_moving_ranges():
    chart = control_chart("xmr", STEADY)
    mean, moving = np.mean(STEADY), np.abs(np.diff(STEADY)).mean()
    assert chart.centre[0, 0] == pytest.approx(mean)
    assert chart.upper[0, 0] == pytest.approx(mean + 2.66 * moving, rel=1e-3)
    assert chart.lower[0, 0] == pytest.approx(mean - 2.66 * moving, rel=1e-3)


def test_p_and_u_limits_follow_the_size_of_each_period():
    events, size = np.array([4, 6, 5] * 4), np.array([100, 200, 400] * 4)
    p = control_chart("p", events, size)
    centre = events.sum() / size.sum()
    np.testing.assert_allclose(p.upper[0], centre + 3 * np.sqrt(centre * (1 - centre) / size))
    u = control_chart("u", events, size)
    np.testing.assert_allclose(u.upper[0], centre + 3 * np.sqrt(centre / size))
    assert (p.lower >= 0).all()


def test_laneys_limits_are_those_of_p_times_the_spread_of_its_scores():
    events, size = np.array([400, 520, 380, 610, 450, 390] * 2), np.full(12, 4000)
    plain, laney = (control_chart(kind, events, size) for kind in ("p", "laney_p"))
    z = (plain.value - plain.centre) / plain.sigma
    factor = np.abs(np.diff(z[0])).mean() / 1.128
    assert factor > 1
    np.testing.assert_allclose(laney.sigma, plain.sigma * factor)


RULES = """
rule          | values                                            | marked
beyond_limits | 10 12 11 13 10 12 11 12 13 11 10 12 20            | 12
same_side     | 10 12 11 13 10 12 11 12 13 11 10 12 12 12 12 12 12 12 12 12 | 11 12 13 14 15 16 17 18 19
trend         | 10 12 11 13 10 12 11 12 13 11 10 12 9 10 11 12 13 14 | 12 13 14 15 16 17
two_of_three  | 10 12 11 13 10 12 11 12 13 11 10 12 15 11 15      | 12 14
"""


@pytest.mark.parametrize("line", RULES.strip().splitlines()[1:])
def test_each_rule_marks_its_points_against_the_baseline(line):
    rule, values, places = (cell.strip() for cell in line.split("|"))
    chart = control_chart("xmr", [float(value) for value in values.split()], baseline=12)
    assert chart.centre[0, -1] == pytest.approx(np.mean(STEADY))
    assert marked(chart, rule) == [int(place) for place in places.split()]


def test_a_break_starts_a_new_centre_line_and_ends_every_run():
    values = [*STEADY, *[value + 20 for value in STEADY]]
    chart = control_chart("xmr", values, phase=[0] * 12 + [1] * 12)
    assert chart.centre[0, [0, 12]].tolist() == [pytest.approx(np.mean(STEADY)), pytest.approx(np.mean(STEADY) + 20)]
    assert chart.sigma[0, 0] == pytest.approx(chart.sigma[0, 12])
    assert not any(flags.any() for flags in chart.signals.values())
    # Seven of a side in each of two phases are no run of eight.
    level = [*STEADY[:5], *[13] * 7, *[13] * 7, *STEADY[:5]]
    assert marked(control_chart("xmr", level, phase=[0] * 12 + [1] * 12), "same_side") == []


def test_few_points_have_a_centre_and_no_limits():
    chart = control_chart("xmr", [[*STEADY[:11], np.nan], STEADY])
    assert chart.problem[:, 0].tolist() == ["fewer than 12 points in the baseline", None]
    assert np.isnan(chart.upper[0]).all()
    assert not np.isnan(chart.centre).any()
    # A missing period takes no part: its neighbours make no moving range.
    gap = control_chart("xmr", [*STEADY[:6], np.nan, *STEADY[6:]])
    assert gap.centre[0, 0] == pytest.approx(np.mean(STEADY))
    steps = np.delete(np.abs(np.diff(STEADY)), 5)
    assert gap.sigma[0, 0] == pytest.approx(steps.mean() / 1.128)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: control_chart("c", STEADY), "kind: expected one of xmr"),
        (lambda: control_chart("p", STEADY), "denominator: a p chart needs one"),
        (lambda: control_chart("p", [3], [2]), "more events than"),
        (lambda: control_chart("u", [-3], [2]), "numerator: 1 negative"),
        (lambda: control_chart("u", [3], [2, 3]), "expected the shape"),
        (lambda: control_chart("xmr", STEADY, phase=[1] * 11 + [0]), "never falling"),
    ],
)
def test_wrong_charts_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


YEARS = np.arange(2000, 2020)


def bent(at=2010, before=-0.02, after=0.05, noise=0.0):
    wobble = np.random.default_rng(2).normal(0, noise, 20) if noise else 0
    return np.exp(3 + before * (YEARS - 2000) + (after - before) * np.maximum(YEARS - at, 0) + wobble)


def test_a_straight_trend_has_its_percent_change():
    change = annual_percent_change(YEARS, 50 * 1.03 ** (YEARS - 2000))
    assert (change.value, change.lower, change.upper) == pytest.approx((3, 3, 3))
    assert (change.start, change.end) == (2000, 2019)


@pytest.mark.parametrize("selection", ["bic", "bic3"])
def test_a_bend_is_found_where_it_is(selection):
    trend = fit_trend(YEARS, bent(noise=0.01), selection=selection)
    assert trend.joinpoints == (2010,)
    for segment, slope in zip(trend.segments, (-0.02, 0.05), strict=True):
        assert segment.lower < 100 * np.expm1(slope) < segment.upper
    average = 100 * np.expm1((10 * -0.02 + 9 * 0.05) / 19)
    assert trend.average.lower < average < trend.average.upper
    assert trend.fitted == pytest.approx(bent(), rel=0.03)


def test_the_average_may_be_of_a_span_of_years():
    trend = fit_trend(YEARS, bent(), span=(2008, 2014))
    assert trend.average.value == pytest.approx(100 * np.expm1((2 * -0.02 + 4 * 0.05) / 6))
    assert (trend.average.start, trend.average.end) == (2008, 2014)
    with pytest.raises(ValueError, match="span: expected two rising years within 2000 to 2019"):
        fit_trend(YEARS, bent(), span=(1990, 2014))


def test_permutation_tests_find_the_bend_with_a_seed_and_want_one():
    options = {"selection": "permutation", "most": 2, "permutations": 199}
    first, second = (fit_trend(YEARS, bent(noise=0.01), seed=5, **options) for _ in range(2))
    assert first.joinpoints == (2010,)
    assert first.criterion == second.criterion
    assert first.criterion[(0, 2)] < 0.025
    with pytest.raises(ValueError, match="seed"):
        fit_trend(YEARS, bent(), selection="permutation")


def test_the_limits_of_a_line_are_those_of_weighted_least_squares():
    rates, weights = bent(noise=0.05), np.linspace(1, 4, 20)
    change = annual_percent_change(YEARS, rates, weights)
    x, y, w = YEARS - YEARS.mean(), np.log(rates), weights
    centre = (w * x).sum() / w.sum()
    slope = (w * (x - centre) * y).sum() / (w * (x - centre) ** 2).sum()
    residual = y - (w * y).sum() / w.sum() - slope * (x - centre)
    error = np.sqrt((w * residual**2).sum() / 18 / (w * (x - centre) ** 2).sum())
    assert change.value == pytest.approx(100 * np.expm1(slope))
    assert change.upper == pytest.approx(100 * np.expm1(slope + 2.10092204 * error), rel=1e-6)


def test_the_most_joinpoints_by_the_number_of_points():
    assert [most_joinpoints(n) for n in (3, 6, 7, 11, 12, 17, 22, 26, 27, 60)] == [0, 0, 1, 1, 2, 3, 4, 4, 5, 5]
    # What the points do not allow is not tried.
    assert list(fit_trend(YEARS[:7], bent()[:7], most=9).criterion) == [0, 1]


@settings(max_examples=25)
@given(scale=st.floats(1e-3, 1e3), shift=st.integers(-500, 500))
def test_a_trend_does_not_mind_the_scale_of_rates_or_the_count_of_years(scale, shift):
    rates = bent(noise=0.02)
    plain, moved = fit_trend(YEARS, rates), fit_trend(YEARS + shift, rates * scale)
    assert moved.joinpoints == tuple(year + shift for year in plain.joinpoints)
    assert moved.average.value == pytest.approx(plain.average.value, abs=1e-7)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: fit_trend([1, 2, 3], [1, 0, 2]), "1 are 0"),
        (lambda: fit_trend([1, 2], [1, 2]), "3 points"),
        (lambda: fit_trend([1, 3, 2], [1, 2, 2]), "rising"),
        (lambda: fit_trend([1, 2, 3], [1, 2, 3], [1, 1, 0]), "positive weights"),
        (lambda: fit_trend([1, 2, 3], [1, 2, np.nan]), "rates: 1 null"),
        (lambda: fit_trend([1, 2, 3], [1, 2, 3], selection="aic"), "selection"),
    ],
)
def test_wrong_series_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_comparability_carries_the_error_of_the_ratio():
    found = comparable([1000, 1000], [0.9, 1.0], [0.01, 0.0])
    assert found.events.tolist() == [900, 1000]
    assert found.variance.tolist() == pytest.approx([0.81 * 1000 + 100, 1000])
    assert found.upper[1] == pytest.approx(1000 + 1.959964 * np.sqrt(1000))
    ratio, error = comparability_ratio([110.0], [100.0], [90.0])
    assert ratio[0] == pytest.approx(1.1)
    assert error[0] == pytest.approx(1.1 * np.sqrt(30 / 11000))
    with pytest.raises(ValueError, match="more deaths in both"):
        comparability_ratio([10], [9], [10])
    with pytest.raises(ValueError, match="no ratio"):
        comparability_ratio([0], [9], [0])


def test_averages_of_counts_and_of_rates():
    earlier = np.array([[90, 10], [95, 12], [100, 9], [98, 11], [97, 8.0]])
    counts = excess_over_average([120, 12], earlier)
    assert counts.expected.tolist() == [96, 10]
    assert counts.excess.tolist() == [24, 2]
    assert counts.p_score.tolist() == [0.25, 0.2]
    # Years less apart than chance alone would have them: Poisson; further apart: Student's t with 4 degrees of freedom.
    assert counts.upper[0] == pytest.approx(96 + 1.959964 * np.sqrt(96 * 1.2))
    apart = excess_over_average([120], [[60], [80], [100], [120], [140]])
    assert apart.upper[0] == pytest.approx(100 + 2.7764451 * np.sqrt(1000 * 1.2))
    brought = brought_forward(earlier[:, :, None], np.full((5, 2, 1), 1000.0), [[2000.0], [np.nan]])
    assert np.isnan(brought[:, 1]).all()
    rates = excess_over_average([120], brought[:, :1], by_rate=True)
    assert rates.expected.tolist() == [192]
    assert rates.beyond.tolist() == [-1]
    assert (counts.baseline, rates.baseline) == ("average_of_counts", "average_of_rates")


def weekly(extra=0, seed=4):
    t = np.arange(312) / 52
    y = np.random.default_rng(seed).poisson(100 * np.exp(0.1 * np.sin(2 * np.pi * t) + 0.01 * t)).astype(float)
    y[-10:] += extra
    return y, np.full(312, 1e5), t, t < 5


def test_a_regression_finds_trend_season_and_the_excess():
    found = excess_over_regression(*weekly(extra=60))
    assert found.converged
    assert found.terms == ("intercept", "trend", "sin_1", "cos_1")
    assert found.coefficients[1:].tolist() == pytest.approx([0.01, 0.1, 0], abs=0.02)
    assert found.periods.beyond[-10:].tolist() == [1] * 10
    assert np.abs(found.periods.beyond[:-10]).mean() < 0.15
    expected, lower, upper = found.total
    assert lower < expected < upper
    assert expected == pytest.approx(found.periods.expected.sum())
    # The sum's interval is narrower than the sum of the intervals: chance evens out.
    assert upper - lower < (found.periods.upper - found.periods.lower).sum()


def test_overdispersion_widens_the_limits():
    y, exposure, t, base = weekly()
    y = y + 15 * (np.arange(312) % 2)
    wide, narrow = (excess_over_regression(y, exposure, t, base, family=name) for name in ("quasi_poisson", "poisson"))
    assert wide.dispersion > 1 == narrow.dispersion
    np.testing.assert_allclose(wide.periods.expected, narrow.periods.expected)
    assert (wide.periods.upper > narrow.periods.upper).all()


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"events": [-1] * 20}, "negative"),
        ({"person_years": [0] * 20}, "without population"),
        ({"is_baseline": [True] * 5 + [False] * 15}, "need 8 baseline periods; got 5"),
        ({"is_baseline": [True] * 20}, "no period is left"),
        ({"events": [0] * 20}, "none in the baseline"),
        ({"harmonics": 4}, "harmonics"),
        ({"family": "gamma"}, "family"),
        ({"time": [0, 1]}, "equal length"),
    ],
)
def test_wrong_baselines_are_refused(changed, message):
    arguments = {
        "events": [5] * 20,
        "person_years": [100] * 20,
        "time": np.arange(20) / 12,
        "is_baseline": [True] * 16 + [False] * 4,
        **changed,
    }
    with pytest.raises(ValueError, match=message):
        excess_over_regression(**arguments)


def test_wrong_averages_are_refused():
    with pytest.raises(ValueError, match="2 or more years by 1 periods"):
        excess_over_average([5], [[4]])
    with pytest.raises(ValueError, match="expected the shape of events"):
        brought_forward([[[5.0]]], [[5.0]], [[5.0]])
