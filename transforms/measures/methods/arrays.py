"""What every method does with its inputs: arrays of floats, checked once, with errors that say what to do."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

Floats = NDArray[np.float64]
Limits = tuple[Floats, Floats]
# One sentence an entry, or None where there is nothing to say.
Reasons = NDArray[np.object_]


def checked(name: str, values: ArrayLike, *, null: bool = False) -> Floats:
    """The values as floats of 0 or more, finite, and without nulls unless `null` allows them (as NaN)."""
    array = np.asarray(values, dtype=np.float64)
    if not null and np.isnan(array).any():
        raise ValueError(f"{name}: {int(np.isnan(array).sum())} null values; fill them or leave their rows out")
    if np.isinf(array).any():
        raise ValueError(f"{name}: {int(np.isinf(array).sum())} infinite values; a count or a rate is finite")
    if (array < 0).any():
        raise ValueError(f"{name}: {int((array < 0).sum())} negative values; expected 0 or more")
    return array


def fitted(name: str, values: Floats, shape: tuple[int, ...]) -> Floats:
    """The values in a shape that they fill or repeat over; a ValueError that says what was expected."""
    try:
        return np.broadcast_to(values, shape)
    except ValueError:
        raise ValueError(f"{name}: expected the shape {shape}, or one to repeat; got {values.shape}") from None


def tail_of(confidence: float) -> float:
    """The probability beyond each limit: 0.025 for 0.95. ValueError outside (0, 1)."""
    if not 0 < confidence < 1:
        raise ValueError(f"confidence: expected a number between 0 and 1, e.g. 0.95 or 0.998; got {confidence}")
    return (1 - confidence) / 2


def normal_quantile(confidence: float) -> float:
    """The two-sided standard normal quantile: 1.959964 for 0.95, 3.090232 for 0.998."""
    return float(-special.ndtri(tail_of(confidence)))


def one_of(name: str, value: str, allowed: tuple[str, ...]) -> str:
    """The value, if it is one of those allowed; else a ValueError that lists them."""
    if value not in allowed:
        raise ValueError(f"{name}: expected one of {', '.join(allowed)}; got {value!r}")
    return value


def reasons(shape: tuple[int, ...], *cases: tuple[NDArray[np.bool_], str]) -> Reasons:
    """For each entry the sentence of the first case that is true there, else None."""
    found = np.full(shape, None, dtype=object)
    for condition, sentence in reversed(cases):
        found[np.broadcast_to(condition, shape)] = sentence
    return found


def spread(row: ArrayLike, column: ArrayLike, values: ArrayLike, shape: tuple[int, int], *, fill: float) -> Floats:
    """Long rows (row index, column index, value) as a rows-by-columns array; `fill` where there is no row.

    For populations fill with NaN, so that a missing band is seen; for events with 0. ValueError where two rows claim
    one place, or an index lies outside the shape.
    """
    rows, columns = np.asarray(row, dtype=np.intp), np.asarray(column, dtype=np.intp)
    outside = (rows < 0) | (rows >= shape[0]) | (columns < 0) | (columns >= shape[1])
    if outside.any():
        raise ValueError(f"spread: {int(outside.sum())} rows have an index outside {shape[0]} rows, {shape[1]} columns")
    if np.unique(rows * shape[1] + columns).size < rows.size:
        raise ValueError("spread: two rows claim the same place; add them up first")
    grid = np.full(shape, fill, dtype=np.float64)
    grid[rows, columns] = np.asarray(values, dtype=np.float64)
    return grid
