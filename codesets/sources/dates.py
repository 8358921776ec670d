"""Turn days written as integers, 20150930, into dates."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import ArrayLike


def days(values: ArrayLike) -> pa.Array:
    """Return the dates of integers of the form yyyymmdd."""
    numbers = np.asarray(values, dtype="int64")
    years, months, in_month = numbers // 10_000, numbers // 100 % 100, numbers % 100
    firsts = ((years - 1970) * 12 + months - 1).astype("datetime64[M]").astype("datetime64[D]")
    return pa.array(firsts + (in_month - 1).astype("timedelta64[D]"), pa.date32())
