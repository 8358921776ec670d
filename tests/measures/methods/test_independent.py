"""The methods against other programs on generated data: base R, epitools and survival, and slow plain Python.

The R figures come from one run of oracle.R; where Rscript or its packages are absent (Debian: r-base-core,
r-cran-epitools, r-cran-survival) those tests skip and say so.
"""

from __future__ import annotations

import csv
import math
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import chi2, norm

from tests.measures.methods.test_logistic import generated
from tests.measures.methods.test_over_time import YEARS, bent, weekly
from transforms.measures.methods.excess import excess_over_regression
from transforms.measures.methods.joinpoint import fit_trend
from transforms.measures.methods.life_table import life_tables
from transforms.measures.methods.logistic import design, fit_logistic
from transforms.measures.methods.poisson import exact_poisson
from transforms.measures.methods.proportion import clopper_pearson, wilson
from transforms.measures.methods.standardisation import directly_standardised, indirectly_standardised

EVENTS, SIZES = np.array([0, 1, 4, 9, 10, 37, 250]), np.array([12, 9, 30, 15, 200, 400, 260])
RNG = np.random.default_rng(20)
POPULATION, WEIGHTS = RNG.integers(50, 90_000, 11), RNG.integers(1, 1000, 11)
STRATA = RNG.poisson(POPULATION * 3e-4)


@pytest.fixture(scope="module")
def r(tmp_path_factory):
    """The numbers of each line that oracle.R prints, by name."""
    program = shutil.which("Rscript")
    if program is None:
        pytest.skip("Rscript is not installed")
    folder = tmp_path_factory.mktemp("oracle")

    def write(name, **columns):
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            writer.writerows(zip(*[np.asarray(values).tolist() for values in columns.values()], strict=True))

    factors, continuous, events, trials = generated()
    y, exposure, t, base = weekly(extra=20)
    write("counts", events=EVENTS, size=SIZES)
    write("strata", events=STRATA, population=POPULATION, weight=WEIGHTS)
    write("cells", **factors, **continuous, events=events, trials=trials)
    write("weeks", events=y, person_years=exposure, time=t, trend=t - t[base].mean(), baseline=base.astype(int))
    write("years", year=YEARS, rate=bent(noise=0.01), weight=np.linspace(1, 4, 20))
    script = Path(__file__).with_name("oracle.R")
    ran = subprocess.run([program, str(script), str(folder)], capture_output=True, text=True, timeout=60, check=False)
    if "there is no package called" in ran.stderr:
        pytest.skip("an R package of oracle.R is not installed")
    assert ran.returncode == 0, ran.stderr
    lines = [line.split() for line in ran.stdout.splitlines()]
    return {name: np.array(numbers, dtype=float) for name, *numbers in lines}


def test_intervals_of_counts_and_proportions_are_those_of_r(r):
    for name, limits in (
        ("exact_poisson", exact_poisson(EVENTS, 0.95)),
        ("wilson", wilson(EVENTS / SIZES, SIZES, 0.95)),
        ("clopper_pearson", clopper_pearson(EVENTS / SIZES, SIZES, 0.95)),
    ):
        np.testing.assert_allclose(np.concatenate(limits), r[name], rtol=1e-9, atol=1e-12)


def test_fay_feuer_limits_are_those_of_epitools(r):
    ours = directly_standardised(STRATA, POPULATION, WEIGHTS)
    np.testing.assert_allclose([ours.rate[0], ours.lower[0], ours.upper[0]], r["fay_feuer"], rtol=1e-10)


def test_the_logistic_model_is_that_of_glm_and_its_c_that_of_survival(r):
    factors, continuous, events, trials = generated()
    model = fit_logistic(design(factors, continuous), events, trials, ridge=0.0)
    np.testing.assert_allclose(model.coefficients, r["logistic"], atol=1e-9)
    np.testing.assert_allclose(model.standard_errors, r["logistic_errors"], rtol=1e-7)
    assert model.deviance == pytest.approx(r["logistic_deviance"][0], rel=1e-9)
    assert model.c_statistic == pytest.approx(r["c_statistic"][0], abs=1e-9)


def test_the_baseline_is_that_of_quasi_poisson_glm(r):
    ours = excess_over_regression(*weekly(extra=20))
    np.testing.assert_allclose(ours.coefficients, r["baseline"], atol=1e-8)
    np.testing.assert_allclose(ours.periods.expected, r["expected"], rtol=1e-9)
    assert ours.dispersion == pytest.approx(max(r["dispersion"][0], 1), rel=1e-7)
    spread = ours.dispersion * r["expected"] + r["expected_error"] ** 2 * ours.dispersion / r["dispersion"][0]
    upper = r["expected"] * (1 + 2 / 3 * norm.ppf(0.975) * np.sqrt(spread) / r["expected"]) ** 1.5
    np.testing.assert_allclose(ours.periods.upper, upper, rtol=1e-7)


