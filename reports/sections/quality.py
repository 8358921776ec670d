"""What happened to the rows, what the rules found, and what was rejected or refused."""

from __future__ import annotations

import pandas as pd

from reports import numbers, periods
from reports.blocks import Block, Cell, Column, Mark, Table, Text
from reports.cells import count_cell, share_cell
from reports.numbers import ABSENT
from reports.released import Warehouse
from reports.sections import practice, reviewed
from reports.wording import word

WORST_RULES = 12
SEVERITY_ORDER = {"blocks": 0, "warns": 1, "informs": 2}
# Steps that count rows of files. They are no counts of persons, and are shown in full so that rows reconcile.
ROW_STEPS = ("rows_read", "rows_rejected", "exact_duplicate", "later_version", "of_unfit_bill", "folded_into_encounter")
# What stands side by side, so that nobody takes one for another; all other steps say what lies between them.
SIDE_BY_SIDE = ("rows_read", "rows_rejected", "encounters", "stays", "of_which_discharges", "deaths")


def character(warehouse: Warehouse, collection: str) -> list[str]:
    """Sentences on what kind of data the collection is: its sources and days, a survey's weights, dates moved."""
    kinds = warehouse.con.execute(
        "select distinct source, date_precision, weight_kind from core.encounter where collection = $1"
        " union select distinct source, date_precision, weight_kind from core.death where collection = $1",
        [collection],
    ).fetchall()
    moved = {source for source, precision, _ in kinds if precision == "shifted"}
    spans = warehouse.con.execute(
        "select source, min(first_day), max(last_day) from core.coverage where collection = ? group by all order by 1",
        [collection],
    ).fetchall()
    named = [f"{source} ({_days(first, last, is_moved=source in moved)})" for source, first, last in spans]
    lines = [f"Sources: {'; '.join(named)}."] if named else []
    if moved:
        lines.append(
            "Its dates were moved to hide persons. Stays keep their length, but months and years are not those of the"
            " calendar, and no code is judged by its date."
        )
    if any(weight == "sampling" for *_, weight in kinds):
        lines.append("It is a sample: figures are estimates for all that it stands for, with intervals to match.")
    return lines


def _days(first: object, last: object, *, is_moved: bool) -> str:
    if is_moved:
        return "dates moved"
    return periods.label(first, last) if first and last else "no dates"


def from_rows_to_stays(warehouse: Warehouse, collection: str) -> list[Block]:
    """Rows, encounters, stays and deaths side by side, and what lies between them."""
    steps = warehouse.table(
        "select source, step_order, step, row_count, weighted, note from core.reconciliation where collection = ?"
        " order by source, step_order, step",
        [collection],
    )
    if steps.empty:
        return [Text("No rows of this collection reached the warehouse.")]
    parts = steps["step"].str.rpartition(": ")
    records = parts[0].mask((parts[0] == "") & (parts[2] == "deaths"), "deaths").replace("", "encounter")
    steps = steps.assign(records=records, step=parts[2])
    between = steps[~steps["step"].isin(SIDE_BY_SIDE) & (steps["row_count"] > 0)]
    return [_side_by_side(warehouse, steps), _between(warehouse, between)]


def _side_by_side(warehouse: Warehouse, steps: pd.DataFrame) -> Table:
    body = []
    for (source, records), block in steps.groupby(["source", "records"], sort=False):
        found = {row.step: row for row in block.itertuples()}
        line: list[Cell] = [source, word("records", records)]
        for step in SIDE_BY_SIDE:
            row = found.get(step)
            line.append(ABSENT if row is None else _step_cell(warehouse, row))
        weights = [row.weighted for row in found.values() if row.step in ("encounters", "deaths")]
        line.append(_weighted(weights[0] if weights else None, False) or ABSENT)
        body.append(line)
    columns = [Column("Source"), Column("Records")]
    columns += [Column(word("steps", step), is_number=True) for step in SIDE_BY_SIDE]
    columns.append(Column("By weight", is_number=True))
    if all(line[-1] == ABSENT for line in body):
        columns.pop()
        body = [line[:-1] for line in body]
    return Table(
        title="Rows of the extract are not encounters, and encounters are not stays",
        columns=columns,
        rows=body,
        note=f"{ABSENT} means that such records do not become it. Discharges are the stays that the figures count.",
    )


def _between(warehouse: Warehouse, steps: pd.DataFrame) -> Block:
    if steps.empty:
        return Text("No row was rejected, repeated, replaced or void, and every stay is one encounter.")
    body = [
        [row.source, word("records", row.records), word("steps", row.step), _step_cell(warehouse, row), _note(row.note)]
        for row in steps.itertuples()
    ]
    columns = [
        Column("Source"), Column("Records"), Column("Step"), Column("Count", is_number=True),
        Column("What it is", is_prose=True),
    ]  # fmt: skip
    return Table(title="What lies between them", columns=columns, rows=body)


