"""Limits of a weighted sum of independent Poisson counts: y = sum k_i x_i, v = sum k_i² x_i.

A directly standardised rate is such a sum (k_i = w_i / sum w / n_i), and so is a rate of years of potential life lost
(k_i = years lost per death / population).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from transforms.measures.methods.arrays import (
    Floats,
    Limits,
    Reasons,
    checked,
    normal_quantile,
    one_of,
    reasons,
    tail_of,
)
from transforms.measures.methods.nchs import nchs_adjusted
from transforms.measures.methods.poisson import byar, gamma_quantile

METHODS = ("fay_feuer", "tiwari", "dobson", "normal", "nchs")
# These divide by the events or by their variance, and have no limits for a sum without events.
NEED_EVENTS = ("dobson", "normal", "nchs")


@dataclass(frozen=True, kw_only=True)
class WeightedSum:
    """One entry a group: the sum, its variance, its limits, and sum²/variance (0 without events)."""

    value: Floats
    variance: Floats
    lower: Floats
    upper: Floats
    effective: Floats
    limits_problem: Reasons


def weighted_sum(
    events: ArrayLike,
    coefficient: ArrayLike,
    *,
    method: str = "fay_feuer",
    confidence: float = 0.95,
    variance: ArrayLike | None = None,
) -> WeightedSum:
    """y = sum k_i x_i of each group, with limits by one of `METHODS`.

    `events` and `coefficient` are groups by strata; a stratum of coefficient 0 takes no part. `variance` (groups by
    strata) replaces the Poisson variance of each count, its number.

    Without events the value is 0; `fay_feuer` and `tiwari` still give an upper limit, the other methods give none and
    say so in `limits_problem`. ValueError: null or negative inputs.

    - `fay_feuer`: gamma limits, Fay and Feuer, Statistics in Medicine 1997; 16: 791-801. k_M is the greatest
      coefficient over all strata, those without events too. Read in R's asht (R/wspoissonTest.R) and epitools
      (R/ageadjust.direct.R).
    - `tiwari`: the same with the means of k and of k² in the upper limit: Tiwari, Clegg and Zou, Statistical Methods in
      Medical Research 2006; 15: 547-569. Read in asht, `wmtype = "tcz"`.
    - `dobson`: y + sqrt(v/O) (Byar's limit of O - O), O all events: Dobson and others, Statistics in Medicine 1991;
      10: 457-462. Read in PHEindicatormethods (R/DSR.R), which keeps O where events are not independent.
    - `normal`: y ± z sqrt(v), not below 0.
    - `nchs`: `nchs.nchs_adjusted`.
    """
    one_of("method", method, METHODS)
    x, k = checked("events", events), checked("coefficient", coefficient)
    counts_of = x if variance is None else checked("variance", variance)
    y, v = (k * x).sum(axis=1), (k * k * counts_of).sum(axis=1)
    total = np.where(k > 0, x, 0.0).sum(axis=1)
    some = (y > 0) & (v > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        effective = np.where(some, y * y / v, 0.0)
        if method in ("fay_feuer", "tiwari"):
            # What one more event adds: 1 to a count; in a survey, the mean weight of an event in its stratum.
            unit = np.where(x > 0, counts_of / x, (counts_of.sum(axis=1) / np.where(total > 0, total, 1.0))[:, None])
            unit = np.where((x > 0) | (total > 0)[:, None], unit, 1.0)
            lower, upper = _gamma(y, v, k * unit, k > 0, confidence, widest=method == "fay_feuer")
        elif method == "dobson":
            below, above = byar(total, confidence)
            scale = np.sqrt(v / total)
            lower, upper = np.maximum(y + scale * (below - total), 0.0), y + scale * (above - total)
        elif method == "normal":
            half = normal_quantile(confidence) * np.sqrt(v)
            lower, upper = np.maximum(y - half, 0.0), y + half
        else:
            below, above = nchs_adjusted(total, effective, confidence)
            lower, upper = below * y / effective, above * y / effective
    none = ~some & (method in NEED_EVENTS)
    return WeightedSum(
        value=y,
        variance=v,
        lower=np.where(none, np.nan, lower),
        upper=np.where(none, np.nan, upper),
        effective=effective,
        limits_problem=reasons(y.shape, (none, f"the method {method} has no limits without events")),
    )


def _gamma(y: Floats, v: Floats, k: Floats, used: np.ndarray, confidence: float, *, widest: bool) -> Limits:
    tail = tail_of(confidence)
    strata = np.maximum(used.sum(axis=1), 1)
    step = k.max(axis=1, initial=0.0) if widest else k.sum(axis=1) / strata
    step_squared = step**2 if widest else (k * k).sum(axis=1) / strata
    with np.errstate(divide="ignore", invalid="ignore"):
        lower = np.where((y > 0) & (v > 0), gamma_quantile(tail, y * y / v) * v / y, 0.0)
        mean, spread = y + step, v + step_squared
        upper = np.where(mean > 0, gamma_quantile(tail, mean * mean / spread, upper=True) * spread / mean, 0.0)
    return lower, upper
