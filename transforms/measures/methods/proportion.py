"""Confidence intervals of a proportion."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from transforms.measures.methods.arrays import Floats, Limits, checked, normal_quantile, tail_of


def wilson(proportion: ArrayLike, size: ArrayLike, confidence: float) -> Limits:
    """Wilson's score limits of a proportion out of `size`: Wilson, JASA 1927; 22: 209-212.

    centre (p + z²/2n) / (1 + z²/n), half width z sqrt(p(1 - p)/n + z²/4n²) / (1 + z²/n); read in PHEindicatormethods
    (R/utils.R). `size` may be fractional (Kish's effective size of a survey). Limits are null where the proportion or
    the size is, and where the size is 0: nothing is a proportion of nothing. ValueError: a proportion outside 0 to 1.
    """
    p, n = _shares(proportion), checked("size", size, null=True)
    z = normal_quantile(confidence)
    with np.errstate(invalid="ignore", divide="ignore"):
        centre = p + z * z / (2 * n)
        half = z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        scale = 1 + z * z / n
        lower, upper = (centre - half) / scale, (centre + half) / scale
    # At p = 0 and p = 1 the limit is the point itself; rounding must not push it past.
    lower = np.where(p == 0, 0.0, np.clip(lower, 0.0, p))
    upper = np.where(p == 1, 1.0, np.clip(upper, p, 1.0))
    return _where(n > 0, lower), _where(n > 0, upper)


def clopper_pearson(proportion: ArrayLike, size: ArrayLike, confidence: float) -> Limits:
    """Exact limits of a proportion out of `size`: Clopper and Pearson, Biometrika 1934; 26: 404-413.

    Beta quantiles: L = B(alpha/2; x, n - x + 1), 0 where x = 0; U = B(1 - alpha/2; x + 1, n - x), 1 where x = n, with
    x = p n, which may be fractional. NCHS judges proportions by them (Vital and Health Statistics 2(175), 2017).
    Nulls and errors as for `wilson`. Recalled; agrees with R's binom.test in the tests.
    """
    p, n = _shares(proportion), checked("size", size, null=True)
    p, n = np.broadcast_arrays(p, n)
    tail = tail_of(confidence)
    events = p * n
    rest = n - events
    inside_low, inside_high = (events > 0) & (n > 0), (rest > 0) & (n > 0)
    low = special.betaincinv(np.where(inside_low, events, 1.0), np.where(inside_low, rest + 1, 1.0), tail)
    high = special.betainccinv(np.where(inside_high, events + 1, 1.0), np.where(inside_high, rest, 1.0), tail)
    known = (n > 0) & ~np.isnan(p)
    return _where(known, np.where(inside_low, low, 0.0)), _where(known, np.where(inside_high, high, 1.0))


def _shares(proportion: ArrayLike) -> Floats:
    p = checked("proportion", proportion, null=True)
    if (p > 1).any():
        raise ValueError(f"proportion: {int((p > 1).sum())} values above 1; the numerator is part of the denominator")
    return p


def _where(known: np.ndarray, values: Floats) -> Floats:
    return np.where(known, values, np.nan)
