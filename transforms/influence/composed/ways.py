"""What flagged records could do to the cells behind a composed measure, taken together: their ways, and draws of them.

A figure that is no sum needs all its cells at once, since a record that leaves one enters another. So every option of
a class of records is a *way*: a column of what it adds to each cell. The ways of one record exclude each other.

A code that may be any leaves the cell of its cause in one way, and enters that of each other cause in a way of its own:
no figure here has two causes, so that these may be drawn apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from math import prod

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, special

from transforms.influence.cells import Cells
from transforms.influence.classes import Classes
from transforms.influence.found import Members
from transforms.influence.methods.chances import generator
from transforms.influence.methods.choices import Booleans, Integers
from transforms.influence.methods.segments import mixed, pairs_of, starts, sums
from transforms.measures.methods.arrays import Floats

Singles = NDArray[np.float32]

# Up to so many records of a class are drawn one by one, more of them as their number.
_FEW = 4
# Ways whose draws are worked out at a time, and the orders of draws behind all of them.
_AT_ONCE = 512
_ORDERS = 127
# Of a unit with states so many resolutions are tried at most; of one with more, its records one at a time.
_MOST_RESOLUTIONS = 64


@dataclass(frozen=True)
class Ways:
    """The ways of units, sorted by `group`: of one group each record takes one at most.

    `effect` is cells by ways. By way: `group`, `rules` (a row of the chances), `share` (the probability of the way if
    the record is not as coded) and `count`, the number of alike records. Then what each unit alone may do:
    `alone`, cells by resolutions, with the place of the `unit` of each among `numbers`, which are those of classes; and
    `members`, the records behind the units.
    """

    effect: sparse.csr_array
    group: Integers
    rules: Integers
    share: Floats
    count: Integers
    alone: sparse.csc_array
    unit: Integers
    numbers: Integers
    members: Members

    @classmethod
    def of(cls, classes: Classes, cells: Cells, size: int, together: Resolutions) -> Ways:
        """Those of the classes of a table in `size` cells, which `cells` names as its figures."""
        every = _Every.of(classes, cells, size)
        one = _alike(every, _units_of_classes(classes), classes)
        group = starts(one.unit, one.part)
        # Units with states are resolved as a whole, but for any code.
        is_free = ~classes.has_states[one.of_class] | one.is_entering
        tied = (every.effect[:, : len(classes.of_class)] @ together.chosen).tocsc()
        return cls(
            effect=one.effect.tocsr(),
            group=np.repeat(np.arange(len(group)), np.diff(group, append=len(one.unit))),
            rules=classes.rules[one.of_class],
            share=one.share,
            count=one.count,
            alone=sparse.hstack([one.effect[:, is_free], tied], format="csc"),
            unit=np.concatenate([one.unit[is_free], len(classes.unit) + together.unit]),
            numbers=np.concatenate([classes.unit, np.unique(classes.states.unit)]),
            members=_members(classes, one.stands_for),
        )

    def drawn(self, chances: Floats, *, seed: int = 0) -> Floats:
        """What records add to each cell in each draw: cells by draws.

        Classes of few records are drawn record by record; of others the numbers are those of the multinomial
        distribution as a normal one, with its exact mean, variances and covariances. All is stratified over the draws.
        """
        is_few = self.count <= _FEW
        few, many = np.flatnonzero(is_few), np.flatnonzero(~is_few)
        on_average = sparse.csr_array(
            (self.count[many] * self.share[many], (np.arange(len(many)), self.rules[many])),
            shape=(len(many), len(chances)),
        )
        found = (self.effect[:, many] @ on_average) @ chances
        chances = chances.astype(np.float32)
        for ways, taken in (*self._one_by_one(few, chances, seed), *self._deviations(many, chances, seed)):
            found += self.effect[:, ways] @ taken
        return found

    def _one_by_one(self, ways: Integers, chances: Singles, seed: int) -> Iterator[tuple[Integers, Singles]]:
        """Ways, each as often as it counts, and whether a record takes it, by draws."""
        fates = _Pool.of(_middles(chances.shape[1], generator(seed, "records of cells")))
        for part in _runs(self.group[ways], ways):
            start = starts(self.group[part])
            each = np.diff(start, append=len(part))
            until = np.cumsum(self.share[part])
            before = until - self.share[part]
            base = np.repeat(before[start], each)
            copies = self.count[part]
            way = np.repeat(np.arange(len(part)), copies)
            copy = np.arange(len(way)) - np.repeat(np.cumsum(copies) - copies, copies)
            # The copies of a record have fates of their own, each common to the ways of its group.
            fate = fates.rows(self.group[part][way] * _FEW + copy)
            chance = chances[self.rules[part[way]]]
            taken = fate < chance * (until - base)[way, None].astype(np.float32)
            taken &= fate >= chance * (before - base)[way, None].astype(np.float32)
            yield part[way], taken.astype(np.float32)

    def _deviations(self, ways: Integers, chances: Singles, seed: int) -> Iterator[tuple[Integers, Singles]]:
        """How many records more or fewer than on average take the ways of large classes."""
        middles = _middles(chances.shape[1], generator(seed, "numbers in cells"))
        normal = _Pool.of(special.ndtri(middles))
        for part in _runs(self.group[ways], ways):
            start = starts(self.group[part])
            likely = chances[self.rules[part]]
            likely *= self.share[part, None].astype(np.float32)
            noise = np.sqrt(likely)
            noise *= normal.rows(2 * part)
            # Those who stay as they are coded share in the noise.
            stay = np.sqrt(np.maximum(1 - sums(likely, start), 0)) * normal.rows(2 * part[start] + 1)
            common = sums(noise, start) + stay
            noise -= likely * np.repeat(common, np.diff(start, append=len(part)), axis=0)
            noise *= np.sqrt(self.count[part, None]).astype(np.float32)
            yield part, noise


def _runs(group: Integers, ways: Integers) -> Iterator[Integers]:
    """The ways in runs of whole groups, so many that their draws stay in the cache."""
    if len(ways):
        run = np.maximum.accumulate(np.where(np.diff(group, prepend=-1) != 0, np.arange(len(ways)) // _AT_ONCE, 0))
        yield from np.split(ways, np.flatnonzero(np.diff(run)) + 1)


def _middles(draws: int, random: np.random.Generator) -> Floats:
    """Rows with the middles of equal shares of probability, each in an order of its own."""
    middles = np.broadcast_to((np.arange(draws) + 0.5) / draws, (_ORDERS, draws))
    return random.permuted(middles, axis=1)


@dataclass(frozen=True)
class _Pool:
    """Stratified rows for any number of ways: a few orders, each begun at any place, are as good as unrelated."""

    begun: NDArray[np.float32]

    @classmethod
    def of(cls, orders: Floats) -> _Pool:
        draws = orders.shape[1]
        twice = np.concatenate([orders, orders[:, :-1]], axis=1).astype(np.float32)
        return cls(np.lib.stride_tricks.sliding_window_view(twice, draws, axis=1))

    def rows(self, numbers: Integers) -> Singles:
        """A row for each number."""
        orders, draws = self.begun.shape[:2]
        # Neighbours begin far from each other: the step is prime to the number of draws, or nearly.
        return self.begun[numbers % orders, (numbers // orders * 149) % draws]


@dataclass(frozen=True)
class Resolutions:
    """What units with states may be, as alternatives of their records by resolutions; `unit` is each one's place."""

    chosen: sparse.csc_array
    unit: Integers

    @classmethod
    def of(cls, classes: Classes) -> Resolutions:
        states = classes.states
        units, unit = np.unique(states.unit, return_inverse=True)
        by_unit: list[dict[int, dict[int, set[int]]]] = [{} for _ in units]
        for place, state, record, one in zip(
            *(values.tolist() for values in (unit, states.state, states.of_class, states.alternative)), strict=True
        ):
            by_unit[place].setdefault(state, {}).setdefault(record, set()).add(one)
        picked: list[tuple[int, ...]] = []
        of_unit: list[int] = []
        for place, of_states in enumerate(by_unit):
            found = sorted({chosen for records in of_states.values() for chosen in _chosen(records)})
            picked += found
            of_unit += [place] * len(found)
        rows = np.array([one for chosen in picked for one in chosen], dtype=np.int64)
        columns = np.repeat(np.arange(len(picked)), [len(chosen) for chosen in picked])
        shape = (len(classes.of_class), len(picked))
        return cls(sparse.csc_array((np.ones(len(rows)), (rows, columns)), shape=shape), np.array(of_unit, np.int64))