def _step_cell(warehouse: Warehouse, row) -> Cell:
    return count_cell(row.row_count, is_hidden=row.step not in ROW_STEPS and warehouse.hides(row.row_count))


def _note(text: object) -> str:
    return "" if numbers.is_missing(text) else str(text)


def _weighted(value: float | None, hidden: bool) -> Cell:
    return "" if numbers.is_missing(value) and not hidden else count_cell(value, is_hidden=hidden)


def findings(warehouse: Warehouse, collection: str) -> list[Block]:
    """The worst rules first: those over a threshold, then by severity and share; and how codes stood on their date."""
    results = warehouse.table(
        "select r.rule_id, r.status, r.checked, r.violated, r.share, r.is_over_threshold, rule.title, rule.severity,"
        " rule.threshold, rule.why, rule.fix from quality.rule_result as r join quality.rule as rule using (rule_id)"
        " where r.collection = ? and rule.grain <> 'group' order by r.rule_id",
        [collection],
    )
    blocks: list[Block] = (
        [_rule_table(warehouse, results)] if len(results) else [Text("No rule ran on this collection.")]
    )
    blocks += reviewed.reviews(warehouse, collection)
    found = (
        practice.groups(warehouse, collection),
        _code_table(warehouse, collection),
        _field_table(warehouse, collection),
    )
    blocks += [table for table in found if table]
    return blocks


def _rule_table(warehouse: Warehouse, results: pd.DataFrame) -> Block:
    broken = results[results["violated"] > 0].copy()
    broken["severity_order"] = broken["severity"].map(SEVERITY_ORDER).fillna(len(SEVERITY_ORDER))
    broken = broken.sort_values(
        ["is_over_threshold", "severity_order", "share", "rule_id"], ascending=[False, True, False, True]
    )
    passed = int((results["status"] == "passed").sum())
    idle = int((results["status"] == "not_applicable").sum())
    errors = int((results["status"] == "error").sum())
    rest = [f"{passed} passed", f"{idle} did not apply"] + ([f"{errors} could not be run"] if errors else [])
    summary = f"Of {len(results)} rules, {len(broken)} found something; {', '.join(rest)}."
    if broken.empty:
        return Text(summary)
    body = [_rule_row(warehouse, row) for row in broken.itertuples()]
    over = broken["is_over_threshold"].head(WORST_RULES)
    alarms = frozenset(index for index, is_over in enumerate(over) if is_over)
    columns = [
        Column("Rule"), Column("Severity"), Column("Share", is_number=True), Column("Found", is_number=True),
        Column("Checked", is_number=True), Column("Why it matters", is_prose=True),
        Column("How to fix it", is_prose=True),
    ]  # fmt: skip
    more = f" The {len(broken) - WORST_RULES} others are in tables.xlsx." if len(broken) > WORST_RULES else ""
    return Table(
        title="The rules that found most", columns=columns, rows=body[:WORST_RULES],
        rows_of_workbook=body[WORST_RULES:],
        note=summary + more, alarms=alarms,
    )  # fmt: skip


def _rule_row(warehouse: Warehouse, row) -> list[Cell]:
    hidden = (
        warehouse.hides(row.violated) or warehouse.hides(row.checked) or warehouse.hides(row.checked - row.violated)
    )
    severity = word("severities", row.severity)
    if row.is_over_threshold:
        severity += f": over its threshold of {numbers.quantity(row.threshold * 100, 'share', 1)}"
    return [
        row.title, severity, share_cell(row.share, is_hidden=hidden), count_cell(row.violated, is_hidden=hidden),
        count_cell(row.checked, is_hidden=warehouse.hides(row.checked)), numbers.unquoted(row.why),
        numbers.unquoted(row.fix),
    ]  # fmt: skip


