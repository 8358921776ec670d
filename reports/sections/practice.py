"""What the rules found of facilities and areas as a whole; coders never leave the warehouse."""

from __future__ import annotations

from reports import numbers, periods
from reports.blocks import Block, Cell, Column, Table
from reports.cells import count_cell, share_cell
from reports.numbers import ABSENT
from reports.released import Warehouse
from reports.wording import word

WORST_GROUPS = 12

GROUPS = """
select
    rule.title, rule.severity, g.level, g.reference, g.area, g.facility_id, g.department, g.code,
    g.period_start, g.period_end, g.measure, g.observed, g.expected, g.records
from quality.group_flag as g
join quality.rule as rule using (rule_id)
where g.collection = ? and g.level <> 'coder'
order by
    rule.severity <> 'warns', g.q_value, g.rule_id, g.level, g.reference, g.area, g.facility_id, g.department, g.code,
    g.period_start
"""


def groups(warehouse: Warehouse, collection: str) -> Block | None:
    """The groups that differ most from their peers, their history or what is to be expected; null where none does."""
    found = warehouse.table(GROUPS, [collection])
    if found.empty:
        return None
    body = [_row(warehouse, row) for row in found.itertuples()]
    columns = [
        Column("What", is_prose=True), Column("Where"), Column("When"), Column("Held against"),
        Column("Observed", is_number=True), Column("Expected", is_number=True), Column("Records", is_number=True),
    ]  # fmt: skip
    more = f" The {len(body) - WORST_GROUPS} others are in tables.xlsx." if len(body) > WORST_GROUPS else ""
    return Table(
        title="Where practice differs",
        columns=columns,
        rows=body[:WORST_GROUPS],
        rows_of_workbook=body[WORST_GROUPS:],
        note=(
            "Expected is what the group would have at the rates of what it is held against, for like patients. A"
            " difference is a question to the group; chance is ruled out as far as false discoveries are held down."
            + more
        ),
    )


def _row(warehouse: Warehouse, row) -> list[Cell]:
    place = [numbers.unquoted(str(each)) for each in (row.area, row.facility_id, row.department) if _is_given(each)]
    what = row.title if not _is_given(row.code) else f"{row.title}: {row.code}"
    when = periods.label(row.period_start, row.period_end) if _is_given(row.period_start) else "all days"
    return [
        what,
        ", ".join(place) or "the whole collection",
        when,
        word("held_against", row.reference),
        _value(warehouse, row, row.observed),
        _value(warehouse, row, row.expected),
        count_cell(row.records, is_hidden=warehouse.hides(row.records)),
    ]


def _value(warehouse: Warehouse, row, value: float) -> Cell:
    """A share, a mean or a count; hidden where the records behind it are too few to show."""
    if numbers.is_missing(value):
        return ABSENT
    if row.measure == "mean":
        return count_cell(None, is_hidden=True) if warehouse.hides(row.records) else numbers.number(value, 2)
    if row.measure == "share":
        having = round(row.observed * row.records)
        is_hidden = any(warehouse.hides(count) for count in (having, row.records - having, row.records))
        return share_cell(value, is_hidden=is_hidden)
    return count_cell(round(value), is_hidden=warehouse.hides(row.observed))


def _is_given(value: object) -> bool:
    return value is not None and value == value and str(value) not in ("", "NaT")