def _chosen(records: dict[int, set[int]]) -> Iterator[tuple[int, ...]]:
    """What the records of a state may be together; where that is much, each of them alone."""
    if prod(map(len, records.values())) <= _MOST_RESOLUTIONS:
        yield from product(*map(sorted, records.values()))
    else:
        yield from ((one,) for options in records.values() for one in sorted(options))


@dataclass(frozen=True)
class _Every:
    """The ways of all classes, those of their alternatives first, in their order; then any code's into each cell.

    By way: the class, its `part` (of one part a record takes one way at most), and the rest as of `Ways`.
    """

    effect: sparse.csc_array
    of_class: Integers
    part: Integers
    share: Floats
    count: Integers
    is_entering: Booleans

    @classmethod
    def of(cls, classes: Classes, cells: Cells, size: int) -> _Every:
        row, at = pairs_of(classes.cells[classes.cell], cells.cell)
        cell, alternative = cells.figure[at], classes.alternative[row]
        adds = classes.columns["weight"][row] * cells.adds[at]
        alternatives = len(classes.of_class)
        is_sure = ~classes.is_any[row]
        there = sparse.csc_array((adds[is_sure], (cell[is_sure], alternative[is_sure])), shape=(size, alternatives))
        coded = np.flatnonzero(classes.is_coded)
        coded_of_class = np.full(len(classes.unit), -1, dtype=np.int64)
        coded_of_class[classes.of_class[coded]] = coded
        # Halves are nowhere as coded.
        own = coded_of_class[classes.of_class]
        has_own = np.flatnonzero(own >= 0)
        as_coded = there @ sparse.csc_array(
            (np.ones(len(has_own)), (own[has_own], has_own)), shape=(alternatives, alternatives)
        )
        share = classes.share.copy()
        is_tied = classes.has_states[classes.of_class]
        share[is_tied] = np.bincount(classes.states.alternative, classes.states.share, alternatives)[is_tied]
        share[classes.is_coded] = 0.0

        unsure = np.flatnonzero(~is_sure & (adds != 0))
        into, out_of = cell[unsure], alternative[unsure]
        many = _elsewhere(classes, there, coded_of_class, into, classes.of_class[out_of])
        entering = np.flatnonzero(many > 0)
        unsure, into, out_of = unsure[entering], into[entering], out_of[entering]
        each = sparse.csc_array((adds[unsure], (into, np.arange(len(unsure)))), shape=(size, len(unsure)))
        return cls(
            effect=sparse.hstack([there - as_coded, each], format="csc"),
            of_class=np.concatenate([classes.of_class, classes.of_class[out_of]]),
            part=np.concatenate([np.zeros(alternatives, dtype=np.int64), 1 + into]),
            share=np.concatenate([share, classes.share[out_of] * cells.likely[at[unsure]]]),
            count=np.concatenate([classes.count[classes.of_class], many[entering]]),
            is_entering=np.arange(alternatives + len(unsure)) >= alternatives,
        )

    def of_rows(self, rows: Integers, **other: np.ndarray) -> _Every:
        columns = {name: values[rows] for name, values in vars(self).items() if name != "effect"}
        return _Every(**{"effect": self.effect[:, rows], **columns, **other})


