"""Choose what to review, and check that the promise holds whatever the review finds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from transforms.influence.methods.choices import Booleans, Integers
from transforms.influence.methods.cover import Worklist, shortest
from transforms.influence.methods.reach import Reach
from transforms.influence.worklist.case import Case
from transforms.influence.worklist.promise import Conditions, Promise


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What to review, in order, and what it achieves; units by their place in the case.

    `records` is how many records the units have together, `needed` how many those of the whole list have that makes
    every figure safe, and `lower_bound` what no such list goes below. `figures` can be moved at all by open flags;
    `open_before` of them by more than their tolerance, and `open_after` when the units are reviewed. `beyond`: figures
    without a tolerance, which no list makes safe. All are about named targets where `named_only`; `open_to_any` is
    `open_after` over all that flags allow.
    """

    units: Integers
    records: int
    needed: int
    lower_bound: int
    figures: int
    open_before: int
    open_after: Booleans
    open_to_any: Booleans
    beyond: Booleans
    named_only: bool

    @property
    def is_whole(self) -> bool:
        """Whether the list is as long as it has to be."""
        return self.records == self.needed


def choose(case: Case, *, named_only: bool = True, most: int | None = None) -> Choice:
    """The shortest list found, or the first of it with no more than `most` records."""
    promise = Promise(case, named_only=named_only)
    first = _shortest(promise.as_coded, case)
    reviewed = np.zeros(len(case.units), dtype=bool)
    reviewed[first.chosen] = True
    beyond = first.beyond
    after = promise.after(reviewed)
    is_first = True
    while not (after.hold(reviewed) | beyond[after.figure]).all():
        # What reviewed units may turn out to be widens the conditions, which more units then have to meet.
        more = _shortest(_narrowed(after, ~reviewed, beyond), case)
        reviewed[more.chosen] = True
        after = promise.after(reviewed)
        is_first = False
    if is_first:
        order = first.units
    else:
        # The conditions hold for any part of the list too: units that they do not need are struck out.
        rest = _narrowed(after, reviewed, beyond, outside=after.left(reviewed))
        order = _shortest(rest, case).units
    needed = int(case.records[order].sum())
    if most is not None:
        order = order[np.cumsum(case.records[order]) <= most]
    listed = np.zeros(len(case.units), dtype=bool)
    listed[order] = True
    everything = Promise(case, named_only=False) if named_only else promise
    found = promise.found_of(listed)
    return Choice(
        units=order,
        records=int(case.records[order].sum()),
        needed=needed,
        lower_bound=first.lower_bound,
        figures=len(case.figures),
        open_before=int(_open(promise.as_coded, np.zeros_like(listed), len(case.figures)).sum()),
        open_after=_open(promise.after(listed, found), listed, len(case.figures)) & ~beyond,
        open_to_any=_open(everything.after(listed, found), listed, len(case.figures)) & ~beyond,
        beyond=beyond,
        named_only=named_only,
    )


def _shortest(conditions: Conditions, case: Case) -> Worklist:
    return shortest(conditions.used, conditions.limit, case.records, figures=len(conditions.limit))


def _narrowed(conditions: Conditions, units: Booleans, beyond: Booleans, *, outside: tuple | None = None) -> Conditions:
    """The conditions on some units alone; `outside` is what all others use up, downwards and upwards.

    Each direction becomes a condition of its own, since the others leave them different limits.
    """
    used, limit = conditions.used, conditions.limit
    count = len(limit)
    if outside is None:
        outside = (np.zeros(count), np.zeros(count))
    kept = units[used.unit] & ~beyond[conditions.figure[used.figure]]
    figure, unit = used.figure[kept], used.unit[kept]
    nothing = np.zeros(len(figure))
    both = Reach(
        np.concatenate([figure, figure + count]),
        np.concatenate([unit, unit]),
        np.concatenate([used.down[kept], nothing]),
        np.concatenate([nothing, used.up[kept]]),
    )
    limits = np.concatenate([np.maximum(limit - other, 0.0) for other in outside])
    limits[np.concatenate([beyond[conditions.figure]] * 2)] = 0.0
    return Conditions(both, limits, np.concatenate([conditions.figure] * 2))


def _open(conditions: Conditions, reviewed: Booleans, figures: int) -> Booleans:
    """The figures that can still move by more than their tolerance."""
    found = np.zeros(figures, dtype=bool)
    found[conditions.figure[~conditions.hold(reviewed)]] = True
    return found
