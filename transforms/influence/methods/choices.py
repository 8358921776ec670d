"""What units may choose: each figure's units, their states, the records of a state and the options of a record.

A unit's admissible resolutions are the union over its states of the product over the state's records of the record's
options. A sum over records is therefore at its greatest where every record of a state takes its best option, every
unit its best state, and all units do so each for itself. `Moves` holds the options as rows; `Choices` holds them
sorted, so that one pass of segmented reductions (NumPy's reduceat) answers for all figures at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from transforms.measures.methods.arrays import Floats

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

# How a row differs from the one before it: only the option is another, or also the record, state, unit or figure.
_OPTION, _RECORD, _STATE, _UNIT, _FIGURE = range(5)


@dataclass(frozen=True, kw_only=True)
class Moves:
    """Options as rows, in any order; arrays of one length.

    Exactly one row is chosen in each (figure, unit, state, record) of the state that the unit is in. `figure` counts
    from 0; the other three are any numbers of 0 or more. `dn` and `dd` are what the option adds to the figure's
    numerator and denominator beside the value as coded, so that as coded is the row (0, 0), listed wherever it is
    allowed. A state that leaves the figure as it is has a row all the same. `named` rows rest on a named target.
    `count` says how many identical units the unit stands for, the same on all rows of a unit.
    """

    figure: Integers
    unit: Integers
    state: Integers
    record: Integers
    dn: Floats
    dd: Floats
    named: Booleans
    count: Integers

    def __post_init__(self) -> None:
        for field, kind in zip(fields(self), "iiiiffbi", strict=True):
            dtype = {"i": np.int64, "f": np.float64, "b": np.bool_}[kind]
            values = np.asarray(getattr(self, field.name), dtype=dtype)
            if values.shape != np.shape(self.figure) or values.ndim != 1:
                raise ValueError(f"{field.name}: expected {np.size(self.figure)} values, one a row; got {values.shape}")
            if kind == "f" and not np.isfinite(values).all():
                raise ValueError(f"{field.name}: {int((~np.isfinite(values)).sum())} values that are not finite")
            least = 1 if field.name == "count" else 0
            if kind == "i" and values.size and values.min() < least:
                raise ValueError(f"{field.name}: expected {least} or more; {int((values < least).sum())} are less")
            object.__setattr__(self, field.name, values)

    def __len__(self) -> int:
        return len(self.figure)


def of_rows(moves: Moves, rows: Integers) -> Moves:
    """Some of the rows, by their places."""
    return Moves(**{name: values[rows] for name, values in vars(moves).items()})


class Choices:
    """Rows sorted by figure, unit, state and record, with where each of these begins.

    `rows` are the places of the sorted rows in the arrays they came from; `figures` the figures that have rows, in
    ascending order, to which every result is aligned.
    """

    def __init__(self, rows: Integers, level: NDArray[np.int8], figure: Integers, count: Integers) -> None:
        self.rows, self.level, self.figure, self.count = rows, level, figure, count
        self.record_start = np.flatnonzero(level >= _RECORD)
        of_record = level[self.record_start]
        self.state_start = np.flatnonzero(of_record >= _STATE)
        of_state = of_record[self.state_start]
        self.unit_start = np.flatnonzero(of_state >= _UNIT)
        of_unit = of_state[self.unit_start]
        self.figure_start = np.flatnonzero(of_unit >= _FIGURE)
        self.unit_row = self.record_start[self.state_start[self.unit_start]]
        self.figure_row = self.unit_row[self.figure_start]
        self.figures = figure[self.figure_row]
        self.rows_each = np.diff(self.figure_row, append=len(rows))
        self.unit_count = count[self.unit_row].astype(np.float64)
        self._record_of = _segment(self.record_start, len(rows))
        self._unit_of = _segment(self.unit_start, len(self.state_start))

    @classmethod
    def of(cls, figure: Integers, unit: Integers, state: Integers, record: Integers, count: Integers) -> Choices:
        """The choices that rows in any order describe."""
        rows = sorting_order(figure, unit, state, record)
        level = np.zeros(len(rows), dtype=np.int8)
        for array, rank in ((record, _RECORD), (state, _STATE), (unit, _UNIT), (figure, _FIGURE)):
            values = array[rows]
            level[1:][values[1:] != values[:-1]] = rank
        # A new state begins new records even where the record's number is the same.
        level[:1] = _FIGURE
        return cls(rows, level, figure[rows], count[rows])

    def of_figures(self, wanted: Booleans) -> Choices:
        """The choices of some of the figures only; `wanted` is aligned to `figures`."""
        if wanted.all():
            return self
        keep = np.repeat(wanted, self.rows_each)
        return Choices(self.rows[keep], self.level[keep], self.figure[keep], self.count[keep])

    def parts(self, rows: int) -> Iterator[Choices]:
        """The choices in runs of whole figures of about so many rows, which fit a processor's cache."""
        ends = np.append(self.figure_row, len(self.rows))
        cuts = np.unique(np.searchsorted(ends, np.arange(0, len(self.rows) + rows, rows)))
        for first, last in pairwise(ends[np.minimum(cuts, len(ends) - 1)].tolist()):
            part = slice(first, last)
            yield Choices(self.rows[part], self.level[part], self.figure[part], self.count[part])

    def allowing(self, allowed: Booleans) -> Choices:
        """The choices that remain when only some options are allowed; `allowed` is aligned to the sorted rows.

        A state in which some record has no allowed option is not available, and a unit without an available state
        stays as coded.
        """
        if allowed.all():
            return self
        of_record = np.maximum.reduceat(allowed, self.record_start) if len(allowed) else allowed
        of_state = np.minimum.reduceat(of_record, self.state_start) if len(allowed) else allowed
        states = np.repeat(of_state, np.diff(self.state_start, append=len(self.record_start)))
        kept = np.flatnonzero(allowed & states[self._record_of])
        if not len(kept):
            return Choices(self.rows[kept], self.level[kept], self.figure[kept], self.count[kept])
        level = np.maximum.reduceat(self.level[: kept[-1] + 1], np.append(0, kept[:-1] + 1))
        return Choices(self.rows[kept], level, self.figure[kept], self.count[kept])

    def each_row(self, values: Floats) -> Floats:
        """Values of figures, repeated for each of their rows."""
        return np.repeat(values, self.rows_each)

    def best(self, score: Floats, *columns: Floats) -> tuple[Floats, ...]:
        """Where the sum of scores is greatest: that sum, or the sums of the columns there, by figure.

        `score` and `columns` are aligned to the sorted rows. Of equal options the first in the order of rows is taken.
        """
        chosen = self.best_of_units(score, *columns)
        return self.sums(*(chosen[1:] if columns else chosen))

    def best_in_turn(self, first: Floats, second: Floats) -> tuple[Floats, ...]:
        """The greatest sum of `first`, and the greatest sum of `second` where that of `first` is at its greatest."""
        records = self._pick(self.record_start, self._record_of, (first, second), in_turn=True)
        units = self._pick(self.unit_start, self._unit_of, self._in_states(records), in_turn=True)
        return self.sums(*units)

    def best_of_units(self, score: Floats, *columns: Floats) -> tuple[Floats, ...]:
        """For one copy of each unit alone the greatest score and the columns there."""
        return self._pick(self.unit_start, self._unit_of, self.best_of_states(score, *columns))

    def best_of_states(self, score: Floats, *columns: Floats) -> tuple[Floats, ...]:
        """The same for each state alone."""
        return self._in_states(self.best_of_records(score, *columns))

    def best_of_records(self, score: Floats, *columns: Floats) -> tuple[Floats, ...]:
        """The same for each record of a state alone."""
        return self._pick(self.record_start, self._record_of, (score, *columns))

    def _in_states(self, of_records: tuple[Floats, ...]) -> tuple[Floats, ...]:
        if len(self.state_start) == len(self.record_start):
            return of_records
        return tuple(np.add.reduceat(values, self.state_start) for values in of_records)

    @staticmethod
    def _pick(
        starts: Integers, segment: Integers, columns: tuple[Floats, ...], *, in_turn: bool = False
    ) -> tuple[Floats, ...]:
        """The columns where the first is greatest within each segment; `in_turn`: ties by the second."""
        if len(starts) == len(segment):
            return columns
        score = columns[0]
        is_best = score == np.maximum.reduceat(score, starts)[segment]
        if in_turn:
            score = np.where(is_best, columns[1], -np.inf)
            is_best = score == np.maximum.reduceat(score, starts)[segment]
        places = np.flatnonzero(is_best)
        if len(places) > len(starts):
            of_place = segment[places]
            places = places[np.append(True, of_place[1:] != of_place[:-1])]
        return tuple(values[places] for values in columns)

    def sums(self, *of_units: Floats) -> tuple[Floats, ...]:
        """Sums over the units of each figure, each as often as it counts."""
        if not len(self.figure_start):
            return of_units
        return tuple(np.add.reduceat(values * self.unit_count, self.figure_start) for values in of_units)

    def record_of_row(self) -> Integers:
        """For each row the place of its record among the results of `best_of_records`."""
        return self._record_of

    def state_of_row(self) -> Integers:
        """For each row the place of its state among the results of `best_of_states`."""
        return _segment(self.state_start, len(self.record_start))[self._record_of]

    def unit_of_row(self) -> Integers:
        """For each row the place of its unit among the results of `best_of_units`."""
        return self._unit_of[self.state_of_row()]


def sorting_order(*keys: Integers) -> Integers:
    """The order that sorts rows by the keys, the first first; rows with equal keys keep theirs.

    Sorted rows are recognised, and keys whose ranges fit into 63 bits together are sorted as one number.
    """
    size = len(keys[0])
    ranges = [int(key.max(initial=0)) + 1 for key in keys]
    product = 1
    for extent in ranges:
        product *= extent
    if product >= 2**63:
        return np.lexsort(keys[::-1])
    number = keys[0].copy()
    for key, extent in zip(keys[1:], ranges[1:], strict=True):
        number *= extent
        number += key
    if (number[1:] >= number[:-1]).all():
        return np.arange(size)
    return np.argsort(number, kind="stable")


def _segment(starts: Integers, size: int) -> Integers:
    """For each of `size` places the number of the segment that it lies in."""
    return np.repeat(np.arange(len(starts)), np.diff(starts, append=size))
