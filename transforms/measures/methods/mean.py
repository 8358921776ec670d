"""Confidence intervals of a mean, from the sums of its values and of their squares."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from transforms.measures.methods.arrays import Floats, Limits, checked, normal_quantile, tail_of


def normal_mean(
    total: ArrayLike,
    squares: ArrayLike,
    weight: ArrayLike,
    size: ArrayLike,
    confidence: float,
    *,
    signed: bool = False,
) -> Limits:
    """Normal limits of a mean, from the weighted sum, sum of squares and weight of its values.

    mean ± z s / sqrt(size), with s² = (squares - total²/weight) / weight * size / (size - 1): the usual sample
    variance where every weight is 1 and `size` equals `weight`. `size` is the number of values, or Kish's effective
    size. The lower limit is not below 0, unless the values may be (`signed`). Null below two values. Textbook
    formula, recalled.
    """
    return _limits(total, squares, weight, size, np.float64(normal_quantile(confidence)), signed)


def student_mean(
    total: ArrayLike,
    squares: ArrayLike,
    weight: ArrayLike,
    size: ArrayLike,
    confidence: float,
    *,
    signed: bool = False,
) -> Limits:
    """The same with Student's t of size - 1 degrees of freedom, which few values ask for."""
    freedom = np.maximum(checked("size", size, null=True) - 1, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        quantile = -special.stdtrit(np.where(freedom > 0, freedom, np.nan), tail_of(confidence))
    return _limits(total, squares, weight, size, quantile, signed)


def _limits(
    total: ArrayLike, squares: ArrayLike, weight: ArrayLike, size: ArrayLike, quantile: Floats, signed: bool
) -> Limits:
    t = np.asarray(total, dtype=np.float64) if signed else checked("total", total, null=True)
    q, w, n = (
        checked(name, values, null=True) for name, values in (("squares", squares), ("weight", weight), ("size", size))
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = t / w
        variance = np.maximum(q - t * mean, 0.0) / w * n / (n - 1)
        half = quantile * np.sqrt(variance / n)
    known = (w > 0) & (n > 1)
    least = -np.inf if signed else 0.0
    return np.where(known, np.maximum(mean - half, least), np.nan), np.where(known, mean + half, np.nan)
