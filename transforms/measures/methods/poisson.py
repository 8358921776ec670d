"""Confidence intervals of a Poisson count: exact, Byar's, the rule of English public health, and the normal.

Each takes counts of events and a confidence, and returns the lower and the upper limit in events; divide both by a
population, or by expected events, for the limits of a rate or of a ratio. A count may be fractional (an effective
count). A null count has null limits; a negative or infinite one is a ValueError.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from transforms.measures.methods.arrays import Floats, Limits, checked, normal_quantile, one_of, tail_of

METHODS = ("exact_poisson", "byar", "phe", "normal")

# From this many events on, English public health takes Byar's limits instead of the exact ones.
PHE_BYAR_FROM = 10
_LEAST_SHAPE = 1e-6


def poisson(events: ArrayLike, confidence: float, method: str = "exact_poisson") -> Limits:
    """Limits by the method's name: `exact_poisson`, `byar`, `phe` or `normal`."""
    functions = {"exact_poisson": exact_poisson, "byar": byar, "phe": phe, "normal": normal}
    return functions[one_of("method", method, METHODS)](events, confidence)


def exact_poisson(events: ArrayLike, confidence: float) -> Limits:
    """Exact limits: Garwood, Biometrika 1936; 28: 437-442.

    L = chi2(alpha/2; 2x)/2, 0 where x = 0; U = chi2(1 - alpha/2; 2x + 2)/2. Half a chi-squared quantile with 2k
    degrees of freedom is a gamma quantile with shape k, so that fractional counts have limits too. Formula read in
    PHEindicatormethods (R/utils.R). Coverage is never below the confidence for whole counts.
    """
    count = checked("events", events, null=True)
    tail = tail_of(confidence)
    with np.errstate(invalid="ignore"):
        return gamma_quantile(tail, count), gamma_quantile(tail, count + 1, upper=True)


def byar(events: ArrayLike, confidence: float) -> Limits:
    """Byar's approximation to the exact limits.

    L = x (1 - 1/(9x) - z/(3 sqrt x))^3, 0 where x = 0; U the same at x + 1 with + z. Breslow and Day, Statistical
    Methods in Cancer Research II, 1987, p. 69; formula read in PHEindicatormethods (R/utils.R). The `pois.byar` of
    R's epitools is another formula (both limits at x + 0.5).
    """
    count = checked("events", events, null=True)
    z = normal_quantile(confidence)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        # Below about half an event the formula's cube turns negative, and the limit is 0.
        root = np.maximum(1 - 1 / (9 * count) - z / (3 * np.sqrt(count)), 0.0)
        lower = np.where(count == 0, 0.0, count * root**3)
        above = count + 1
        upper = above * (1 - 1 / (9 * above) + z / (3 * np.sqrt(above))) ** 3
    return lower, upper


def phe(events: ArrayLike, confidence: float) -> Limits:
    """The rule of English public health: exact limits below 10 events, Byar's from 10 on.

    Read in PHEindicatormethods (R/Rates.R, R/ISRate.R), for crude rates and indirectly standardised ones.
    """
    count = checked("events", events, null=True)
    exact, approximate = exact_poisson(count, confidence), byar(count, confidence)
    few = count < PHE_BYAR_FROM
    return np.where(few, exact[0], approximate[0]), np.where(few, exact[1], approximate[1])


def normal(events: ArrayLike, confidence: float) -> Limits:
    """Normal limits x ± z sqrt(x), the lower not below 0. No events: 0 to 0, which says too much; prefer another."""
    count = checked("events", events, null=True)
    half = normal_quantile(confidence) * np.sqrt(count)
    return np.maximum(count - half, 0.0), count + half


def gamma_quantile(tail: float, shape: ArrayLike, *, upper: bool = False) -> Floats:
    """Quantile of the gamma distribution with scale 1, by its lower or its upper tail; 0 where the shape is 0."""
    k = np.asarray(shape, dtype=np.float64)
    inverse = special.gammainccinv if upper else special.gammaincinv
    # Far below one event the quantile is less than the least number, and SciPy's answer is null.
    none = k < _LEAST_SHAPE
    return np.where(none, 0.0, inverse(np.where(none, 1.0, k), tail))
