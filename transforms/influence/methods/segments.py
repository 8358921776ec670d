"""Runs of rows in sorted arrays: where they begin, their sums, and numbers by which rows that are alike are known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from transforms.influence.methods.choices import Integers

Hashes = NDArray[np.uint64]

_ODD = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(32)


def starts(*keys: NDArray) -> Integers:
    """Where rows begin that differ from the row before in any of the keys."""
    is_first = np.ones(len(keys[0]), dtype=bool)
    is_first[1:] = False
    for key in keys:
        is_first[1:] |= key[1:] != key[:-1]
    return np.flatnonzero(is_first)


def sums(values: NDArray, start: Integers) -> NDArray:
    """Sums over the runs that begin at `start`; of hashes they wrap around."""
    return np.add.reduceat(values, start) if len(start) else values[:0]


def pairs_of(keys: Integers, sorted_keys: Integers) -> tuple[Integers, Integers]:
    """Pairs of a place in `keys` and a place in `sorted_keys` with the same key, in the order of `keys`."""
    first = np.searchsorted(sorted_keys, keys, side="left")
    return spread(first, np.searchsorted(sorted_keys, keys, side="right") - first)


def spread(first: Integers, each: Integers) -> tuple[Integers, Integers]:
    """The places of runs that begin at `first` and are `each` long, one after the other, and which run each is of."""
    run = np.repeat(np.arange(len(first)), each)
    return run, np.arange(len(run)) + np.repeat(first - (np.cumsum(each) - each), each)


def distinct(values: Integers) -> tuple[Integers, Integers]:
    """The distinct values, ascending, and the place of each value among them; of whole numbers that are not large."""
    is_there = np.zeros(int(values.max(initial=-1)) + 1, dtype=bool)
    is_there[values] = True
    found = np.flatnonzero(is_there)
    place = np.zeros(len(is_there), dtype=np.int64)
    place[found] = np.arange(len(found))
    return found, place[values]


def mixed(*columns: NDArray) -> Hashes:
    """A hash of each row, the same for the same values in the same order of columns; -0.0 is 0.0.

    Rows that differ have the same hash once in 2**64 pairs, give or take: multiplication by an odd number and a shift
    of the upper half to the lower are one to one in each column, as in SplitMix64 (Steele, Lea and Flood 2014).
    """
    found = np.full(len(columns[0]), _ODD, dtype=np.uint64)
    for column in columns:
        values = column + 0.0 if column.dtype.kind == "f" else column
        found ^= values.astype(np.int64).view(np.uint64) if values.dtype.kind in "ib" else values.view(np.uint64)
        found *= _ODD
        found ^= found >> _SHIFT
        found *= _ODD
        found ^= found >> _SHIFT
    return found
