"""Logistic regression on cells: known answers, separation, discrimination and calibration."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import expit, logit

from transforms.measures.methods.logistic import c_statistic, calibration, design, fit_logistic


def generated(cells=400, seed=11):
    rng = np.random.default_rng(seed)
    group, sex = rng.integers(0, 5, cells), np.array(["F", "M", "U"])[rng.integers(0, 3, cells)]
    age = rng.integers(-5, 4, cells).astype(float)
    trials = rng.integers(1, 40, cells)
    events = rng.binomial(trials, expit(-2 + 0.3 * age + 0.4 * (sex == "M") - 0.2 * group))
    return {"group": group, "sex": sex}, {"age": age}, events, trials


def test_two_groups_have_the_log_odds_ratio_and_woolfs_error():
    model = fit_logistic(design({"group": ["a", "b"]}), [30, 60], [130, 160], ridge=0.0)
    assert model.names == ("intercept", "group=b")
    assert model.coefficients.tolist() == pytest.approx([logit(30 / 130), np.log(60 * 100 / (100 * 30))])
    assert model.standard_errors[1] == pytest.approx(np.sqrt(1 / 30 + 1 / 100 + 1 / 60 + 1 / 100))
    assert model.probability.tolist() == pytest.approx([30 / 130, 60 / 160])
    assert model.converged
    assert model.deviance == pytest.approx(0, abs=1e-9)


def test_the_fit_is_the_maximum_that_a_general_optimiser_finds():
    factors, continuous, events, trials = generated()
    terms = design(factors, continuous)
    model = fit_logistic(terms, events, trials, ridge=0.0)
    x = terms.matrix.toarray()

    def cost(beta):
        return -(events * (x @ beta) - trials * np.logaddexp(0, x @ beta)).sum()

    def slope(beta):
        return -x.T @ (events - trials * expit(x @ beta))

    found = minimize(cost, np.zeros(x.shape[1]), jac=slope, method="BFGS", options={"gtol": 1e-7}).x
    np.testing.assert_allclose(model.coefficients, found, atol=1e-6)


def test_expected_events_add_up_to_the_observed_and_the_ridge_hardly_matters():
    factors, continuous, events, trials = generated()
    terms = design(factors, continuous)
    model = fit_logistic(terms, events, trials)
    assert (model.probability * trials).sum() == pytest.approx(events.sum(), abs=1e-6)
    plain = fit_logistic(terms, events, trials, ridge=0.0)
    np.testing.assert_allclose(model.coefficients, plain.coefficients, atol=1e-5)


def test_a_level_without_events_is_held_by_the_ridge_and_named():
    model = fit_logistic(design({"group": ["a", "b", "c"]}), [30, 0, 12], [100, 50, 12])
    assert model.converged
    assert model.separated == ("group=b", "group=c")
    assert model.probability[1] < 1e-4
    assert model.probability[2] > 1 - 1e-4
    assert model.probability[0] == pytest.approx(0.3, abs=1e-4)
    assert np.isfinite(model.coefficients).all()


def test_cells_without_trials_have_no_say():
    base = fit_logistic(design({"group": ["a", "b"]}), [3, 6], [10, 10])
    more = fit_logistic(design({"group": ["a", "b", "b"]}), [3, 6, 0], [10, 10, 0])
    np.testing.assert_allclose(more.coefficients, base.coefficients)


def test_the_order_of_cells_changes_nothing_and_the_same_cells_give_the_same_bytes():
    factors, continuous, events, trials = generated()
    order = np.random.default_rng(1).permutation(len(events))
    model = fit_logistic(design(factors, continuous), events, trials)
    again = fit_logistic(design(factors, continuous), events, trials)
    turned = fit_logistic(
        design(
            {name: values[order] for name, values in factors.items()},
            {name: values[order] for name, values in continuous.items()},
        ),
        events[order],
        trials[order],
    )
    assert again.coefficients.tobytes() == model.coefficients.tobytes()
    np.testing.assert_allclose(turned.coefficients, model.coefficients, atol=1e-9)
    assert turned.c_statistic == pytest.approx(model.c_statistic, abs=1e-6)


def test_the_c_statistic_counts_pairs():
    assert c_statistic([0.1, 0.4, 0.4, 0.8], [0, 1, 0, 1], [1, 1, 1, 1]) == (1 + 0.5 + 2) / 4
    assert c_statistic([0.2, 0.6], [3, 9], [10, 10]) == pytest.approx((9 * 7 + (9 * 1 + 3 * 7) / 2) / (12 * 8))
    assert c_statistic([0.2, 0.6], [0, 0], [10, 10]) is None


def test_calibration_groups_by_risk_and_keeps_every_record():
    found = calibration([0.1, 0.2, 0.3, 0.4], [1, 2, 3, 5], [10, 10, 10, 10], groups=2)
    assert found.trials.tolist() == [20, 20]
    assert found.observed.tolist() == [3, 8]
    assert found.expected.tolist() == pytest.approx([3, 7])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: design({"sex": ["F", None]}), "sex: null levels"),
        (lambda: design({"group": [1.0, np.nan]}), "group: null levels"),
        (lambda: design({"sex": ["F"]}, {"age": [np.nan]}), "age: null or infinite"),
        (lambda: design({"sex": ["F"], "group": [1, 2]}), "equal length"),
        (lambda: design({}), "no terms"),
        (lambda: fit_logistic(design({"a": [0, 1]}), [3, 1], [2, 2]), "more than trials"),
        (lambda: fit_logistic(design({"a": [0, 1]}), [0, 0], [2, 2]), "nothing to model"),
        (lambda: fit_logistic(design({"a": [0, 1]}), [0], [2]), "one of each"),
    ],
)
def test_wrong_inputs_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