def test_a_segments_change_is_that_of_weighted_lm(r):
    trend = fit_trend(YEARS, bent(noise=0.01), np.linspace(1, 4, 20), most=1)
    assert trend.joinpoints == (2010,)
    first = trend.segments[0]
    np.testing.assert_allclose([first.value, first.lower, first.upper], r["first_segment"], rtol=1e-8)


def life_table_by_hand(deaths, population, starts, z):
    """Chiang II, one table, one age after another."""
    ages = len(starts)
    survivors, lived, variances = [1.0], [], []
    for x in range(ages):
        m, last = deaths[x] / population[x], x == ages - 1
        a, n = (0.1 if starts[x] == 0 else 0.5), None if last else starts[x + 1] - starts[x]
        q = 1.0 if last else n * m / (1 + n * m * (1 - a))
        died = survivors[x] * q
        lived.append(survivors[x] / m if last else n * (survivors[x] - died) + n * a * died)
        variances.append(0 if not deaths[x] else q * q * (1 - q) / deaths[x])
        survivors.append(survivors[x] - died)
    found = []
    for x in range(ages):
        variance = (survivors[-2] / (deaths[-1] / population[-1])) ** 2 / deaths[-1]
        for later in range(x, ages - 1):
            a, n = (0.1 if starts[later] == 0 else 0.5), starts[later + 1] - starts[later]
            beyond = sum(lived[later + 1 :]) / survivors[later + 1]
            variance += survivors[later] ** 2 * ((1 - a) * n + beyond) ** 2 * variances[later]
        e = sum(lived[x:]) / survivors[x]
        found.append((e, e - z * math.sqrt(variance) / survivors[x]))
    return found


def test_life_tables_are_those_of_a_plain_loop():
    starts = [0, 1, *range(5, 90, 5)]
    population = RNG.integers(5_000, 60_000, (4, len(starts)))
    hazard = 0.004 * np.exp(0.06 * np.array(starts)) / 4
    deaths = RNG.poisson(population * hazard)
    deaths[:, 2] = 0
    tables = life_tables(deaths, population, starts)
    for row in range(4):
        expected = life_table_by_hand(deaths[row].tolist(), population[row].tolist(), starts, norm.ppf(0.975))
        np.testing.assert_allclose(np.stack([tables.e[row], tables.lower[row]], axis=1), expected, rtol=1e-10)


def rate_by_hand(events, population, weights, method):
    """A directly standardised rate and its limits, stratum after stratum, in the chi-squared form of the papers."""
    total = sum(weights)
    k = [w / total / n for w, n in zip(weights, population, strict=True)]
    y = sum(factor * x for factor, x in zip(k, events, strict=True))
    v = sum(factor**2 * x for factor, x in zip(k, events, strict=True))
    lower = v / (2 * y) * chi2.ppf(0.025, 2 * y * y / v)
    if method in ("fay_feuer", "tiwari"):
        one = max(k) if method == "fay_feuer" else sum(k) / len(k)
        two = max(k) ** 2 if method == "fay_feuer" else sum(factor**2 for factor in k) / len(k)
        return y, lower, (v + two) / (2 * (y + one)) * chi2.ppf(0.975, 2 * (y + one) ** 2 / (v + two))
    events_in_all = sum(events)
    scale, z = math.sqrt(v / events_in_all), norm.ppf(0.975)
    low = events_in_all * (1 - 1 / (9 * events_in_all) - z / (3 * math.sqrt(events_in_all))) ** 3
    more = events_in_all + 1
    high = more * (1 - 1 / (9 * more) + z / (3 * math.sqrt(more))) ** 3
    return y, y + scale * (low - events_in_all), y + scale * (high - events_in_all)


@pytest.mark.parametrize("method", ["fay_feuer", "tiwari", "dobson"])
def test_many_standardised_rates_are_those_of_a_plain_loop(method):
    population = RNG.integers(20, 50_000, (30, 8))
    events = RNG.poisson(population * 1e-3) + np.eye(30, 8, dtype=int)
    weights = RNG.integers(1, 100, 8)
    ours = directly_standardised(events, population, weights, method=method)
    for row in range(30):
        if events[row].sum():
            expected = rate_by_hand(events[row].tolist(), population[row].tolist(), weights.tolist(), method)
            np.testing.assert_allclose([ours.rate[row], ours.lower[row], ours.upper[row]], expected, rtol=1e-9)


def test_standardised_ratios_are_those_of_a_plain_loop():
    population, reference = RNG.integers(100, 5_000, (6, 4)), RNG.integers(1_000, 9_000, 4)
    reference_events, observed = RNG.integers(5, 90, 4), RNG.integers(0, 60, 6)
    ours = indirectly_standardised(observed, population, reference_events, reference, method="exact_poisson")
    for row in range(6):
        expected = sum(population[row, i] * reference_events[i] / reference[i] for i in range(4))
        upper = chi2.ppf(0.975, 2 * observed[row] + 2) / 2
        assert ours.ratio[row] == pytest.approx(100 * observed[row] / expected)
        assert ours.upper[row] == pytest.approx(100 * upper / expected)
