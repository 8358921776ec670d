"""Every figure that a change of one record would change: made anew from cells that differ by that record.

A cell is a sum over records, or a number of patients, so that what changes in it is known from the record and the
others of its patient (see `excerpt` and `sums`). From the changed cells the functions of measures make all figures of
the tables that have any, those too that are no sums: ranks, life tables, trends, medians, and what is fitted to the
data, which is fitted anew. A figure has changed where it is not the stored one to ten digits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from codesets.database import literal
from transforms.influence.placing import place_strata
from transforms.influence.whatif.change import Change, find_record, judged
from transforms.influence.whatif.excerpt import Excerpt, excerpt, keep_as_coded
from transforms.influence.whatif.sums import (
    fill_changed_cells,
    find_differences,
    of_period,
    place_excerpt,
    place_stored_periods,
)
from transforms.measures import stored_specifications
from transforms.measures.build import draft
from transforms.measures.drafts import DRAFT
from transforms.measures.figures import values_and_limits
from transforms.measures.specification import Settings, TableSpecification

# What a figure is of, as columns of stats.figure: its identifier but for the confidence, which goes with its limits.
_KEY = (
    "table_id", "measure", "scheme", "scheme_version", "cause", "period_start", "period_end", "collection",
    "facility_id", "area", "sex", "age_band", "stratum_name", "stratum", "standard",
)  # fmt: skip

# Figures made again from the same sums differ in their last digits at most, differences of large ones a little earlier.
_ROUNDING = 1e-10


@dataclass(frozen=True, kw_only=True)
class Moved:
    """A figure (its row number in stats.figure) before and after; None where it has, or would have, no value."""

    figure: int
    before: float | None
    after: float | None


@dataclass(frozen=True, kw_only=True)
class New:
    """A figure that there is none of yet: the columns of stats.figure that say what it is of, and its value."""

    of: dict[str, Any]
    value: float


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """What would change; `code_status` is that of the new code on the record's day, None without one."""

    domain: str
    moved: tuple[Moved, ...]
    new: tuple[New, ...]
    code_status: str | None


def predict(con: duckdb.DuckDBPyConnection, record: str, change: Change, *, is_death: bool = False) -> Prediction:
    """What every figure would be if a record were otherwise, all others as coded.

    `record` is a stay_id, encounter_id or death_id; `is_death` says that a death is meant where a stay has the same.
    The connection to a published warehouse may be read-only, and in no transaction. What sources cover, and the age
    bands of tables, stay as they are.

    Raises:
        NoSuchRecord: where no record that counts has the identifier.
        ValueError: where the record cannot be changed so.
    """
    own = find_record(con, record, is_death=is_death)
    if own.domain == "death" and change.died is not None:
        raise ValueError("a death has no other outcome; `--drop` leaves it out")
    code = judged(con, own, change)
    every, settings = stored_specifications(con)
    # When a person died is a fact of that person's stays too.
    domains = ("discharge", "death") if own.domain == "death" and change.is_dropped else (own.domain,)
    filled = _filled(con, own.collection)
    tables = [table for table in every if table.domain in domains and table.table_id in filled]
    with excerpt(con, own, change, code) as held:
        place_excerpt(con, held, tables, settings)
        _refuse_other_systems(con, held)
        changed = list(find_differences(con, held, tables, settings))
        keep_as_coded(con, held)
        _make_figures(con, held, changed, settings)
        moved, new = _compared(con, held, changed)
    return Prediction(domain=own.domain, moved=moved, new=new, code_status=code and code.status)


def _filled(con: duckdb.DuckDBPyConnection, collection: str) -> set[str]:
    """The tables that a collection has cells of: the others ask for what its records do not tell."""
    found = con.execute("select distinct table_id from stats.cell where collection = ?", [collection]).fetchall()
    return {table_id for (table_id,) in found}


def _refuse_other_systems(con: duckdb.DuckDBPyConnection, held: Excerpt) -> None:
    """Raise ValueError where a table would have a code system more or less than it has."""
    blocks = """
        select b.scheme, b.scheme_version
        from block as b
        join scope as s using (scope_id)
        where s.collection = $collection
    """
    as_coded, changed = (
        set(con.execute(blocks, {"collection": name}).fetchall()) for name in (held.collection, held.changed)
    )
    if as_coded != changed:
        raise ValueError(
            "no other record of the collection is in this code system, so that whole tables would come or go; to see "
            "them, change the record in its extract and run `farr run`"
        )


def _make_figures(
    con: duckdb.DuckDBPyConnection, held: Excerpt, tables: Sequence[TableSpecification], settings: Settings
) -> None:
    """Create `figure_draft`: the figures of some tables, from cells with the differences in them."""
    place_strata(con)
    con.execute(DRAFT)
    for _, group in groupby(sorted(tables, key=of_period), key=of_period):
        same_period = list(group)
        place_stored_periods(con, held, same_period, settings)
        for table in same_period:
            fill_changed_cells(con, table, held, into="changed_cell")
            draft(con, table, settings, "changed_cell")


def _compared(
    con: duckdb.DuckDBPyConnection, held: Excerpt, tables: Sequence[TableSpecification]
) -> tuple[tuple[Moved, ...], tuple[New, ...]]:
    """Figures of the tables whose drafts have another value than is stored, in the order of stats.figure."""
    arrays = con.execute(
        """
        select
            kind, null::varchar as "method", numerator, denominator, multiplier, squares, effective,
            problem is null as holds, "value", lower, upper
        from figure_draft
        order by rowid
        """
    ).fetchnumpy()
    value, _, _ = values_and_limits(arrays, 0.95)
    con.register(
        "made_value", pa.table({"place": np.arange(len(value)), "value": pa.array(value, mask=np.isnan(value))})
    )
    names = ", ".join(_KEY)
    wanted = ", ".join(literal(table.table_id) for table in tables) or "''"
    found = con.execute(
        f"""
        select
            max(figure) as figure, max("value") filter (figure is not null) as before,
            max("value") filter (figure is null) as after, {names}
        from (
            select rowid as figure, "value", {names}
            from {held.source}.stats.figure
            where table_id in ({wanted}) and collection = {literal(held.collection)}
            union all by name
            select null as figure, v.value, {", ".join(f"d.{name}" for name in _KEY)}
            from figure_draft as d
            join made_value as v on v.place = d.rowid
        )
        group by {names}
        having before is distinct from after
            and coalesce(abs(after - before) > {_ROUNDING} * greatest(abs(before), abs(after), 0.01), true)
        order by figure, {names}
        """
    ).fetchall()
    con.unregister("made_value")
    moved = [Moved(figure=row[0], before=row[1], after=row[2]) for row in found if row[0] is not None]
    new = [New(of=dict(zip(_KEY, row[3:], strict=True)), value=row[2]) for row in found if row[0] is None]
    return tuple(moved), tuple(new)
