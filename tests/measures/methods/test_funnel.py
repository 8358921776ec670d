"""Funnel limits, z-scores and overdispersion, worked by hand and against what every funnel must do."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2

from transforms.measures.methods.funnel import (
    RATIO_METHODS,
    funnel_of_proportions,
    funnel_of_ratios,
    overdispersion,
    proportion_limits,
    ratio_limits,
)

OBSERVED = np.array([10, 20, 30, 80, 41, 55, 33, 27, 64, 38, 49, 20])
EXPECTED = np.array([12.0, 25, 20, 50, 40, 50, 35, 30, 60, 40, 44, 24])


def test_exact_limits_are_half_chi_squared_over_expected():
    lower, upper = ratio_limits(20.0, 0.998)
    assert lower == pytest.approx(chi2.ppf(0.001, 40) / 2 / 20)
    assert upper == pytest.approx(chi2.ppf(0.999, 42) / 2 / 20)


def test_shmi_limits_add_the_variance_between_units():
    s = 1 / np.sqrt(EXPECTED)
    z = np.log(OBSERVED / EXPECTED) / s
    low, high = np.quantile(z, [0.1, 0.9])
    phi = (np.clip(z, low, high) ** 2).mean()
    weight = EXPECTED
    tau2 = max(0.0, (12 * phi - 11) / (weight.sum() - (weight**2).sum() / weight.sum()))
    funnel = funnel_of_ratios(OBSERVED, EXPECTED, method="shmi")
    assert (funnel.phi, funnel.tau2) == pytest.approx((phi, tau2))
    np.testing.assert_allclose(funnel.limits[0.95][1], np.exp(1.959964 * np.sqrt(1 / EXPECTED + tau2)), rtol=1e-6)
    np.testing.assert_allclose(funnel.limits[0.998][0], np.exp(-3.090232 * np.sqrt(1 / EXPECTED + tau2)), rtol=1e-6)


def test_cqc_limits_are_drawn_on_the_scale_of_the_ratio():
    lower, upper = ratio_limits(100.0, 0.95, method="cqc", tau2=0.01)
    half = 1.959964 * np.sqrt(0.0025 + 0.01)
    assert (lower, upper) == pytest.approx(((1 - half) ** 2, (1 + half) ** 2), rel=1e-6)


def test_scottish_limits_replace_the_two_extremes():
    funnel = funnel_of_ratios(OBSERVED, EXPECTED, method="phs")
    z = np.sort((OBSERVED / EXPECTED - 1) * np.sqrt(EXPECTED))
    z[0], z[-1] = z[1], z[-2]
    w = np.sqrt((z**2).sum() / np.count_nonzero(z))
    np.testing.assert_allclose(funnel.limits[0.95][1], 1 + 1.959964 * w / np.sqrt(EXPECTED), rtol=1e-6)


def test_truncation_leaves_out_the_outer_tenths():
    z = np.array([-9.0, -1, -0.5, 0, 0.2, 0.5, 1, 1.5, 9])
    phi, _ = overdispersion(z, np.ones(9), trim="truncate")
    kept = [rank for rank in range(1, 10) if 0 < int(rank * 10 / 10) < 9]
    assert phi == pytest.approx((z[np.array(kept) - 1] ** 2).mean())


def test_no_spread_beyond_chance_leaves_the_limits_alone():
    phi, tau2 = overdispersion([0.5, -0.5, 0.2, -0.2], [0.1] * 4, trim="none")
    assert phi < 1
    assert tau2 == 0
    assert overdispersion([], []) == (1.0, 0.0)


def test_units_without_events_or_expectation_say_so():
    funnel = funnel_of_ratios([0, 5, 3], [9.0, 6, 0], method="shmi", multiplier=100)
    assert funnel.problem.tolist() == ["no events: no z-score on this scale", None, "no events are expected"]
    assert funnel.value[:2].tolist() == [0, pytest.approx(500 / 6)]
    assert np.isnan([funnel.value[2], funnel.z[0], funnel.limits[0.95][0][2]]).all()


@pytest.mark.parametrize("method", RATIO_METHODS)
def test_funnels_narrow_with_size_hold_the_target_and_place_units(method):
    funnel = funnel_of_ratios(OBSERVED, EXPECTED, method=method)
    by_size = np.argsort(EXPECTED)
    for level in (0.95, 0.998):
        lower, upper = (bound[by_size] for bound in funnel.limits[level])
        assert (lower <= 1).all()
        assert (upper >= 1).all()
        assert (np.diff(upper) <= 0).all()
        assert (np.diff(lower) >= 0).all()
    assert (funnel.limits[0.998][1] > funnel.limits[0.95][1]).all()
    outside = (funnel.limits[0.95][1] < OBSERVED / EXPECTED) | (funnel.limits[0.95][0] > OBSERVED / EXPECTED)
    assert (funnel.band != "within").tolist() == outside.tolist()
    turned = funnel_of_ratios(OBSERVED[::-1], EXPECTED[::-1], method=method)
    assert (turned.phi, turned.tau2) == (funnel.phi, funnel.tau2)


def test_a_unit_far_out_is_beyond_control():
    bands = funnel_of_ratios([200, 100, 130, 60, 75], [100.0] * 5, method="exact").band.tolist()
    assert bands == ["above_control", "within", "above_warning", "below_control", "below_warning"]


def test_proportions_are_placed_around_that_of_all():
    events, size = np.array([10, 20, 30, 80, 0]), np.array([100, 250, 200, 500, 3])
    funnel = funnel_of_proportions(events, size, overdispersed=False)
    assert funnel.target == pytest.approx(140 / 1053)
    angle = np.arcsin(np.sqrt(funnel.target))
    assert funnel.z[0] == pytest.approx((np.arcsin(np.sqrt(0.1)) - angle) * 2 * 10)
    assert funnel.limits[0.95][1][0] == pytest.approx(np.sin(angle + 1.959964 * 0.05) ** 2, rel=1e-6)
    lower, upper = proportion_limits([1.0, 10.0, 1e6], 0.13, 0.998)
    assert lower[0] == 0
    assert 0.13 < upper[2] < upper[1] < upper[0] <= 1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: funnel_of_ratios([1], [1.0], method="log"), "method: expected"),
        (lambda: funnel_of_ratios([1, 2], [1.0]), "equal length"),
        (lambda: funnel_of_ratios([-1], [1.0]), "observed: 1 negative"),
        (lambda: funnel_of_proportions([3], [2]), "more events than size"),
        (lambda: funnel_of_proportions([0], [0]), "every unit is empty"),
        (lambda: overdispersion([1.0], [1.0], share=0.5), "share"),
    ],
)
def test_wrong_inputs_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
