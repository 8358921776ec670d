"""The flagged records of a table: what each may be in its cells, those that are alike taken together.

Options of a record that come to the same in every cell of the table are one alternative, and records with the same
alternatives, flagged by the same rules, are one class, of which only the first record is followed.

A record that may be as coded or of any other code is taken as two, each in a class of its own kind: where it is coded,
which differs from record to record, and everywhere else (its half), which is alike for all such records of a place and
time.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa

from transforms.influence.effects import TableRows
from transforms.influence.methods.choices import Booleans, Integers
from transforms.influence.methods.segments import Hashes, mixed, starts, sums
from transforms.influence.sight import Sight, arrays
from transforms.measures.methods.arrays import Floats

# Numbers of units in the moves: a record that chooses freely has its own, its half one so much higher, and units with
# states are numbered from twice that.
HALVES = 1_000_000_000
UNITS = 2 * HALVES


@dataclass(frozen=True, kw_only=True)
class States:
    """What states of units allow, as rows sorted by unit: an alternative of a class, and its part of the probability.

    The share of a record's alternative where its record is not as coded is the sum over the states that allow it.
    """

    unit: Integers
    state: Integers
    of_class: Integers
    alternative: Integers
    share: Floats


@dataclass(frozen=True, kw_only=True)
class Classes:
    """The classes of a table with what they may be.

    `cells` are those that they are in, ascending. By row, sorted by alternative: `cell`, its place among them,
    `alternative`, whether it stands for any cause, and `columns`, one array each. By alternative, sorted by class, as
    coded first: its class, and what option it is; those that leave the table without a row are there too. By class: the
    number of its unit, the first of its records, how many they are, the number of their set of rules, whether it is a
    unit's record with states, and `half`, the class of its halves (-1: none). `member_class`, `member_record` and
    `member_unit`: every record that the classes stand for, with its influence.unit.
    """

    cells: Hashes
    cell: Integers
    alternative: Integers
    is_any: Booleans
    columns: dict[str, Floats]
    of_class: Integers
    is_coded: Booleans
    is_named: Booleans
    is_wild: Booleans
    share: Floats
    unit: Integers
    record: Integers
    count: Integers
    rules: Integers
    has_states: Booleans
    half: Integers
    states: States
    member_class: Integers
    member_record: Integers
    member_unit: Integers


def find_classes(con: duckdb.DuckDBPyConnection, rows: TableRows, sight: Sight) -> Classes:
    """The classes of a table; creates `class_cell`, the cells that they are in."""
    columns = rows.columns
    found = arrays(
        con,
        f"select option_id, hash({rows.cell}) as cell, cause is not distinct from '*' as is_any, {', '.join(columns)} "
        f"from ({rows.select()})",
    )
    option, cell, is_any = np.searchsorted(sight.option_id, found["option_id"]), found["cell"], found["is_any"]
    signature, half = _signatures(sight, option, mixed(cell, *(found[name] for name in columns)), is_any)

    is_here = np.zeros(len(sight.record), dtype=bool)
    is_here[sight.of_record[option]] = True
    records, options = np.flatnonzero(is_here), np.flatnonzero(is_here[sight.of_record])
    told_apart = (sight.of_record, signature, sight.is_coded, sight.is_named, sight.is_wild)
    _, first, alternative_of = np.unique(
        mixed(*(each[options] for each in told_apart)), return_index=True, return_inverse=True
    )
    alternative = options[first]
    shares = np.where(sight.is_coded, 0.0, sight.share)
    share = np.bincount(alternative_of, weights=shares[options])

    of_class = _classes_of_records(sight, records, alternative, signature, share)
    whole = int(of_class.max(initial=-1)) + 1
    half_class = _classes_of_halves(sight, records, half, whole=whole)
    is_halved = half_class >= 0
    member_class = np.concatenate([of_class, half_class[is_halved]])
    member = np.concatenate([records, records[is_halved]])
    _, first_member = np.unique(member_class, return_index=True)
    first_record = member[first_member]
    is_half = np.arange(len(first_record)) >= whole

    # Alternatives of the first records: of a half, the one that is any code.
    class_of_first = np.full(len(sight.record), -1, dtype=np.int64)
    class_of_first[first_record[:whole]] = np.arange(whole)
    half_of_first = np.full(len(sight.record), -1, dtype=np.int64)
    half_of_first[first_record[whole:]] = np.arange(whole, len(first_record))
    of_alternative = sight.of_record[alternative]
    followed = np.flatnonzero(class_of_first[of_alternative] >= 0)
    followed = followed[
        np.lexsort((alternative[followed], ~sight.is_coded[alternative[followed]], of_alternative[followed]))
    ]
    halved = np.flatnonzero((half_of_first[of_alternative] >= 0) & sight.is_wild[alternative])
    halved = halved[np.argsort(of_alternative[halved])]
    kept = np.concatenate([followed, halved])

    place = np.full((2, len(sight.option_id)), -1, dtype=np.int64)
    place[0, alternative[followed]] = np.arange(len(followed))
    place[1, alternative[halved]] = len(followed) + np.arange(len(halved))
    of_row = place[(is_any & sight.is_open[sight.of_record[option]]).astype(np.int64), option]
    row = np.flatnonzero(of_row >= 0)
    row = row[np.lexsort((cell[row], of_row[row]))]
    # Of each cell one option is enough.
    cells, first_of_cell, of_cell = np.unique(cell[row], return_index=True, return_inverse=True)
    _place_cells(con, rows, sight.option_id[np.unique(option[row[first_of_cell]])])

    has_states = sight.has_states[first_record]
    unit = np.where(has_states, UNITS + sight.unit_id[first_record], sight.record[first_record])
    half = np.full(len(first_record), -1, dtype=np.int64)
    half[of_class[is_halved]] = half_class[is_halved]
    return Classes(
        cells=cells,
        cell=of_cell,
        alternative=of_row[row],
        is_any=is_any[row],
        columns={name: found[name][row] for name in columns},
        of_class=np.concatenate([class_of_first[of_alternative[followed]], half_of_first[of_alternative[halved]]]),
        is_coded=sight.is_coded[alternative[kept]],
        is_named=sight.is_named[alternative[kept]],
        is_wild=sight.is_wild[alternative[kept]],
        share=share[kept],
        unit=unit + np.where(is_half, HALVES, 0),
        record=sight.record[first_record] + np.where(is_half, HALVES, 0),
        count=np.bincount(member_class, minlength=len(first_record)),
        rules=sight.rules[first_record],
        has_states=has_states,
        half=half,
        states=_states(sight, shares, is_here, options, place[0, alternative[alternative_of]], class_of_first),
        member_class=member_class,
        member_record=sight.record[member],
        member_unit=sight.unit_id[member],
    )


def _signatures(sight: Sight, option: Integers, of_row: Hashes, is_any: Booleans) -> tuple[Hashes, Hashes]:
    """By option what it comes to in the table, and what of that as any code, each as a number."""
    signature, half = (np.zeros(len(sight.option_id), dtype=np.uint64) for _ in range(2))
    np.add.at(signature, option, of_row)
    np.add.at(half, option[is_any], of_row[is_any])
    return signature, half


def _classes_of_records(
    sight: Sight, records: Integers, alternative: Integers, signature: Hashes, share: Floats
) -> Integers:
    """By record the number of its class, in the order of their first records."""
    of_record = np.zeros(len(sight.record), dtype=np.uint64)
    each = mixed(
        signature[alternative],
        sight.is_coded[alternative],
        sight.is_named[alternative],
        sight.is_wild[alternative],
        np.rint(share * 1e9),
    )
    np.add.at(of_record, sight.of_record[alternative], each)
    # Records whose unit has states are like no other.
    apart = np.where(sight.has_states[records], records, -1)
    return _numbered(mixed(of_record[records], sight.rules[records], apart))


def _classes_of_halves(sight: Sight, records: Integers, half: Hashes, *, whole: int) -> Integers:
    """By record the number of its half's class, from `whole` on; -1 for records without a half."""
    options = np.flatnonzero(half != 0)
    of_record = np.zeros(len(sight.record), dtype=np.uint64)
    of_record[sight.of_record[options]] = half[options]
    found = np.full(len(records), -1, dtype=np.int64)
    is_halved = sight.is_open[records] & (of_record[records] != 0)
    found[is_halved] = whole + _numbered(mixed(of_record[records[is_halved]], sight.rules[records[is_halved]]))
    return found


