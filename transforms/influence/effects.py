"""What the options of flagged records come to in the cells of a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import pandas as pd

from codesets.database import literal
from transforms.influence.any_code import at_ends, beside, sees_codes
from transforms.influence.breakdowns import Breakdown, breakdowns
from transforms.influence.forms import FORMS
from transforms.influence.sights import Seen, seen_in
from transforms.measures.cells import Slice, rows_source
from transforms.measures.composed import Request
from transforms.measures.dimensions import FURTHER, PLAIN, STRATUM_SEPARATOR, expression
from transforms.measures.placing import period_expression
from transforms.measures.specification import Settings, TableSpecification
from transforms.measures.strata import strata_query
from transforms.measures.sums import CONTRIBUTION


@dataclass(frozen=True)
class TableRows:
    """The options of flagged records as rows in the widest cells of a table, for each of its causes and (null) for all.

    An option whose code may be any code stands in the cause `*`. Rates count other records in margins by facility than
    in others: `by_facility` tells the rows apart, and is null in other tables.
    """

    table: TableSpecification
    parts: tuple[Breakdown, ...]
    year_start: int

    @classmethod
    def of(cls, table: TableSpecification, year_start: int) -> TableRows:
        return cls(table, tuple(breakdowns(table)), year_start)

    @property
    def columns(self) -> list[str]:
        """The sums that its breakdowns need."""
        return sorted({name for part in self.parts for name in part.columns})

    @property
    def seen(self) -> Seen:
        """What its cells see of options."""
        return seen_in(self.select(), self.table, self.year_start, with_ends=self.sees_codes)

    @property
    def _plain(self) -> list[str]:
        return [name for name in PLAIN if any(name in part.one.dimensions for part in self.parts)]

    @property
    def _further(self) -> list[str]:
        return [name for name in FURTHER if any(name in part.one.further for part in self.parts)]

    @property
    def cell(self) -> str:
        """What cells are told apart by."""
        plain = [*self._plain, *self._further]
        return ", ".join(["by_facility", "collection", "period_start", *plain, "scheme_version", "cause"])

    @property
    def sees_codes(self) -> bool:
        """Whether its measures see more of a code than its cause."""
        return sees_codes([definition.name for part in self.parts for definition in part.definitions])

    def select(self, options: str = "option_brief") -> str:
        """SELECT of a row for each cell that an option of `options` adds to: record, option_id, the cell, the sums."""
        is_by_facility = self.table.is_rate and "facility_id" in self._plain
        selects = []
        for by_facility in (True, False) if is_by_facility else (None,):
            dimensions = [name for name in self._plain if by_facility is not False or name != "facility_id"]
            side = f"{'null' if by_facility is None else str(by_facility).lower()}::boolean as by_facility"
            whole = self._rows(dimensions, options, by_cause=False)
            selects.append(f"select *, {side} from ({whole})")
            by_cause = bool(self.table.scheme) and any(part.one.by_cause for part in self.parts)
            if self.sees_codes:
                beside_ends = self._rows(dimensions, beside(options), by_cause=False)
                ends = at_ends(self.columns, beside_ends, options, by_cause=by_cause)
                selects.append(f"select *, {side} from ({ends})")
            if by_cause:
                each = self._rows(dimensions, options, by_cause=True)
                selects.append(f"select *, {side} from ({each}) where not is_wild")
                selects.append(f"select * replace ('*' as cause), {side} from ({whole}) where is_wild")
        return " union all by name ".join(selects)

    def _rows(self, dimensions: Sequence[str], options: str, *, by_cause: bool) -> str:
        table = self.table
        part = " * k.share" if table.in_parts and by_cause else ""
        # What is not known, e.g. a length of stay, adds nothing.
        adds = "".join(f", coalesce((({CONTRIBUTION[name]}){part})::double, 0) as {name}" for name in self.columns)
        names = "".join(f", {expression(name)} as {name}" for name in (*dimensions, *self._further))
        cause = "k.scheme_version, k.cause" if by_cause else "null::varchar as scheme_version, null::varchar as cause"
        period = period_expression(table.period, self.year_start)
        return f"""
            select
                o.record, e.* exclude (scope_id, period), o.is_wild, s.collection, t.period_start
            from (
                select p.record_number as option_id, p.scope_id, {period} as period, {cause} {names} {adds}
                {rows_source(table, dimensions, by_cause)}
                    and p.record_number in (select option_id from {options})
            ) as e
            join option_brief as o using (option_id)
            join scope as s on s.scope_id = e.scope_id
            left join calendar_period as t on t.scope_id = e.scope_id and t.period = e.period
        """


def rows_of(part: Breakdown, source: str, kept: str) -> str:
    """SELECT of rows in the widest cells of a table as rows in those of a breakdown; the whole stands as cause `all`.

    `source` is a SELECT of `TableRows`, or of the cells alone; its columns `kept` are wanted.
    """
    one = part.one
    names = ["collection", "period_start", *one.dimensions, "scheme_version"]
    names.append("if(cause is null, 'all', cause) as cause" if one.by_cause else "cause")
    if one.further:
        names.append(f"concat_ws({literal(STRATUM_SEPARATOR)}, {', '.join(one.further)}) as stratum")
    where = ["true" if one.by_cause else "cause is null"]
    if part.table.is_rate:
        by_facility = "facility_id" in one.dimensions
        where.append(f"by_facility is {'not false' if by_facility else 'not true'}")
    return f"select {kept}, {', '.join(names)} from ({source}) where {' and '.join(where)}"


def keys_of(one: Slice) -> list[str]:
    """The columns by which cells of a slice differ."""
    further = ["stratum"] if one.further else []
    return ["collection", "period_start", *one.dimensions, *further, "scheme_version", "cause"]


def place_weights(con: duckdb.DuckDBPyConnection, part: Breakdown, settings: Settings) -> None:
    """Create `stratum_weight`: what one event of each stratum adds to the value of its figure, where that differs.

    Strata are those with records and, in `class_cell`, those that options would fill.
    """
    found = []
    for definition in part.definitions:
        weights = FORMS[definition.name].weights
        if weights is None:
            continue
        request = Request(con, part.table, definition, part.margin, settings)
        strata = con.execute(strata_query(part.table, definition, part.margin)).df()
        if not definition.is_rate:
            strata = _with_empty(con, part, strata)
        names = ["collection", "period_start", *PLAIN, "scheme_version", "cause"]
        found.append(strata[names].assign(measure=definition.name, adds=weights(request, strata)))
    if found:
        frame = pd.concat(found, ignore_index=True)
        con.register("stratum_frame", frame[frame["adds"] != 0])
        columns = ", ".join(f"{name}::varchar as {name}" for name in (*PLAIN, "scheme_version", "cause"))
        con.execute(
            "create or replace temp table stratum_weight as "
            f"select measure, collection, period_start::date as period_start, {columns}, adds from stratum_frame"
        )
        con.unregister("stratum_frame")


def _with_empty(con: duckdb.DuckDBPyConnection, part: Breakdown, strata: pd.DataFrame) -> pd.DataFrame:
    """The keys of every figure's strata, those too that are empty as coded and that an option would give a record.

    Only rates have all strata already. Sums are left as they are in one stratum of the figure and mean nothing here.
    """
    within = [name for name in part.one.dimensions if name not in part.margin.by]
    if not within:
        return strata
    keys = ["collection", *within]
    held = con.execute(f"select distinct {', '.join(keys)} from class_cell").df()
    values = pd.concat([strata[keys], held]).drop_duplicates().sort_values(keys)
    others = [name for name in ("period_start", *PLAIN, "scheme_version", "cause") if name not in within]
    figures = strata.drop_duplicates(["collection", *others]).drop(columns=within)
    return figures.merge(values, on="collection")
