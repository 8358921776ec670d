"""What open flags could turn round: the side of a reference that a ratio is on, and whether a figure is reliable."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from transforms.influence.methods.bounds import Bounds
from transforms.measures.definitions import DEFINITIONS
from transforms.measures.methods.poisson import phe
from transforms.measures.methods.reliability import judge

# Ratios that are read against 100: observed over expected events.
AGAINST_100 = (
    "standardised_mortality_ratio", "proportionate_mortality_ratio", "hospital_standardised_mortality_ratio",
)  # fmt: skip
# Ratios whose expected events flags move too, though little: they are read at the expected events as coded.
_OF_CODED_EXPECTED = ("hospital_standardised_mortality_ratio",)

SIDE = "the side of 100 it is on"
RELIABLE = "whether it is reliable"


def conclusions(
    measure: NDArray[np.str_],
    regime: str,
    value: NDArray[np.float64],
    denominator: NDArray[np.float64],
    multiplier: NDArray[np.float64],
    is_fixed: NDArray[np.bool_],
    bounds: Bounds,
    confidence: float,
) -> NDArray[np.object_]:
    """In words what the bounds of named targets could turn round, by figure; None: nothing that is looked at.

    Both are asked of figures whose denominators flags do not change, or hardly: their events are value * denominator /
    multiplier. A ratio is above or below 100 where its limits (those of its events as a Poisson count) are.
    """
    found = np.full(len(value), None, dtype=object)
    is_held = is_fixed | np.isin(measure, _OF_CODED_EXPECTED)
    moved = is_held & ((bounds.bound_low < value) | (bounds.bound_high > value)) & (denominator > 0)
    rows = np.flatnonzero(moved)
    if not len(rows):
        return found
    scale = denominator[rows] / multiplier[rows]
    events = [np.maximum(values[rows] * scale, 0.0) for values in (value, bounds.bound_low, bounds.bound_high)]
    is_ratio = np.isin(measure[rows], AGAINST_100)
    sides = [_side(count, denominator[rows], confidence) for count in events]
    turned = is_ratio & ((sides[1] != sides[0]) | (sides[2] != sides[0]))
    kind = np.array([_judged(name) for name in measure[rows]])
    is_judged = kind != ""
    status = [_status(regime, kind[is_judged], count[is_judged], denominator[rows][is_judged]) for count in events]
    unsure = np.zeros(len(rows), dtype=bool)
    unsure[is_judged] = (status[1] != status[0]) | (status[2] != status[0])
    return with_words(with_words(found, rows[turned], SIDE), rows[unsure], RELIABLE)


def with_words(found: NDArray[np.object_], figures: NDArray[np.int64], words: str) -> NDArray[np.object_]:
    """The same words of figures, by their places, with one conclusion more that could turn round."""
    more = found.copy()
    more[figures] = [words if there is None else f"{there}; {words}" for there in found[figures]]
    return more


def _side(events: NDArray[np.float64], expected: NDArray[np.float64], confidence: float) -> NDArray[np.int64]:
    lower, upper = phe(events, confidence)
    return (lower > expected).astype(np.int64) - (upper < expected)


def _judged(measure: str) -> str:
    """The test of reliability of measures that are events over a fixed number; none for others."""
    kind = DEFINITIONS[measure].reliability
    return kind if kind in ("rate", "ratio") else ""


def _status(
    regime: str, kind: Sequence[str], events: NDArray[np.float64], denominator: NDArray[np.float64]
) -> NDArray[np.object_]:
    return judge(regime, np.asarray(kind), events, denominator).status
