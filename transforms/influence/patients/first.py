"""Bounds of figures that count patients at the first of their records in a window of days.

Which record is the first hangs on all others of the patient with the same cause in the days before, so that one flag
changes what another record counts as. Exact bounds would have to try the records of each patient together; these are
`outer`. A record is first for certain if it is in the cell whatever flags say and nothing of the patient that may have
the cause lies in the days before; it cannot be first if something that has it for certain does. Firsts are more than
the window apart, which limits how many of a patient's records may be; as many as may be are taken to be, each patient
for itself. In shares the denominator is at its ends likewise.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np

from transforms.influence.breakdowns import Breakdown
from transforms.influence.methods.bounds import Bounds
from transforms.influence.patients.find import look_at_patients, place_cells, place_records
from transforms.influence.results import Results
from transforms.influence.sight import arrays
from transforms.influence.sights import Sights
from transforms.measures.cells import slice_of
from transforms.measures.definitions import DEFINITIONS
from transforms.measures.specification import Settings, TableSpecification

HERE = Path(__file__).parent

FIRST = tuple(name for name, definition in DEFINITIONS.items() if definition.looks_back)

_WORK = (
    "figure_in_cell", "patient_cell", "cell_figure", "within_cell", "record_option", "patient_seen", "patient_record",
    "patient_listed", "tied_option", "patient_day", "touched", "cell_day", "first_in_cell", "patients_in_cell",
)  # fmt: skip

_FOUND = """
select
    f.figure::bigint as figure,
    coalesce(n.fewer_named, 0)::double as fewer_named, coalesce(n.more_named, 0)::double as more_named,
    coalesce(n.fewer, 0)::double as fewer, coalesce(n.more, 0)::double as more,
    coalesce(d.leave_named, 0)::double as leave_named, coalesce(d.come_named, 0)::double as come_named,
    coalesce(d.leave, 0)::double as leave, coalesce(d.come, 0)::double as come, f.is_share
from cell_figure as f
left join first_in_cell as n using (cell)
left join patients_in_cell as d on d.cell = f.all_cell
order by figure
"""


def bound_first(
    con: duckdb.DuckDBPyConnection, table: TableSpecification, settings: Settings, results: Results, sights: Sights
) -> None:
    """Set the bounds of a table's measures that look back; its periods are placed, its options and other stays."""
    parts = []
    for margin in table.margins:
        definitions = tuple(one for one in table.definitions if one.name in FIRST and one.stands_in(margin))
        if definitions:
            parts.append(Breakdown(table, margin, slice_of(margin), definitions))
    if not parts:
        return
    look_at_patients(con, sights, parts, settings.year_start, also="p.event_date, p.date_precision, p.sex")
    con.execute((HERE / "days.sql").read_text())
    for part in parts:
        place_cells(con, part)
        place_records(con, part, settings.year_start)
        con.execute((HERE / "first.sql").read_text().format(days=table.look_back_days))
        found = arrays(con, _FOUND)
        figures, is_share = found["figure"], found["is_share"].astype(bool)
        n, d, multiplier = results.parts(figures)
        limits = []
        for which in ("_named", ""):
            fewer, more, leave, come = (found[name + which] for name in ("fewer", "more", "leave", "come"))
            least = np.maximum(n + fewer, 0.0) / (d + come)
            left = np.maximum(d - leave, 0.0)
            greatest = np.divide(n + more, left, out=np.ones(len(n)), where=left > 0)
            # A patient is new once in a year at most, and so no share is above 1.
            greatest = np.where(is_share, np.minimum(greatest, np.maximum(n / d, 1.0)), (n + more) / d)
            limits += [least * multiplier, greatest * multiplier]
        results.set_outer(figures, Bounds(*limits), np.full(len(figures), np.nan))
    for name in _WORK:
        con.execute(f"drop table temp.{name}")
