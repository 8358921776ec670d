"""The options of flagged records in the cells of a slice, each for itself, as composed measures are worked out from."""

from __future__ import annotations

from collections.abc import Sequence

from transforms.measures.cells import Slice, rows_source
from transforms.measures.dimensions import expression
from transforms.measures.placing import period_expression
from transforms.measures.specification import TableSpecification
from transforms.measures.sums import WEIGHTED


def in_cells(table: TableSpecification, one: Slice, columns: Sequence[str], year_start: int, numbers: str) -> str:
    """SELECT of placed records in the cells of a slice: a row a record and cell.

    `numbers` is a SELECT of their numbers in `placed`. Columns: option_id (the number), collection, period_start, the
    slice's dimensions each by its name, scheme_version and cause (by each cause), and the sums of `columns`.
    """
    names = "".join(f", {expression(name)} as {name}" for name in one.names)
    cause = ", k.scheme_version, k.cause" if one.by_cause else ""
    sums = "".join(f", coalesce(({WEIGHTED[name]})::double, 0) as {name}" for name in columns)
    return f"""
        select s.collection, t.period_start, e.* exclude (scope_id, period)
        from (
            select
                p.record_number as option_id, p.scope_id, {period_expression(table.period, year_start)} as period
                {cause} {names} {sums}
            {rows_source(table, one.names, one.by_cause)}
                and p.record_number in ({numbers})
            group by all
        ) as e
        join scope as s on s.scope_id = e.scope_id
        left join calendar_period as t on t.scope_id = e.scope_id and t.period = e.period
    """


def options_in_cells(table: TableSpecification, one: Slice, columns: Sequence[str], year_start: int) -> str:
    """SELECT of the options of `option_brief` in the cells of a slice, as of `in_cells`, with record and is_wild.

    The code of a wild option is as it is coded.
    """
    return f"""
        select o.record, o.is_wild, e.*
        from ({in_cells(table, one, columns, year_start, "select option_id from option_brief")}) as e
        join option_brief as o using (option_id)
    """
