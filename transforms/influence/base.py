"""Figures as the ratios of sums that moves of records add to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Base:
    """Some figures as coded: value = n / d * multiplier; NaN where a figure is no such ratio."""

    n: NDArray[np.float64]
    d: NDArray[np.float64]
    multiplier: NDArray[np.float64]
    is_fixed: NDArray[np.bool_]

    def of(self, figures: NDArray[np.int64]) -> Base:
        return Base(*(values[figures] for values in vars(self).values()))
