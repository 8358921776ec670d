"""The least and the greatest that flagged records can make of each cell behind a composed measure.

Every cell is bounded for itself, over all its units: exact for the cell, but the cells of one figure need not be at
their ends together, since a record that leaves one may enter another. What is worked out from cells at such corners
contains every value that flags allow, and need not be attained.
"""

from __future__ import annotations

from typing import Literal, get_args

import duckdb
import numpy as np
import pandas as pd

from codesets.database import literal
from transforms.influence.cells import NO_CAUSE
from transforms.influence.composed.options import options_in_cells
from transforms.influence.sight import look
from transforms.measures.cells import Slice, rows_source, slice_of
from transforms.measures.composed import Request
from transforms.measures.dimensions import PLAIN
from transforms.measures.strata import strata_query

# As coded, without flagged records, and the corners: every cell at its end, over named targets or over all.
Corner = Literal["coded", "without", "bound_low", "bound_high", "worst_low", "worst_high"]

# Every option of each record that is in a cell, as what it has there; a code that may be any is there and is not.
# Units choose one state, and within it each record for itself.
_CELLS = """
with pair as (
    select cell, any_value(place) as place, any_value(is_all) as is_all, record, bool_or(not is_wild) as is_said
    from cell_option
    group by cell, record
    having is_all or is_said
),
any_pair as (
    select p.cell, p.record, o.option_id, o.is_named, w.n
    from pair as p
    join option_brief as o on o.record = p.record and o.is_wild
    -- If it is of any code, a record may be of another place too.
    left join wild_option as w on w.option_id = o.option_id and w.place = p.place
    where not p.is_all
),
every as (
    select p.cell, p.record, o.option_id, coalesce(h.n, 0) as n, o.is_coded, o.is_named
    from pair as p
    join option_brief as o on o.record = p.record
    left join cell_option as h on h.cell = p.cell and h.option_id = o.option_id
    where p.is_all or not o.is_wild
    union all
    select cell, record, option_id, 0, false, is_named from any_pair
    union all
    select cell, record, option_id, n, false, is_named from any_pair where n is not null
),
chosen as (
    select e.*, r.unit_id, e.record as own, 0 as state
    from every as e
    join record_brief as r on r.record = e.record
    where not r.has_states
    union all
    select e.*, s.unit_id, 0 as own, s.state
    from every as e
    join state_brief as s on s.record = e.record and s.option_id = e.option_id
),
of_record as (
    select
        cell, unit_id, own, state, record,
        min(n) filter (is_named) as named_least, max(n) filter (is_named) as named_greatest,
        min(n) as least, max(n) as greatest
    from chosen
    group by all
),
of_state as (
    select
        cell, unit_id, own, state,
        -- A state in which some record has no named option is not open to named targets.
        if(count(named_least) = count(*), sum(named_least), null) as named_least,
        if(count(named_greatest) = count(*), sum(named_greatest), null) as named_greatest,
        sum(least) as least, sum(greatest) as greatest
    from of_record
    group by all
),
of_unit as (
    select
        cell, min(named_least) as named_least, max(named_greatest) as named_greatest, min(least) as least,
        max(greatest) as greatest
    from of_state
    group by cell, unit_id, own
),
summed as (
    select
        cell, sum(named_least) as named_least, sum(named_greatest) as named_greatest, sum(least) as least,
        sum(greatest) as greatest
    from of_unit
    group by cell
),
coded as (
    select cell, sum(n) as coded from every where is_coded group by cell
),
-- Records of any code that are in the cell already, by another option too.
held as (
    select cell, sum(n) as held from any_pair group by cell
)
select s.*, coalesce(c.coded, 0) as coded, coalesce(h.held, 0) as held
from summed as s
left join coded as c using (cell)
left join held as h using (cell)
"""


