"""What each flagged record, or unit, alone can do to figures read off life tables, all others as they are coded.

Every resolution of a unit is tried: the deaths that it moves are moved, and the items they are behind worked out again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from transforms.influence.composed.items import Items
from transforms.influence.composed.ways import Ways
from transforms.influence.methods.bounds import SingleChanges
from transforms.influence.methods.choices import Integers
from transforms.influence.methods.segments import starts
from transforms.measures.methods.arrays import Floats

# Figures, resolutions and changes, as rows.
_Rows = tuple[Integers, Integers, Floats]

# Deaths in one array at a time: a few megabytes stay in the cache.
_AT_ONCE = 2**18
# What of a figure's tolerance is no change: a death of one age moves the part of every other age by a hair.
NEGLIGIBLE = 1e-2


def changes_alone(every: Sequence[Items], weights: Floats, ways: Ways, tolerance: Floats) -> SingleChanges:
    """By figure and unit the least and the greatest change; figures in the order of the items.

    `weights` are those of the strata as coded, `tolerance` the figures'. Changes below `NEGLIGIBLE` of it are left out.
    """
    found: list[_Rows] = []
    before = 0
    for items in every:
        number = items.number * items.figures
        for figure, resolution, change in _of_items(items, weights, ways):
            least = np.nan_to_num(NEGLIGIBLE * tolerance[before + figure])
            kept = ~(np.abs(change) <= least)
            found.append((before + figure[kept], resolution[kept], change[kept]))
        before += number
    figure, resolution, change = (np.concatenate(column) for column in zip(*found, strict=True)) if found else _NONE
    unit = ways.unit[resolution]
    order = np.lexsort((unit, figure))
    figure, unit, change = figure[order], unit[order], change[order]
    start = starts(figure, unit)
    low, high = (pick.reduceat(change, start) if len(start) else change for pick in (np.minimum, np.maximum))
    # As it is coded is a resolution too.
    return SingleChanges(figure[start], unit[start], np.minimum(low, 0.0), np.maximum(high, 0.0))


_NONE = (np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0))


def _of_items(items: Items, weights: Floats, ways: Ways) -> Iterator[_Rows]:
    moved = (items.sums @ ways.alone).tocoo()
    is_real = moved.data != 0
    item, slot = np.divmod(moved.coords[0][is_real].astype(np.int64), items.slots)
    resolution, adds = moved.coords[1][is_real].astype(np.int64), moved.data[is_real]
    order = np.lexsort((slot, item, resolution))
    item, slot, resolution, adds = item[order], slot[order], resolution[order], adds[order]
    start = starts(resolution, item)
    case = np.repeat(np.arange(len(start)), np.diff(start, append=len(item)))
    coded = items.coded(weights)
    if items.in_proportion is not None and len(start):
        is_simple = np.logical_and.reduceat(items.is_in_proportion[slot], start)[case]
        rows = np.flatnonzero(is_simple)
        yield from _in_proportion(items, coded, item[rows], slot[rows], resolution[rows], adds[rows])
        rows = np.flatnonzero(~is_simple)
        item, slot, resolution, adds = item[rows], slot[rows], resolution[rows], adds[rows]
        start = starts(resolution, item)
        case = np.repeat(np.arange(len(start)), np.diff(start, append=len(item)))
    base = items.at(weights[:, None])[:, 0]
    size = max(1, _AT_ONCE // items.slots)
    for first in range(0, len(start), size):
        cases = start[first : first + size]
        rows = slice(cases[0], start[first + size] if first + size < len(start) else len(item))
        deaths = coded[item[cases]]
        np.add.at(deaths, (case[rows] - first, slot[rows]), adds[rows])
        after = items.figures_of(np.maximum(deaths, 0.0), item[cases])
        figure = items.place(item[cases][:, None], np.arange(items.figures))
        with np.errstate(invalid="ignore"):
            change = after - base[figure]
        figure, change = figure.reshape(-1), change.reshape(-1)
        of = np.repeat(resolution[cases], items.figures)
        # A figure that has no value as coded has no change.
        rows = np.flatnonzero((change != 0) & ~np.isnan(base[figure]))
        yield figure[rows], of[rows], change[rows]


def _in_proportion(
    items: Items, coded: Floats, item: Integers, slot: Integers, resolution: Integers, adds: Floats
) -> Iterator[_Rows]:
    """Changes of which each is a sum over slots of what its deaths add."""
    figures, each = items.in_proportion(coded, item, slot)
    figure = items.place(item[:, None], figures).reshape(-1)
    of = np.repeat(resolution, figures.shape[1])
    change = (each * adds[:, None]).reshape(-1)
    order = np.lexsort((figure, of))
    figure, of, change = figure[order], of[order], change[order]
    start = starts(of, figure)
    if len(start):
        yield figure[start], of[start], np.add.reduceat(change, start)
