"""Where the figures come from: inputs with hashes, code sets and horizons, versions, methods and the glossary."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from reports import numbers, periods
from reports.blocks import Block, Column, Table, Text
from reports.cells import count_cell
from reports.released import Warehouse
from reports.wording import measure, word, words

HASH_SHOWN = 16


def provenance(warehouse: Warehouse) -> list[Block]:
    """What went in, which code sets judged and grouped it, and which days each source covers."""
    found = [_inputs(warehouse), _coverage(warehouse), _code_sets(warehouse)]
    return [*(table for table in found if table), *_switched_off(warehouse), _site_rules(warehouse)]


def _inputs(warehouse: Warehouse) -> Table | None:
    inputs = warehouse.table("select kind, name, hash, detail from meta.manifest order by kind, name, hash, detail")
    if inputs.empty:
        return None
    body = [
        [row.kind.capitalize(), row.name, "" if numbers.is_missing(row.hash) else row.hash[:HASH_SHOWN],
         "" if numbers.is_missing(row.detail) else row.detail]
        for row in inputs.itertuples()
    ]  # fmt: skip
    columns = [
        Column("Kind"),
        Column("Name"),
        Column("SHA-256, first 16 digits", is_code=True),
        Column("Detail", is_prose=True),
    ]
    return Table(title="What went in", columns=columns, rows=body, note="manifest.json holds the hashes in full.")


def _coverage(warehouse: Warehouse) -> Table | None:
    days = warehouse.table(
        "select collection, source, record_kind, first_day, last_day, is_declared from core.coverage"
        " order by collection, source, record_kind"
    )
    if days.empty:
        return None
    body = [
        [row.collection, row.source, row.record_kind.replace("_", " "),
         periods.day(row.first_day), periods.day(row.last_day),
         "declared in the configuration" if row.is_declared else "the calendar years of its records"]
        for row in days.itertuples()
    ]  # fmt: skip
    columns = [
        Column("Collection"), Column("Source"), Column("Records"), Column("First day"), Column("Last day"),
        Column("Why"),
    ]  # fmt: skip
    return Table(title="Which days each source covers", columns=columns, rows=body)


def _code_sets(warehouse: Warehouse) -> Table | None:
    sets = warehouse.table(
        "select source, package, version, release, row_count, horizon, licence, status from codes.release"
        " where status not in ('off', 'not_used') order by source, package, version, release"
    )
    if sets.empty:
        return None
    body = [
        [f"{row.source} (unverified)" if row.status == "unverified" else row.source,
         *(_text(value) for value in (row.release, row.package, row.version)),
         count_cell(row.row_count), periods.day(row.horizon) if periods.as_date(row.horizon) else "none stated",
         "" if numbers.is_missing(row.licence) else row.licence]
        for row in sets.itertuples()
    ]  # fmt: skip
    columns = [
        Column("Code set"), Column("Release"), Column("From"), Column("Version"), Column("Rows", is_number=True),
        Column("Speaks until"), Column("Licence"),
    ]  # fmt: skip
    note = "After the last day for which a code set speaks, a code is not judged: its status is not known."
    return Table(title="Code sets and groupings", columns=columns, rows=body, note=note)


def _switched_off(warehouse: Warehouse) -> list[Block]:
    """One line for each source that the configuration switched off, with what is missing for it."""
    off = warehouse.table(
        "select distinct name, first(source) over (partition by name order by source) as source, without"
        " from codes.release where status = 'off' order by name"
    )
    return [Text(f"{row.source} is switched off. Missing: {row.without}.") for row in off.itertuples()]


def _site_rules(warehouse: Warehouse) -> Block:
    """Rules that the site switched off or set otherwise, with its reason."""
    rules = warehouse.table(
        "select title, severity, is_off, changes, override_note from quality.rule where is_off or changes is not null"
        " order by title, rule_id"
    )
    if rules.empty:
        return Text("All rules ran as shipped: the site switched none off and set none otherwise.")
    body = [
        [row.title, word("severities", row.severity), "switched off" if row.is_off else _text(row.changes),
         _text(row.override_note)]
        for row in rules.itertuples()
    ]  # fmt: skip
    columns = [Column("Rule"), Column("Severity"), Column("What the site set"), Column("Why", is_prose=True)]
    return Table(title="Rules that the site changed", columns=columns, rows=body)


def _text(value: object) -> str:
    return "" if numbers.is_missing(value) else str(value)


def reliability(warehouse: Warehouse) -> list[str]:
    """The regimes by which the figures were judged reliable, by name."""
    return [
        name
        for (name,) in warehouse.con.execute(
            "select distinct settings ->> 'reliability' as regime from stats.specification"
            " where settings ->> 'reliability' is not null order by regime"
        ).fetchall()
    ]


def methods(figures_measures: pd.DataFrame, minimum_count: int, regimes: Sequence[str] = ()) -> list[Block]:
    """How each measure in the release is made, with its interval, and what marks a figure as unreliable.

    `figures_measures` has `measure` and `method`; `regimes` are those of `reliability`.
    """
    body = []
    for name, block in figures_measures.groupby("measure", sort=True):
        entry = measure(name)
        intervals = [word("interval_methods", method) for method in sorted(set(block["method"].dropna()))]
        body.append([entry.title, entry.method, "; ".join(intervals) or "none: every record is counted"])
    columns = [Column("Measure"), Column("What it is", is_prose=True), Column("Interval")]
    blocks: list[Block] = [Table(title="How each figure is made", columns=columns, rows=body)] if body else []
    blocks += [Text(f"Reliability. {word('reliability', regime)}") for regime in regimes]
    blocks += [
        Text(
            f"Disclosure control. A figure that rests on 1 to {minimum_count - 1} records is hidden, with every rate,"
            " mean and interval that rests on it, here and in every file of the release. Counts of rows of files are"
            " shown in full, since they are no counts of persons. Complementary suppression is not done: a hidden"
            " figure can sometimes be worked out from totals. Therefore this release is for internal use."
        ),
        Text(
            "Comparisons. Two periods are said to differ by more than chance when the interval of their difference,"
            " recovered from their two intervals (Zou and Donner, Statistics in Medicine 2008;27:1693), leaves out"
            " zero. This speaks of chance alone, not of changes in coding, in case mix or in who is covered."
        ),
        Text(
            "Causes. Discharges are grouped by principal diagnosis, deaths by underlying cause. A code is judged and"
            " grouped on the date of discharge or death, in its own system; codes of another system, codes that the"
            " grouping lacks and records without a code are rows of their own and are never dropped."
        ),
    ]
    return blocks


def symbols() -> Table:
    """The marks, each with what it means."""
    body = [[mark.symbol, mark.name.capitalize(), mark.meaning.capitalize()] for mark in numbers.LEGEND]
    note = (
        "In charts: a hidden point or bar is its mark; a provisional one is hollow; an unreliable one carries [u] or,"
        " on a line or a funnel, is a cross; whiskers and bands are intervals."
    )
    columns = [Column("Mark", is_code=True), Column("Name"), Column("Meaning", is_prose=True)]
    return Table(title="Marks in tables and charts", columns=columns, rows=body, note=note)


def glossary() -> list[tuple[str, str]]:
    """Terms with their line, in alphabetical order."""
    return sorted(words()["glossary"].items(), key=lambda entry: entry[0].casefold())
