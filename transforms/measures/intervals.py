"""Confidence intervals, vectorised over arrays of aggregated cells.

Every function takes arrays of equal shape and a confidence (0.95), and returns the lower and the upper limit in the
unit of its count or proportion. Where an input makes no interval possible, both limits are NaN.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

Limits = tuple[NDArray[np.float64], NDArray[np.float64]]

# The methods that a table may choose, by the kind of the measure.
METHODS: dict[str, tuple[str, ...]] = {
    "count": ("exact_poisson", "byar", "none"),
    "patients": ("none",),
    "mean": ("normal", "none"),
    "proportion": ("wilson", "none"),
    "share_of_all": ("wilson", "none"),
    "rate": ("exact_poisson", "byar", "none"),
}


def normal_quantile(confidence: float) -> float:
    """The two-sided standard normal quantile: 1.959964 for 0.95."""
    return float(special.ndtri(0.5 + confidence / 2))


def exact_poisson(events: ArrayLike, confidence: float) -> Limits:
    """Exact limits of a Poisson count: Garwood, Biometrika 1936; 28: 437-442.

    L = chi2(alpha/2; 2x)/2, 0 where x = 0; U = chi2(1 - alpha/2; 2x + 2)/2. Half a chi-squared quantile with 2k
    degrees of freedom is a gamma quantile with shape k, so that fractional effective counts have limits too.
    """
    count = np.asarray(events, dtype=np.float64)
    tail = (1 - confidence) / 2
    with np.errstate(invalid="ignore"):
        lower = np.where(count > 0, special.gammaincinv(np.maximum(count, np.finfo(float).tiny), tail), 0.0)
        upper = special.gammainccinv(count + 1, tail)
    return _where_valid(count >= 0, lower, upper)


def byar(events: ArrayLike, confidence: float) -> Limits:
    """Byar's approximation to the exact limits of a Poisson count.

    L = x (1 - 1/(9x) - z/(3 sqrt x))^3, 0 where x = 0; U the same at x + 1 with + z. Breslow and Day, Statistical
    Methods in Cancer Research II, 1987, p. 69, as in PHEindicatormethods (R/utils.R).
    """
    count = np.asarray(events, dtype=np.float64)
    z = normal_quantile(confidence)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        # Below about half an event the formula's cube turns negative, and the limit is 0.
        root = np.maximum(1 - 1 / (9 * count) - z / (3 * np.sqrt(count)), 0.0)
        lower = np.where(count > 0, count * root**3, 0.0)
        above = count + 1
        upper = above * (1 - 1 / (9 * above) + z / (3 * np.sqrt(above))) ** 3
    return _where_valid(count >= 0, lower, upper)


def wilson(proportion: ArrayLike, size: ArrayLike, confidence: float) -> Limits:
    """Wilson's score limits of a proportion out of `size`: Wilson, JASA 1927; 22: 209-212.

    `size` may be fractional (Kish's effective size of a survey). NaN where it is not positive.
    """
    p = np.asarray(proportion, dtype=np.float64)
    n = np.asarray(size, dtype=np.float64)
    z = normal_quantile(confidence)
    with np.errstate(invalid="ignore", divide="ignore"):
        centre = p + z * z / (2 * n)
        half = z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        scale = 1 + z * z / n
        lower, upper = (centre - half) / scale, (centre + half) / scale
    # At p = 0 and p = 1 the limit is the point itself; rounding must not push it past.
    lower = np.where(p <= 0, 0.0, np.clip(lower, 0.0, p))
    upper = np.where(p >= 1, 1.0, np.clip(upper, p, 1.0))
    return _where_valid((n > 0) & (p >= 0) & (p <= 1), lower, upper)


def normal_mean(total: ArrayLike, squares: ArrayLike, weight: ArrayLike, size: ArrayLike, confidence: float) -> Limits:
    """Normal limits of a mean, from the weighted sum, sum of squares and weight of its values.

    mean ± z s / sqrt(size), with s² = (squares - total²/weight) / weight * size / (size - 1): the usual sample
    variance where every weight is 1 and `size` equals `weight`. `size` is the number of values, or Kish's effective
    size. The lower limit of a mean of days is not below 0. NaN below two values.
    """
    t, q, w, n = (np.asarray(values, dtype=np.float64) for values in (total, squares, weight, size))
    z = normal_quantile(confidence)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = t / w
        variance = np.maximum(q - t * mean, 0.0) / w * n / (n - 1)
        half = z * np.sqrt(variance / n)
    return _where_valid((w > 0) & (n > 1), np.maximum(mean - half, 0.0), mean + half)


def _where_valid(valid: NDArray[np.bool_], lower: NDArray[np.float64], upper: NDArray[np.float64]) -> Limits:
    return np.where(valid, lower, np.nan), np.where(valid, upper, np.nan)