def _elsewhere(
    classes: Classes, there: sparse.csc_array, coded_of_class: Integers, cell: Integers, of_class: Integers
) -> Integers:
    """How many records of each class are not in each cell as coded: those in it would have no other code there."""
    owner = np.flatnonzero(coded_of_class >= 0)
    coded = there[:, coded_of_class[owner]].tocoo()
    own = owner[coded.coords[1]]
    # A class of halves stands for the records of others, a whole one for its own.
    stands = np.where(classes.half[own] >= 0, classes.half[own], own)
    size = len(classes.unit)
    key, place = np.unique(coded.coords[0] * size + stands, return_inverse=True)
    held = np.append(np.bincount(place, classes.count[own], len(key)), 0).astype(np.int64)
    wanted = cell * size + of_class
    at = np.searchsorted(key, wanted)
    is_there = np.append(key, -1)[at] == wanted
    return classes.count[of_class] - np.where(is_there, held[at], 0)


@dataclass(frozen=True)
class _One(_Every):
    """The ways of units, alike ones as one; `stands_for` is by class and unit with states the unit that it is."""

    unit: Integers
    stands_for: Integers


def _units_of_classes(classes: Classes) -> Integers:
    """By class the place of its unit: itself, or beyond the classes that of its unit with states."""
    unit = np.arange(len(classes.unit))
    _, number = np.unique(classes.states.unit, return_inverse=True)
    unit[classes.states.of_class] = len(unit) + number
    return unit


