"""Whether a figure may be published as it is: a verdict from its bounds, its expected interval and a tolerance."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transforms.measures.methods.arrays import checked

# What rounding may add to a distance, as a share of the value.
_ROUNDING = 1e-12


def verdicts(
    value: ArrayLike,
    allowed: ArrayLike,
    *,
    bound_low: ArrayLike,
    bound_high: ArrayLike,
    expected_low: ArrayLike,
    expected_high: ArrayLike,
    flips: ArrayLike = False,
) -> NDArray[np.object_]:
    """`robust`, `sensitive` or `not_fit` for each figure; None where there is no value to judge.

    `robust`: the bounds of named targets lie within `allowed` of the value and no conclusion flips within them
    (`flips`); `sensitive`: not so, but the expected limits lie within it; `not_fit`: neither. Limits that are missing
    (NaN) lie nowhere within. Without a tolerance (NaN: no interval to take half-widths of) only what cannot move at
    all lies within.
    """
    values = np.asarray(value, dtype=np.float64)
    reach = np.nan_to_num(checked("allowed", allowed, null=True)) + _ROUNDING * np.abs(values)

    def is_within(low: ArrayLike, high: ArrayLike) -> NDArray[np.bool_]:
        return (values - np.asarray(low, np.float64) <= reach) & (np.asarray(high, np.float64) - values <= reach)

    robust = is_within(bound_low, bound_high) & ~np.asarray(flips, dtype=bool)
    judged = np.where(robust, "robust", np.where(is_within(expected_low, expected_high), "sensitive", "not_fit"))
    return np.where(np.isnan(values), None, judged.astype(object))