def _numbered(keys: Hashes) -> Integers:
    """Keys as numbers from 0, in the order in which they are first met."""
    _, first, place = np.unique(keys, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[place]


def _place_cells(con: duckdb.DuckDBPyConnection, rows: TableRows, options: Integers) -> None:
    """Create `class_cell`: the cells that some options are in."""
    con.register("kept_option", pa.table({"option_id": options}))
    con.execute(
        f"""
        create or replace temp table class_cell as
        select distinct hash({rows.cell}) as cell, {rows.cell} from ({rows.select("kept_option")})
        """
    )
    con.unregister("kept_option")


def _states(
    sight: Sight, shares: Floats, is_here: Booleans, options: Integers, place: Integers, class_of_first: Integers
) -> States:
    """The states of units with records here; states that allow the same alternatives are one, as likely as all."""
    rows = np.flatnonzero(is_here[sight.state_record])
    unit, state, record = sight.state_unit[rows], sight.state[rows], sight.state_record[rows]
    alternative = place[np.searchsorted(options, sight.state_option[rows])]
    units, of_unit = np.unique(sight.state_unit, return_inverse=True)
    number = np.zeros(len(units), dtype=np.int64)
    np.maximum.at(number, of_unit, sight.state)
    share = shares[sight.state_option[rows]] / number[of_unit[rows]]
    unit, state, record, alternative, share = _once(unit, state, record, alternative, share)
    of_state = starts(unit, state)
    rows_each = np.diff(of_state, append=len(unit))
    allowed = sums(mixed(alternative), of_state)
    _, first, same = np.unique(mixed(unit[of_state], allowed), return_index=True, return_inverse=True)
    state = np.repeat(state[of_state][first][same], rows_each)
    unit, state, record, alternative, share = _once(unit, state, record, alternative, share)
    return States(
        unit=UNITS + unit,
        state=state,
        of_class=class_of_first[record],
        alternative=alternative,
        share=share,
    )


def _once(
    unit: Integers, state: Integers, record: Integers, alternative: Integers, share: Floats
) -> tuple[Integers, Integers, Integers, Integers, Floats]:
    """Rows sorted by unit, state and alternative, each once, with its shares added up."""
    order = np.lexsort((alternative, state, unit))
    unit, state, alternative = unit[order], state[order], alternative[order]
    start = starts(unit, state, alternative)
    return unit[start], state[start], record[order][start], alternative[start], sums(share[order], start)
