"""By how much options of flagged records would move the figures of a breakdown."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from transforms.influence.breakdowns import Breakdown
from transforms.influence.cells import Cells
from transforms.influence.classes import Classes
from transforms.influence.found import Coded, Found, Members
from transforms.influence.in_figures import InFigures
from transforms.influence.methods.choices import Booleans, Integers, Moves
from transforms.influence.methods.segments import distinct, mixed, pairs_of, starts, sums
from transforms.measures.methods.arrays import Floats


def find_moves(classes: Classes, part: Breakdown, cells: Cells) -> Found:
    """The moves of a breakdown's figures, by figure, unit, state and record; alternatives that move nothing left out.

    `cells` are the cells of `classes` that are in its figures.
    """
    options = InFigures.of(classes, part.columns, cells)
    rows = _merged(_Rows.joined(_freely(classes, options), _tied(classes, options)))
    units, unit_of_state = np.unique(classes.states.unit, return_inverse=True)
    numbers = np.concatenate([classes.unit, units])
    # Records with states have no moves of their own class: their unit has.
    of_class = np.arange(len(classes.unit))
    of_class[classes.states.of_class] = len(classes.unit) + unit_of_state
    is_tied = classes.has_states[classes.member_class]
    _, first_of_unit = np.unique(classes.member_unit[is_tied], return_index=True)
    listed = np.append(np.flatnonzero(~is_tied), np.flatnonzero(is_tied)[first_of_unit])
    members = Members(
        of=of_class[classes.member_class[listed]],
        record=np.where(is_tied, -1, classes.member_record)[listed],
        unit_id=classes.member_unit[listed],
    )
    rows, members = _as_classes(rows, members, of_lengths=part.is_of_lengths)
    figures, place = distinct(rows.figure)
    return Found(
        figures=options.figures[figures],
        numbers=numbers,
        moves=Moves(
            figure=place,
            unit=rows.unit,
            state=rows.state,
            record=rows.record,
            dn=rows.dn,
            dd=rows.dd,
            named=rows.named,
            count=rows.count,
        ),
        share=rows.share,
        rules=rows.rules,
        coded_n=rows.coded_n,
        coded_d=rows.coded_d,
        members=members,
        coded=_coded(classes, options, of_lengths=part.is_of_lengths),
    )


def _coded(classes: Classes, options: InFigures, *, of_lengths: bool) -> Coded:
    """What flagged records contribute as coded. Records are counted, however long their stays last."""
    rows = np.flatnonzero(options.is_coded)
    n, d = options.n[rows], options.d[rows]
    return Coded(
        figure=options.figures[options.figure[rows]],
        n=n,
        d=d,
        count=classes.count[classes.of_class[options.alternative[rows]]],
        is_n=(d if of_lengths else n) != 0,
    )


@dataclass(frozen=True)
class _Rows:
    """Moves before they are put in order: as rows, `unit` being the class, or beyond these the unit with states."""

    figure: Integers
    unit: Integers
    state: Integers
    record: Integers
    dn: Floats
    dd: Floats
    named: Booleans
    share: Floats
    count: Integers
    rules: Integers
    coded_n: Floats
    coded_d: Floats

    def __len__(self) -> int:
        return len(self.figure)

    @classmethod
    def joined(cls, *parts: _Rows) -> _Rows:
        return cls(*(np.concatenate(columns) for columns in zip(*(vars(part).values() for part in parts), strict=True)))

    def of(self, rows: Integers | Booleans) -> _Rows:
        return _Rows(*(values[rows] for values in vars(self).values()))


def _merged(rows: _Rows) -> _Rows:
    """Rows by figure, unit, state and record; those that come to the same as one; units that move nothing left out."""
    moved = mixed(rows.dn, rows.dd)
    within = moved >> np.uint64(30)
    is_tied = np.flatnonzero(rows.state > 0)
    within[is_tied[np.lexsort((moved[is_tied], rows.record[is_tied], rows.state[is_tied]))]] = np.arange(len(is_tied))
    units = int(rows.unit.max(initial=0)) + 1
    pair = rows.figure * units + rows.unit
    if len(rows) and int(pair.max()) >= 2**29:
        order = np.lexsort((within, pair))
    else:
        order = np.argsort((pair.astype(np.uint64) << np.uint64(34)) | within, kind="stable")
    pair, dn, dd = pair[order], rows.dn[order], rows.dd[order]
    start = starts(pair, rows.state[order], rows.record[order], dn, dd)
    share, named = sums(rows.share[order], start), np.logical_or.reduceat(rows.named[order], start)
    pair_start = starts(pair[start])
    moves = np.logical_or.reduceat((dn[start] != 0) | (dd[start] != 0), pair_start)
    kept = np.flatnonzero(np.repeat(moves, np.diff(pair_start, append=len(start))))
    return replace(rows.of(order[start[kept]]), share=share[kept], named=named[kept])


def _as_classes(rows: _Rows, members: Members, *, of_lengths: bool) -> tuple[_Rows, Members]:
    """Units without states that move all figures of a breakdown alike as one, of the least number.

    Where figures are made of lengths it matters what a record has there as coded.
    """
    pair_start = starts(rows.figure, rows.unit)
    pair = rows.of(pair_start)
    told_apart = (rows.dn, rows.dd, rows.named, np.rint(rows.share * 1e9))
    alike = mixed(*told_apart, rows.coded_n, rows.coded_d) if of_lengths else mixed(*told_apart)
    of_pair = mixed(sums(alike, pair_start), pair.figure)
    signature = np.zeros(int(members.of.max(initial=-1)) + 1, dtype=np.uint64)
    rules = np.zeros(len(signature), dtype=np.int64)
    is_tied = np.zeros(len(signature), dtype=bool)
    np.add.at(signature, pair.unit, of_pair)
    rules[pair.unit], is_tied[pair.unit] = pair.rules, pair.state > 0
    is_moving = np.zeros(len(signature), dtype=bool)
    is_moving[pair.unit] = True
    units = np.flatnonzero(is_moving)
    apart = np.where(is_tied, np.arange(len(signature)), -1)
    _, first, same = np.unique(
        mixed(signature[units], rules[units], apart[units]), return_index=True, return_inverse=True
    )
    stands_for = np.arange(len(signature))
    stands_for[units] = units[first][same]
    # Each figure counts those of all the units that are one.
    is_first = stands_for[pair.unit] == pair.unit
    size = len(signature)
    number = pair.figure * size + pair.unit
    at = np.searchsorted(number, pair.figure * size + stands_for[pair.unit])
    count = np.bincount(at, weights=pair.count, minlength=len(pair)).astype(np.int64)
    each = np.diff(pair_start, append=len(rows))
    kept = np.repeat(is_first, each)
    rows = replace(rows.of(np.flatnonzero(kept)), count=np.repeat(count, each)[kept])
    of = members.of
    is_member = is_moving[of]
    return rows, Members(stands_for[of[is_member]], members.record[is_member], members.unit_id[is_member])


def _freely(classes: Classes, options: InFigures) -> _Rows:
    """Records that choose freely.

    An alternative in the figure moves it by what it has there beyond the record as coded; all alternatives elsewhere
    take away what the record has there as coded.
    """
    pair_class = options.pair_class
    many = classes.count[pair_class] - _coded_there(classes, options)
    is_free = ~classes.has_states[pair_class] & (many > 0)
    alternative = options.alternative
    share = classes.share[alternative] * options.likely
    named, unnamed = (~options.is_coded & (classes.is_named[alternative] == which) for which in (True, False))
    away = []
    for which, is_one, share_of_class, number_of_class in (
        (True, named, *_totals(classes, True)),
        (False, unnamed, *_totals(classes, False)),
    ):
        here = sums(is_one.astype(np.int64), options.start)
        left = share_of_class[pair_class] - sums(np.where(is_one, share, 0.0), options.start)
        pairs = np.flatnonzero(is_free & (number_of_class[pair_class] > here))
        away.append((pairs, which, left[pairs]))
    coded_n, coded_d = options.coded_n[options.start], options.coded_d[options.start]
    rows = np.flatnonzero(~options.is_coded & is_free[options.pair])
    stays = np.flatnonzero(is_free)
    pair = np.concatenate([options.pair[rows], *(pairs for pairs, _, _ in away), stays])
    unit = pair_class[pair]
    return _Rows(
        figure=options.pair_figure[pair],
        unit=unit,
        state=np.zeros(len(pair), dtype=np.int64),
        record=classes.record[unit],
        dn=np.concatenate(
            [options.n[rows] - options.coded_n[rows], *(-coded_n[pairs] for pairs, _, _ in away), np.zeros(len(stays))]
        ),
        dd=np.concatenate(
            [options.d[rows] - options.coded_d[rows], *(-coded_d[pairs] for pairs, _, _ in away), np.zeros(len(stays))]
        ),
        named=np.concatenate(
            [
                classes.is_named[alternative[rows]],
                *(np.full(len(pairs), which) for pairs, which, _ in away),
                np.ones(len(stays), dtype=bool),
            ]
        ),
        share=np.concatenate([share[rows], *(np.maximum(left, 0.0) for _, _, left in away), np.zeros(len(stays))]),
        count=many[pair],
        rules=classes.rules[unit],
        coded_n=coded_n[pair],
        coded_d=coded_d[pair],
    )


def _totals(classes: Classes, is_named: bool) -> tuple[Floats, Integers]:
    """By class: the shares of its alternatives with (or without) a named target, added up, and their number."""
    which = ~classes.is_coded & (classes.is_named == is_named)
    size = len(classes.unit)
    of_class = classes.of_class[which]
    return np.bincount(of_class, classes.share[which], size), np.bincount(of_class, minlength=size)


def _coded_there(classes: Classes, options: InFigures) -> Integers:
    """By pair how many records of a class of halves are coded there: they have no other code there."""
    found = np.zeros(len(options.start), dtype=np.int64)
    if not (classes.half >= 0).any():
        return found
    of_pair = options.pair_class
    is_coded = options.is_coded[options.start] & options.is_within[options.start] & (classes.half[of_pair] >= 0)
    pairs = np.flatnonzero(is_coded)
    size = len(classes.unit)
    number = options.pair_figure * size + of_pair
    wanted = options.pair_figure[pairs] * size + classes.half[of_pair[pairs]]
    at = np.minimum(np.searchsorted(number, wanted), len(number) - 1)
    is_there = number[at] == wanted
    np.add.at(found, at[is_there], classes.count[of_pair[pairs[is_there]]])
    return found


def _tied(classes: Classes, options: InFigures) -> _Rows:
    """Units with states: every alternative that a state allows a record that is in the figure."""
    states = classes.states
    pairs = np.flatnonzero(classes.has_states[options.pair_class])
    order = np.argsort(states.of_class, kind="stable")
    place, row = pairs_of(options.pair_class[pairs], states.of_class[order])
    pair, row = pairs[place], order[row]
    size = len(classes.of_class)
    number = options.figure * size + options.alternative
    wanted = options.pair_figure[pair] * size + states.alternative[row]
    at = np.minimum(np.searchsorted(number, wanted), max(len(number) - 1, 0))
    is_there = number[at] == wanted if len(number) else np.zeros(0, dtype=bool)
    coded_n, coded_d = options.coded_n[options.start], options.coded_d[options.start]
    n, d = (np.where(is_there, values[at], 0.0) if len(at) else np.zeros(0) for values in (options.n, options.d))
    _, number_of_unit = np.unique(states.unit, return_inverse=True)
    alternative, of_class = states.alternative[row], states.of_class[row]
    return _Rows(
        figure=options.pair_figure[pair],
        unit=len(classes.unit) + number_of_unit[row],
        state=states.state[row],
        record=classes.record[of_class],
        dn=n - coded_n[pair],
        dd=d - coded_d[pair],
        named=classes.is_named[alternative],
        share=states.share[row] * np.where(is_there, options.likely[at] if len(at) else 1.0, 1.0),
        count=np.ones(len(row), dtype=np.int64),
        rules=classes.rules[of_class],
        coded_n=coded_n[pair],
        coded_d=coded_d[pair],
    )
