"""What a list promises: once its units are reviewed, no figure moves from its reviewed value by more than allowed.

Let v = N / D be a figure once the reviewed units are settled, all others as coded. The others add n and d, sums over
them, and the value moves by (N + n) / (D + d) - v. With N = v D this is at most the tolerance t exactly if

    n - (v + t) d <= t D        and, downwards,        (v - t) d - n <= t D.

Each left side is a sum over units, of which every one is at its most for itself (see `choices`), so that the promise
is two linear conditions on what is left, for any v and D. Where the denominator stays, it does not depend on v. Else v
is not known before the review, only that it lies between the least and the greatest value that the reviewed units
allow, and D is at least the least denominator that they allow. Each unit's share is a maximum of functions linear in
v, hence convex, and so are their sums: what holds at both ends of v, and for the least D, holds whatever the review
finds. It is asked of all that flags allow the reviewed units, named or not.

With v and D as coded the conditions are necessary, since a review may find everything as coded: the lower bound of
such a list is one for every list.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from transforms.influence.methods.bounds import extremes
from transforms.influence.methods.choices import Booleans, Choices, Integers
from transforms.influence.methods.reach import Reach
from transforms.influence.worklist.case import Case
from transforms.measures.methods.arrays import Floats

# What rounding may add to a sum, as a share of it.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Conditions:
    """What units that are not reviewed can use up, and how much there is, by condition; `figure` is its figure.

    `used` counts conditions as its figures, and has rows for each unit in each of them, which add up.
    """

    used: Reach
    limit: Floats
    figure: Integers

    def left(self, reviewed: Booleans) -> tuple[Floats, Floats]:
        """What units that are not reviewed use up, downwards and upwards."""
        open_ = ~reviewed[self.used.unit]
        down, up = (
            np.bincount(self.used.figure[open_], weights=amount[open_], minlength=len(self.limit))
            for amount in (self.used.down, self.used.up)
        )
        return down, up

    def hold(self, reviewed: Booleans) -> Booleans:
        """Whether each condition is met."""
        down, up = self.left(reviewed)
        return np.maximum(down, up) <= self.limit * (1 + _ROUNDING)


@dataclass(frozen=True)
class Found:
    """The least and the greatest value that a review may find of each figure, and the least denominator."""

    low: Floats
    high: Floats
    least: Floats


@dataclass(frozen=True)
class _Units:
    """The choices in some figures; for each class of units in each of them how many members it has, and their units."""

    choices: Choices
    members: Integers
    unit: Integers


class Promise:
    """The conditions of a case; only options with named targets are promised about where `named_only`."""

    def __init__(self, case: Case, *, named_only: bool = True) -> None:
        self.case = case
        moves, base = case.moves, case.base
        choices = Choices.of(moves.figure, moves.unit, moves.state, moves.record, moves.count)
        choices = choices.of_figures((base.d > 0)[choices.figures])
        self._choices = choices.allowing(moves.named[choices.rows]) if named_only else choices
        self._allowed = case.tolerance / np.abs(base.multiplier)
        self._value = np.divide(base.n, base.d, out=np.full(len(base.n), np.nan), where=base.d > 0)

    @cached_property
    def as_coded(self) -> Conditions:
        """One condition a figure: that every review finds everything as coded."""
        return self._conditions([(np.arange(len(self._value)), self._value)], self.case.base.d)

    def after(self, reviewed: Booleans, found: Found | None = None) -> Conditions:
        """The conditions whatever the review of these units finds: one a figure, two where its denominator moves.

        `found` is what their review may find, where it is known already.
        """
        found = found or self.found_of(reviewed)
        moving = np.flatnonzero(~self.case.base.is_fixed & (found.high > found.low))
        every = np.arange(len(found.low))
        return self._conditions([(every, found.low), (moving, found.high)], found.least)

    def found_of(self, reviewed: Booleans) -> Found:
        """What the review of these units may find, of all that flags allow them."""
        base, moves = self.case.base, self.case.counted(reviewed)
        low, high = extremes(base.n, base.d, moves, fixed_denominator=base.is_fixed)
        least = base.d.copy()
        choices = Choices.of(moves.figure, moves.unit, moves.state, moves.record, moves.count)
        if len(choices.figures):
            (taken,) = choices.best(-moves.dd[choices.rows])
            least[choices.figures] -= taken
        return Found(
            np.fmin(low, self._value), np.fmax(high, self._value),
            np.where(base.is_fixed, base.d, np.maximum(least, 0.0)),
        )  # fmt: skip

    def _conditions(self, parts: list[tuple[Integers, Floats]], least: Floats) -> Conditions:
        """Conditions of some figures at some values of theirs, over denominators."""
        used, limits, figures = [], [], []
        before = 0
        for figure, value in parts:
            place = np.full(len(self._value), -1)
            place[figure] = np.arange(len(figure)) + before
            # What they use up of figures whose denominator stays is the same whatever the review finds.
            for found in (self._of_fixed, self._used(self._moving, value)):
                kept = place[found.figure] >= 0
                used.append((place[found.figure][kept], found.unit[kept], found.down[kept], found.up[kept]))
            limits.append((self._allowed * least)[figure])
            figures.append(figure)
            before += len(figure)
        columns = [np.concatenate(column) for column in zip(*used, strict=True)]
        return Conditions(Reach(*columns), np.concatenate(limits), np.concatenate(figures))

    def _used(self, units: _Units, value: Floats) -> Reach:
        """By figure and unit: the greatest n - (v + t) d and (v - t) d - n."""
        choices, case = units.choices, self.case
        if not len(choices.figures):
            nothing = np.empty(0)
            return Reach(nothing.astype(np.int64), nothing.astype(np.int64), nothing, nothing)
        dn, dd = case.moves.dn[choices.rows], case.moves.dd[choices.rows]
        of = choices.figures
        moving = ~case.base.is_fixed[of]
        allowed = np.nan_to_num(self._allowed[of])
        (up,) = choices.best_of_units(dn - choices.each_row(moving * (value[of] + allowed)) * dd)
        (down,) = choices.best_of_units(choices.each_row(moving * (value[of] - allowed)) * dd - dn)
        moving = (down > 0) | (up > 0)
        of_member = np.repeat(moving, units.members)
        each = units.members[moving]
        return Reach(
            np.repeat(choices.figure[choices.unit_row][moving], each),
            units.unit[of_member],
            np.repeat(np.maximum(down[moving], 0.0), each),
            np.repeat(np.maximum(up[moving], 0.0), each),
        )

    @cached_property
    def _of_fixed(self) -> Reach:
        return self._used(self._units(self.case.base.is_fixed), self._value)

    @cached_property
    def _moving(self) -> _Units:
        return self._units(~self.case.base.is_fixed)

    @cached_property
    def _by_class(self) -> tuple[Integers, Integers]:
        """The units of each class, one after the other, and where each class begins."""
        case = self.case
        order = np.argsort(case.of_class, kind="stable")
        most = int(case.moves.unit.max(initial=-1)) + 1
        return case.of_unit[order], np.searchsorted(case.of_class[order], np.arange(most + 1))

    def _units(self, figures: Booleans) -> _Units:
        choices = self._choices.of_figures(figures[self._choices.figures])
        members, first = self._by_class
        of_class = self.case.moves.unit[choices.rows[choices.unit_row]]
        each = first[of_class + 1] - first[of_class]
        ends = np.cumsum(each)
        within = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - each, each)
        return _Units(choices, each, members[np.repeat(first[of_class], each) + within])