def _alike(every: _Every, unit_of_class: Integers, classes: Classes) -> _One:
    """Ways that do the same to all cells as one, then units that do: their ways by unit, part and what they do."""
    each = np.diff(every.effect.indptr)
    does = np.zeros(len(each), dtype=np.uint64)
    way = np.repeat(np.arange(len(each)), each)
    is_real = every.effect.data != 0
    np.add.at(does, way[is_real], mixed(every.effect.indices.astype(np.int64), every.effect.data)[is_real])
    # Each record of a unit with states chooses for itself.
    is_tied = classes.has_states[every.of_class]
    part = every.part + np.where(is_tied, every.of_class, 0) * (int(every.part.max(initial=0)) + 1)

    kept = np.flatnonzero(does != 0)
    unit = unit_of_class[every.of_class]
    order = kept[np.lexsort((does[kept], part[kept], unit[kept]))]
    start = starts(unit[order], part[order], does[order])
    first = order[start]
    one = every.of_rows(first, share=sums(every.share[order], start), part=part[first])
    does, unit = does[first], unit[first]

    size = len(unit_of_class) + len(np.unique(classes.states.unit))
    signature = np.zeros(size, dtype=np.uint64)
    np.add.at(signature, unit, mixed(does, np.rint(one.share * 1e9), one.is_entering, classes.rules[one.of_class]))
    moving = np.unique(unit)
    apart = np.where(moving >= len(unit_of_class), moving, -1)
    _, first, same = np.unique(mixed(signature[moving], apart), return_index=True, return_inverse=True)
    stands_for = np.full(size, -1, dtype=np.int64)
    stands_for[moving] = moving[first][same]
    unit = stands_for[unit]
    order = np.lexsort((does, one.part, unit))
    start = starts(unit[order], one.part[order], does[order])
    first = order[start]
    found = one.of_rows(first, count=sums(one.count[order], start))
    return _One(**vars(found), unit=unit[first], stands_for=stands_for)


def _members(classes: Classes, stands_for: Integers) -> Members:
    unit = stands_for[_units_of_classes(classes)[classes.member_class]]
    record = np.where(classes.has_states[classes.member_class], -1, classes.member_record)
    order = np.lexsort((classes.member_unit, record, unit))
    order = order[unit[order] >= 0]
    start = starts(unit[order], record[order], classes.member_unit[order])
    kept = order[start]
    return Members(unit[kept], record[kept], classes.member_unit[kept])
