"""Excess deaths against a stated baseline: an average of earlier years, or a regression with trend and season."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from transforms.measures.methods.arrays import (
    Floats,
    Reasons,
    checked,
    fitted,
    normal_quantile,
    one_of,
    reasons,
    tail_of,
)

AVERAGES = ("average_of_counts", "average_of_rates")
MOST_ITERATIONS = 50


@dataclass(frozen=True, kw_only=True)
class Excess:
    """One entry a period: expected events with their prediction interval, and observed less expected.

    `p_score` is the excess per expected event. The interval says where the observed number would lie, chance and the
    uncertainty of the baseline together; `beyond` is +1 above it, -1 below it, 0 within. `baseline` names the method.
    """

    observed: Floats
    expected: Floats
    lower: Floats
    upper: Floats
    baseline: str
    problem: Reasons

    @property
    def excess(self) -> Floats:
        return self.observed - self.expected

    @property
    def excess_lower(self) -> Floats:
        return self.observed - self.upper

    @property
    def excess_upper(self) -> Floats:
        return self.observed - self.lower

    @property
    def p_score(self) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.expected > 0, self.excess / self.expected, np.nan)

    @property
    def beyond(self) -> NDArray[np.int64]:
        with np.errstate(invalid="ignore"):
            return (self.observed > self.upper).astype(np.int64) - (self.observed < self.lower).astype(np.int64)


def excess_over_average(
    observed: ArrayLike,
    earlier: ArrayLike,
    *,
    by_rate: bool = False,
    confidence: float = 0.95,
) -> Excess:
    """Events against the average of the same period in earlier years (five, as a rule).

    `observed` has one number a period, `earlier` years by periods: the counts of those years, or with `by_rate` what
    `brought_forward` made of them. The average of counts ignores a growing or ageing population and so overstates the
    excess; that of rates tends to the least excess (Schöley, 2021, read in part).

    The prediction interval is expected ± the greater of z sqrt(expected (1 + 1/years)), chance alone, and
    t sqrt(s² (1 + 1/years)), the variance between the years with years - 1 degrees of freedom; not below 0. An own
    choice: the offices that print five-year averages give none. ValueError: null or negative counts, fewer than 2
    earlier years.
    """
    now, past = checked("observed", observed), checked("earlier", earlier)
    if past.ndim != 2 or past.shape[1:] != now.shape or past.shape[0] < 2:
        raise ValueError(f"earlier: expected 2 or more years by {now.size} periods; got shape {past.shape}")
    years = past.shape[0]
    expected = past.mean(axis=0)
    chance = normal_quantile(confidence) * np.sqrt(expected)
    between = stats.t.ppf(1 - tail_of(confidence), years - 1) * past.std(axis=0, ddof=1)
    half = np.maximum(chance, between) * np.sqrt(1 + 1 / years)
    return Excess(
        observed=now,
        expected=expected,
        lower=np.maximum(expected - half, 0.0),
        upper=expected + half,
        baseline=AVERAGES[1] if by_rate else AVERAGES[0],
        problem=np.full(now.shape, None, dtype=object),
    )


def brought_forward(events: ArrayLike, person_years: ArrayLike, today: ArrayLike) -> Floats:
    """Earlier events as they would be at the same rates in today's population: years by periods.

    `events` and `person_years` are years by periods by age bands, `today` the person-years of periods by age bands: an
    age of its own each, or the population's ageing is left in. Null where a band's person-years are unknown or 0.
    ValueError: null or negative events, negative person-years, unequal shapes.
    """
    counts, then = checked("events", events), checked("person_years", person_years, null=True)
    now = fitted("today", checked("today", today, null=True), counts.shape)
    if then.shape != counts.shape:
        raise ValueError(f"person_years: expected the shape of events, {counts.shape}; got {then.shape}")
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.where(then > 0, now / then, np.nan) * np.where(now > 0, 1.0, np.nan)
    return (counts * scale).sum(axis=2)


@dataclass(frozen=True, kw_only=True)
class Regression:
    """The excess by period, its sum over the periods asked for, and the model behind it.

    `total` is expected, lower and upper of that sum (its interval is not the sum of the intervals). `dispersion` is
    the quasi-Poisson phi used. `converged` is false when the fit is not to be used.
    """

    periods: Excess
    total: tuple[float, float, float]
    terms: tuple[str, ...]
    coefficients: Floats
    dispersion: float
    converged: bool


def excess_over_regression(
    events: ArrayLike,
    person_years: ArrayLike,
    time: ArrayLike,
    is_baseline: ArrayLike,
    *,
    harmonics: int = 1,
    trend: bool = True,
    family: str = "quasi_poisson",
    confidence: float = 0.95,
) -> Regression:
    """Events against a log-linear model of the baseline periods, with trend and yearly season.

    ln(expected) = ln(person-years) + b0 + b1 time + sum over h of (sin, cos)(2 pi h time), fitted to the periods where
    `is_baseline` is true and carried on to the others, which are those judged. `time` is in years (a week is 1/52.18).
    `harmonics` 0 to 3. Dispersion phi is Pearson's chi-squared over its degrees of freedom, at least 1, or 1 with
    `family="poisson"`.

    Prediction limits on the scale of the 2/3 power, as Farrington and others, J R Stat Soc A 1996; 159: 547-563, and
    EuroMOMO: mu (1 ± 2/3 z sqrt(phi mu + Var(mu))/mu)^(3/2) (read in sykdomspuls, R/farrington.R), not below 0; the
    sum's likewise, with the covariance of all its periods. ValueError: null or negative counts, person-years of 0
    or null, fewer baseline periods than twice the terms.
    """
    one_of("family", family, ("quasi_poisson", "poisson"))
    y, exposure, t = checked("events", events), checked("person_years", person_years), np.asarray(time, np.float64)
    base = np.asarray(is_baseline, dtype=bool)
    if not y.shape == exposure.shape == t.shape == base.shape or y.ndim != 1:
        raise ValueError("events, person_years, time and is_baseline: expected lists of equal length")
    if (exposure == 0).any():
        raise ValueError(f"person_years: {int((exposure == 0).sum())} periods without population")
    if not 0 <= harmonics <= 3:
        raise ValueError("harmonics: expected 0 to 3 pairs of seasonal terms")
    matrix, terms = _seasonal(t, base, harmonics, trend)
    if base.sum() < 2 * len(terms):
        raise ValueError(f"is_baseline: {len(terms)} terms need {2 * len(terms)} baseline periods; got {base.sum()}")
    if base.all():
        raise ValueError("is_baseline: no period is left to judge")
    if y[base].sum() == 0:
        raise ValueError("events: none in the baseline")
    beta, covariance, converged = _fit(matrix[base], y[base], exposure[base])
    mu = exposure * np.exp(matrix @ beta)
    pearson = float(((y[base] - mu[base]) ** 2 / mu[base]).sum() / (base.sum() - len(terms)))
    phi = max(pearson, 1.0) if family == "quasi_poisson" else 1.0
    judged = ~base
    slope = mu[judged, None] * matrix[judged]
    of_mean = phi * (slope @ covariance * slope).sum(axis=1)
    lower, upper = _two_thirds(mu[judged], phi * mu[judged] + of_mean, confidence)
    whole, sloped = mu[judged].sum(), slope.sum(axis=0)
    ends = (
        _two_thirds(whole, phi * whole + phi * (sloped @ covariance @ sloped), confidence) if judged.any() else (0, 0)
    )
    periods = Excess(
        observed=y[judged],
        expected=mu[judged],
        lower=lower,
        upper=upper,
        baseline=f"{family}_regression",
        problem=reasons(lower.shape, (np.full(lower.shape, not converged), "the model did not converge")),
    )
    return Regression(
        periods=periods,
        total=(float(whole), float(ends[0]), float(ends[1])),
        terms=terms,
        coefficients=beta,
        dispersion=phi,
        converged=converged,
    )


def _seasonal(t: Floats, base: NDArray[np.bool_], harmonics: int, trend: bool) -> tuple[Floats, tuple[str, ...]]:
    columns, terms = [np.ones_like(t)], ["intercept"]
    if trend:
        columns.append(t - t[base].mean() if base.any() else t)
        terms.append("trend")
    for h in range(1, harmonics + 1):
        columns += [np.sin(2 * np.pi * h * t), np.cos(2 * np.pi * h * t)]
        terms += [f"sin_{h}", f"cos_{h}"]
    return np.stack(columns, axis=1), tuple(terms)


def _fit(matrix: Floats, y: Floats, exposure: Floats) -> tuple[Floats, Floats, bool]:
    """Poisson coefficients by Newton steps, the inverse of their information, and whether the steps ended."""
    beta = np.zeros(matrix.shape[1])
    beta[0] = np.log(y.sum() / exposure.sum())
    for _ in range(MOST_ITERATIONS):
        mu = exposure * np.exp(matrix @ beta)
        information = matrix.T @ (matrix * mu[:, None])
        step = np.linalg.solve(information, matrix.T @ (y - mu))
        # A step of more than 2 on the log scale overshoots.
        beta = beta + step * min(1.0, 2.0 / max(np.abs(step).max(), 1e-300))
        if np.abs(step).max() < 1e-10:
            break
    mu = exposure * np.exp(matrix @ beta)
    return beta, np.linalg.inv(matrix.T @ (matrix * mu[:, None])), bool(np.abs(step).max() < 1e-8)


def _two_thirds(mean: ArrayLike, variance: ArrayLike, confidence: float) -> tuple[Floats, Floats]:
    """Limits of a count with this mean and variance, symmetric on the scale of its 2/3 power."""
    mu = np.asarray(mean, dtype=np.float64)
    half = 2 / 3 * normal_quantile(confidence) * np.sqrt(variance) / mu
    return mu * np.maximum(1 - half, 0.0) ** 1.5, mu * (1 + half) ** 1.5