class Corners:
    """The corners of the strata of any composed measure that sums `weight` over cells.

    Options are placed (see placing.py) and `option_of_columns` is there (see sight.prepare). Many tables look at the
    same records by the same bands of age: their options are placed in cells once. `drop` ends it.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, source: str = "influence") -> None:
        self._con = con
        self._source = source
        self._placed: dict[tuple, str] = {}

    def of(self, request: Request) -> dict[Corner, pd.DataFrame]:
        """The strata of a measure in one margin at every corner: frames as of `strata_query`, rows alike.

        Only of collections with flagged records.
        """
        con, one = self._con, slice_of(request.margin, request.definition)
        look(con, self._source, of_diagnoses=False)
        keys = ["collection", "period_start", *(name for name in PLAIN if name in one.dimensions)]
        parts = [
            f"select {', '.join(keys)}, null::varchar as scheme_version, 'all' as cause, "
            f"record, option_id, is_wild, weight as n from {self._options(request, one, by_cause=False)}"
        ]
        if one.by_cause:
            parts.append(
                f"select {', '.join(keys)}, scheme_version, cause, record, option_id, is_wild, weight as n "
                f"from {self._options(request, one, by_cause=True)}"
            )
        place = f"hash({', '.join(keys)})"
        cell = f"hash({', '.join(keys)}, if(cause <> 'all', scheme_version, null), coalesce(cause, 'all'))"
        con.execute(
            f"""
            create or replace temp table cell_option as
            select record, option_id, is_wild, n, {place} as place, {cell} as cell, cause = 'all' as is_all
            from ({" union all by name ".join(parts)});

            create or replace temp table wild_option as
            select place, record, option_id, n from cell_option where is_wild and is_all;

            create or replace temp table cell_change as {_CELLS};

            create or replace temp table stratum_now as
            select *, {place} as place, {cell} as cell, row_number() over () as row_order
            from (
                select * replace (period_start::date as period_start)
                from ({strata_query(request.table, request.definition, request.margin)})
                where collection in (select collection from {self._source}.unit)
            );
            """
        )
        others = ", ".join(literal(cause) for cause in NO_CAUSE)
        frame = con.execute(
            f"""
            with any_code as (select place, sum(n) as any_code from wild_option group by place),
            changed as (
                select
                    s.*, s.weight - coalesce(c.coded, 0) as without,
                    if(coalesce(s.cause, 'all') in ({others}), 0, coalesce(a.any_code, 0) - coalesce(c.held, 0))
                        as may_enter,
                    c.named_least, c.named_greatest, c.least, c.greatest
                from stratum_now as s
                left join cell_change as c using (cell)
                left join any_code as a on a.place = s.place
            )
            select
                * exclude (place, cell, row_order, may_enter, named_least, named_greatest, least, greatest),
                weight::double as coded, without + coalesce(named_least, 0) as bound_low,
                without + coalesce(named_greatest, 0) as bound_high,
                without + coalesce(least, 0) as worst_low,
                without + coalesce(greatest, 0) + may_enter as worst_high
            from changed
            order by row_order
            """
        ).df()
        for name in ("cell_option", "wild_option", "cell_change", "stratum_now"):
            con.execute(f"drop table temp.{name}")
        ends = {name: frame.pop(name).to_numpy(dtype=np.float64) for name in get_args(Corner)}
        # Sums of decimal weights leave rounding where nothing is left.
        return {name: frame.assign(weight=np.maximum(np.round(values, 9), 0.0)) for name, values in ends.items()}

    def drop(self) -> None:
        for name in self._placed.values():
            self._con.execute(f"drop table temp.{name}")
        self._placed.clear()

    def _options(self, request: Request, one: Slice, *, by_cause: bool) -> str:
        """The name of a temp table of the options in cells of every dimension that a table of its kind may have."""
        table = request.table
        # Margins by facility count other records than those without.
        dimensions = tuple(name for name in PLAIN if name in one.dimensions or name in ("area", "sex"))
        widest = Slice(dimensions=dimensions, causes="each" if by_cause else "none")
        bands = self._con.execute(
            "select collection, age_band from stats.age_band where table_id = ? order by collection, sort_order",
            [table.table_id],
        ).fetchall()
        key = (rows_source(table, widest.names, by_cause), table.period, tuple(bands), widest)
        if key not in self._placed:
            name = self._placed[key] = f"composed_cell_{len(self._placed)}"
            query = options_in_cells(table, widest, ["weight"], request.settings.year_start)
            self._con.execute(
                f"create or replace temp table {name} as "
                f"select * replace (period_start::date as period_start) from ({query})"
            )
        return self._placed[key]