def _code_table(warehouse: Warehouse, collection: str) -> Table | None:
    """Diagnoses by code system and by how the code stood on its date."""
    counts = warehouse.table(
        "select d.system, d.code_status, count(*) as records from core.diagnosis as d"
        " join core.encounter as e using (encounter_id) where e.collection = ? group by all"
        " union all select coalesce(system, 'none'), coalesce(code_status, 'unknown'), count(*) from core.death"
        " where collection = ? and underlying_cause_raw is not null group by all",
        [collection, collection],
    )
    if counts.empty:
        return None
    counts = counts.groupby(["system", "code_status"], as_index=False)["records"].sum()
    titles = dict(warehouse.con.execute("select system, title from codes.system").fetchall())
    present = [status for status in _statuses() if (counts["code_status"] == status).any()]
    body = []
    for system, block in counts.groupby("system", sort=True):
        found = dict(zip(block["code_status"], block["records"], strict=True))
        total = int(block["records"].sum())
        line: list[Cell] = [titles.get(system, system), count_cell(total, is_hidden=warehouse.hides(total))]
        for status in present:
            line.append(count_cell(found.get(status, 0), is_hidden=warehouse.hides(found.get(status, 0))))
        body.append(line)
    columns = [Column("Code system"), Column("Codes", is_number=True)]
    columns += [Column(word("code_statuses", status), is_number=True) for status in present]
    return Table(title="How the codes stood on their date", columns=columns, rows=body)


def _statuses() -> tuple[str, ...]:
    return ("valid", "header", "retired", "not_yet_valid", "wrong_system", "malformed", "not_found", "unknown")


def _field_table(warehouse: Warehouse, collection: str) -> Table | None:
    """Impossible values that were set aside while their record was kept."""
    counts = warehouse.table(
        "select issue.record_kind, issue.field, issue.problem, count(*) as records from core.field_issue as issue"
        " where issue.batch_id in (select batch_id from landing.batch where source in"
        " (select source from core.reconciliation where collection = ?))"
        " group by all order by records desc, record_kind, field, problem",
        [collection],
    )
    if counts.empty:
        return None
    body = [
        [row.record_kind.replace("_", " ").capitalize(), row.field.replace("_", " "), word("problems", row.problem),
         count_cell(row.records, is_hidden=warehouse.hides(row.records))]
        for row in counts.itertuples()
    ]  # fmt: skip
    columns = [Column("Record"), Column("Field"), Column("What was wrong"), Column("Records", is_number=True)]
    return Table(
        title="Fields set aside", columns=columns, rows=body,
        note="The record is kept and counted; only the impossible value is left out, and kept in the warehouse.",
    )  # fmt: skip


def files_and_rejects(warehouse: Warehouse) -> list[Block]:
    """Every file with its rows, why rows were rejected, and files refused with what to do."""
    blocks: list[Block] = []
    files = warehouse.table(
        "select source, file_name, file_role, rows_read, rows_accepted, rows_rejected, status, batch_id"
        " from landing.batch where status <> 'refused' order by source, file_name, batch_id"
    )
    if len(files):
        body = [
            [row.source, row.file_name, "" if numbers.is_missing(row.file_role) else row.file_role.replace("_", " "),
             row.status, count_cell(row.rows_read), count_cell(row.rows_accepted), count_cell(row.rows_rejected)]
            for row in files.itertuples()
        ]  # fmt: skip
        columns = [
            Column("Source"), Column("File"), Column("Holds"), Column("Standing"), Column("Rows read", is_number=True),
            Column("Accepted", is_number=True), Column("Rejected", is_number=True),
        ]  # fmt: skip
        blocks.append(
            Table(title="Files", columns=columns, rows=body, note="Rows read = accepted + rejected, for every file.")
        )
    rejects = warehouse.table(
        "select b.source, b.file_name, r.reason, count(*) as rows_rejected from landing.reject as r"
        " join landing.batch as b using (batch_id) group by all order by rows_rejected desc, source, file_name, reason"
    )
    if len(rejects):
        body = [
            [row.source, row.file_name, word("reject_reasons", row.reason), count_cell(row.rows_rejected)]
            for row in rejects.itertuples()
        ]
        columns = [Column("Source"), Column("File"), Column("Why"), Column("Rows", is_number=True)]
        note = "Rejected rows stay in the warehouse with their text and a sentence each: landing.reject."
        blocks.append(Table(title="Rows rejected, by reason", columns=columns, rows=body, note=note))
    else:
        blocks.append(Text("No row was rejected."))
    blocks.append(_refused(warehouse))
    return blocks


def _refused(warehouse: Warehouse) -> Block:
    refused = warehouse.table(
        "select source, file_name, reason, message from landing.batch where status = 'refused'"
        " order by source, file_name, batch_id"
    )
    if refused.empty:
        return Text("No file was refused.")
    body = [
        [row.source, row.file_name, Mark("refused", "the file was not used"), str(row.message or row.reason or "")]
        for row in refused.itertuples()
    ]
    columns = [Column("Source"), Column("File"), Column("Standing"), Column("Why, and what to do", is_prose=True)]
    return Table(title="Files refused", columns=columns, rows=body, note="Nothing of a refused file is in the figures.")
