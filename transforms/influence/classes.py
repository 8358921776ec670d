"""The flagged records of a table: what each may be in its cells, those that are alike taken together.

Options of a record that come to the same in every cell of the table are one alternative, and records with the same
alternatives, flagged by the same rules, are one class, of which only the first record is followed.

A record that may be as coded or of any other code is taken as two, each in a class of its own kind: where it is coded,
which differs from record to record, and everywhere else (its half), which is alike for all such records of a place and
time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import numpy as np

from transforms.influence.methods.choices import Booleans, Integers
from transforms.measures.methods.arrays import Floats

# Numbers of units in the moves: a record that chooses freely has its own, its half one so much higher, and units with
# states are numbered from twice that.
HALVES = 1_000_000_000
UNITS = 2 * HALVES


@dataclass(frozen=True, kw_only=True)
class Classes:
    """The classes of a table with what they may be.

    By row, sorted by alternative: `cell` (see effects.place_table), `alternative`, whether it stands for any cause, and
    `columns`, one array each. By alternative, sorted by class, as coded first: its class, and what option it is; those
    that leave the table without a row are there too. By class: the number of its unit, the first of its records, how
    many they are, the number of their set of rules, whether it is a unit's record with states, and `half`, the class of
    its halves (-1: none). `of_state`: the unit, state, class and alternative of what states allow. `member_class`,
    `member_record` and `member_unit`: every record that the classes stand for, with its influence.unit.
    """

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
    of_state: tuple[Integers, Integers, Integers, Integers]
    member_class: Integers
    member_record: Integers
    member_unit: Integers


def find_classes(con: duckdb.DuckDBPyConnection, columns: Sequence[str]) -> Classes:
    """The classes of the table whose `option_row` is there; creates `class_cell`, the cells that they are in."""
    summed = ", ".join(columns)
    con.execute(
        f"""
        create or replace temp table alternative as
        with signed as (
            select
                record, option_id, sum(hash(cell, {summed})::hugeint) as signature,
                sum(hash(cell, {summed})::hugeint) filter (cause is not distinct from '*') as half
            from option_row
            group by record, option_id
        )
        select
            b.record, min(b.option_id) as option_id, coalesce(s.signature, 0) as signature, any_value(s.half) as half,
            b.is_coded, b.is_named, b.is_wild, sum(b.share) as "share"
        from option_brief as b
        left join signed as s using (option_id)
        where b.record in (select record from signed)
        group by
            b.record, coalesce(s.signature, 0), b.is_coded, b.is_named, b.is_wild, if(b.has_states, b.option_id, 0);

        create or replace temp table class_of as
        with seen as (
            select
                record, max(half) as half,
                sum(hash(signature, is_coded, is_named, is_wild, round("share", 9))::hugeint) as signature
            from alternative
            group by record
        )
        select
            record, unit_id, has_states, rule_set, is_open,
            if(has_states, record, min(record) over (
                partition by has_states, rule_set, signature
            )) as first_record,
            if(is_open and half is not null, min(record) over (
                partition by is_open, rule_set, half
            ), null) as first_half
        from seen
        join record_brief using (record);

        create or replace temp table class_row as
        select r.*, c.is_open, r.cause is not distinct from '*' as is_any
        from option_row as r
        semi join alternative as a using (option_id)
        join class_of as c using (record)
        where record = if(c.is_open and r.cause is not distinct from '*', c.first_half, c.first_record);

        create or replace temp table class_cell as
        select distinct * exclude (record, option_id, is_wild, is_any, is_open, {summed}) from class_row
        """
    )
    members = _arrays(con, "select * from class_of order by record")
    followed = _arrays(con, f"{_ALTERNATIVES} where record in (select first_record from class_of) {_IN_ORDER}")
    halved = _arrays(con, f"{_ALTERNATIVES} where is_wild and record in (select first_half from class_of) {_IN_ORDER}")
    rows = _arrays(
        con,
        f"select option_id, cell, is_any, is_any and is_open as is_half, {summed} from class_row "
        "order by is_half, option_id, is_any, cell",
    )
    states = _arrays(
        con, "select * from state_brief where record in (select record from class_of where has_states) order by all"
    )
    firsts, of_first = np.unique(members["first_record"], return_inverse=True)
    is_halved = members["first_half"] > 0
    halves, of_half = np.unique(members["first_half"][is_halved], return_inverse=True)
    whole = len(firsts)

    alternatives = {name: np.concatenate([followed[name], halved[name]]) for name in _ALTERNATIVE}
    of_class = np.concatenate(
        [np.searchsorted(firsts, followed["record"]), whole + np.searchsorted(halves, halved["record"])]
    )
    alternative = _places(alternatives["option_id"][: len(followed["record"])], rows["option_id"])
    is_half = rows["is_half"]
    alternative[is_half] = len(followed["record"]) + _places(halved["option_id"], rows["option_id"][is_half])
    in_order = np.argsort(alternative, kind="stable")

    first_member = np.concatenate(
        [np.searchsorted(members["record"], firsts), np.searchsorted(members["record"], halves)]
    )
    has_states = members["has_states"][first_member]
    unit = np.where(has_states, UNITS + members["unit_id"][first_member], members["record"][first_member])
    unit[whole:] += HALVES
    half = np.full(whole + len(halves), -1, dtype=np.int64)
    half[of_first[is_halved]] = whole + of_half
    member_class = np.concatenate([of_first, whole + of_half])
    return Classes(
        cell=rows["cell"][in_order],
        alternative=alternative[in_order],
        is_any=rows["is_any"][in_order],
        columns={name: rows[name][in_order] for name in columns},
        of_class=of_class,
        is_coded=alternatives["is_coded"],
        is_named=alternatives["is_named"],
        is_wild=alternatives["is_wild"],
        share=alternatives["share"],
        unit=unit,
        record=members["record"][first_member] + np.where(np.arange(len(half)) < whole, 0, HALVES),
        count=np.bincount(member_class, minlength=len(half)),
        rules=members["rule_set"][first_member],
        has_states=has_states,
        half=half,
        of_state=(
            UNITS + states["unit_id"],
            states["state"],
            np.searchsorted(firsts, states["record"]),
            _places(followed["option_id"], states["option_id"]),
        ),
        member_class=member_class,
        member_record=np.concatenate([members["record"], members["record"][is_halved]]),
        member_unit=np.concatenate([members["unit_id"], members["unit_id"][is_halved]]),
    )


_ALTERNATIVE = ("record", "option_id", "is_coded", "is_named", "is_wild", "share")
_ALTERNATIVES = f"select {', '.join(_ALTERNATIVE)} from alternative"
_IN_ORDER = "order by record, is_coded desc, option_id"


def _places(numbers: Integers, wanted: Integers) -> Integers:
    """Where each wanted number stands among numbers that are all different and in any order."""
    order = np.argsort(numbers)
    return order[np.searchsorted(numbers, wanted, sorter=order)]


def _arrays(con: duckdb.DuckDBPyConnection, query: str) -> dict[str, np.ndarray]:
    """The columns of a query; numbers wide, null as 0."""
    found = con.execute(query).fetchnumpy()
    return {name: _wide(np.ma.filled(np.ma.asarray(values), 0)) for name, values in found.items()}


def _wide(values: np.ndarray) -> np.ndarray:
    return values.astype(np.int64) if values.dtype.kind == "i" else values
