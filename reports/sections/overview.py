"""The first page: all collections at a glance, a row each."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from reports import numbers
from reports.blocks import Amount, Cell, Column, Mark, Table
from reports.numbers import ABSENT
from reports.periods import Focus
from reports.released import Warehouse
from reports.sections.headlines import headline_pair

COLUMNS = (
    ("activity", "discharges", "discharges", "Discharges"),
    ("activity", "mean_length_of_stay", "discharges", "Mean stay, days"),
    ("activity", "in_hospital_mortality", "discharges", "Mortality in hospital"),
    ("deaths", "deaths", "deaths", "Registered deaths"),
)


@dataclass(frozen=True)
class Glance:
    """What the first page needs of a collection."""

    figures: pd.DataFrame
    focus: dict[str, Focus | None]


def at_a_glance(warehouse: Warehouse, glances: dict[str, Glance]) -> Table:
    """One row a collection: rows read, and its main figures of the the period in focus of each."""
    rows_read = dict(
        warehouse.con.execute(
            "select collection, sum(row_count)::bigint from core.reconciliation where step = 'rows_read' group by all"
        ).fetchall()
    )
    over = dict(
        warehouse.con.execute(
            "select collection, count(*) from quality.rule_result where is_over_threshold group by all"
        ).fetchall()
    )
    body = []
    for collection, glance in glances.items():
        line: list[Cell] = [collection, _rows(rows_read.get(collection))]
        period = ""
        for table_id, name, domain, _ in COLUMNS:
            focus = glance.focus[domain]
            pair = headline_pair(glance.figures, table_id, name, focus.period) if focus else None
            if pair is None:
                line.append(ABSENT)
                continue
            now = pair[0]
            period = period or now.period.name
            mark = numbers.mark_instead(now.status, now.value)
            beside = numbers.mark_beside(now.status)
            line.append(
                Mark(mark.symbol, mark.name) if mark
                else Amount(now.written(), Mark(beside.symbol, beside.name) if beside else None)
            )  # fmt: skip
        line.insert(1, period or ABSENT)
        line.append(f"{over[collection]} over threshold" if collection in over else "none over threshold")
        body.append(line)
    columns = [Column("Collection"), Column("Period"), Column("Rows read", is_number=True)]
    columns += [Column(title, is_number=True) for *_, title in COLUMNS]
    return Table(
        title="Collections side by side, each in the period that it speaks of",
        columns=[*columns, Column("Blocking rules")],
        rows=body,
        note="Collections are counted apart; no figure crosses them."
        f" {ABSENT} means that the collection has no such table.",
    )  # fmt: skip


def _rows(value: int | None) -> Cell:
    return ABSENT if value is None else Amount(numbers.count(value))
