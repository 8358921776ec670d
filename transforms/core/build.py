"""Fill schema `core` from the batches that stand: read, settle, fold, judge, and keep the books."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import duckdb

from codesets.database import identifier, literal
from transforms.core import bills, codes, corrections, counts, deaths, encounters, ledger, persons, records, rows, stays
from transforms.core.inputs import Numbered, SourceInput, batch_table, number_inputs, rows_view
from transforms.core.reconciliation import write_reconciliation
from transforms.core.records import Plan

Progress = Callable[[str], None]


def build_core(
    con: duckdb.DuckDBPyConnection,
    inputs: Sequence[SourceInput],
    on_progress: Progress | None = None,
    *,
    corrections_in: str | None = None,
) -> None:
    """Fill all tables of schema `core`, which must exist and be empty, from the live batches of every source.

    Schema `codes` must be filled and its macros created (`codesets.reference.copy_into`), and `landing.batch` hold the
    batches (`landing.register`): rows without a key or record are added to `landing.reject`, and the accepted and
    rejected rows of every file are settled. Work tables are temporary and dropped at the end. `corrections_in` names a
    table like quality.correction, whose corrections without a `reason` are applied, and which is told of each what
    became of it.
    """
    say = on_progress or (lambda _: None)
    numbered = number_inputs(inputs)
    before = _work_tables(con)
    _create_work(con, numbered)
    corrects = corrections.begin(con, corrections_in)
    staged: set[str] = set()
    plans: list[Plan] = []
    for each in numbered:
        plans += _stage_source(con, each, staged)
        say(f"{each.source.name}: rows read and settled")
    deaths.drop_repeated_persons(con, [plan.numbered for plan in plans if plan.kind == "death"])
    if corrects:
        for plan in plans:
            corrections.correct_stage(con, plan)
        for each in numbered:
            if each.work("person") in staged:
                corrections.correct_persons(con, each)
    persons.build_persons(con, numbered, staged)
    for plan in plans:
        if plan.kind == "encounter":
            _finish_encounters(con, plan, corrects=corrects)
        else:
            _finish_deaths(con, plan, corrects=corrects)
        _say_count(con, say, plan)
    for each in numbered:
        counts.insert_counts(con, each)
    ledger.write_rejects(con, numbered)
    ledger.write_issues(con)
    ledger.write_coverage(con, numbered)
    write_reconciliation(con, numbered, staged)
    if corrects:
        corrections.end(con, corrections_in)
    for kind, name in sorted(_work_tables(con) - before):
        con.execute(f"drop {kind} if exists {identifier(name)}")


def _work_tables(con: duckdb.DuckDBPyConnection) -> set[tuple[str, str]]:
    return set(
        con.execute(
            "select 'table', table_name from duckdb_tables() where temporary "
            "union all select 'view', view_name from duckdb_views() where temporary and not internal"
        ).fetchall()
    )


def _create_work(con: duckdb.DuckDBPyConnection, numbered: Sequence[Numbered]) -> None:
    con.execute(
        "create or replace temp table work_batch "
        "(number bigint, batch_id varchar, source varchar, role varchar, source_number integer)"
    )
    if batches := batch_table(numbered):
        con.executemany("insert into work_batch values (?, ?, ?, ?, ?)", batches)
    rows.create_fates(con)
    con.execute(
        "create or replace temp table work_issue (record_kind varchar, record_id varchar, seq integer, field varchar, "
        "raw_value varchar, problem varchar, _row bigint)"
    )
    for each in numbered:
        for role in dict.fromkeys(batch.role for batch in each.given.batches):
            con.execute(f"create or replace temp view {each.rows(role)} as {rows_view(each, role)}")


def _stage_source(con: duckdb.DuckDBPyConnection, numbered: Numbered, staged: set[str]) -> list[Plan]:
    """Read a source's files of persons, encounters and deaths into stage tables, and settle which rows stand."""
    has_persons = persons.stage_persons(con, numbered)
    if has_persons:
        staged.add(numbered.work("person"))
        _note(con, "person", numbered.source.scope, persons.issues(numbered))
    plans = []
    by_record = numbered.source.update == "by_record"
    for kind, planner in (("encounter", records.encounter_plan), ("death", records.death_plan)):
        section = getattr(numbered.profile, kind)
        if section is None or not numbered.has(section.file):
            continue
        plan = planner(numbered)
        table = numbered.work(kind)
        select = encounters.identified(numbered, f"({records.stage(plan, persons=has_persons)})")
        con.execute(f"create or replace temp table {table} as {select}")
        staged.add(table)
        rows.settle_rows(con, plan, by_record=by_record)
        if kind == "encounter":
            bills.settle_bills(con, numbered)
        if con.execute(f"select count(*) from {table} where marks <> 0").fetchone()[0]:
            _note(con, kind, numbered.source.name, records.issues(plan, persons=has_persons))
        plans.append(plan)
    return plans


def _note(con: duckdb.DuckDBPyConnection, kind: str, scope: str, issues: str) -> None:
    con.execute(
        f"insert into work_issue select {literal(kind)}, {literal(scope + ':')} || native_id, null, field, raw_value, "
        f"problem, _row from ({issues})"
    )


def _finish_encounters(con: duckdb.DuckDBPyConnection, plan: Plan, *, corrects: bool) -> None:
    numbered = plan.numbered
    folds = stays.assign_stays(con, numbered)
    known = con.execute("select count(*) from work_person where death_date is not null or alive_else").fetchone()[0] > 0
    con.execute(f"insert into core.encounter by name {encounters.encounters(numbered, folds=folds, deaths=known)}")
    if corrects:
        corrections.correct_outcomes(con, numbered)
    # A million wide rows take half the memory that the diagnoses need.
    con.execute(f"create or replace temp table work_slim as {encounters.slim(numbered)}")
    con.execute(f"drop table {numbered.work('encounter')}")
    con.execute(f"alter table work_slim rename to {numbered.work('encounter')}")
    gone = rows.list_gone(con, plan)
    for kind in ("diagnosis", "procedure"):
        codes.settle_code_rows(con, plan, kind, by_record=numbered.source.update == "by_record")
        codes.insert_codes(con, plan, kind, gone=gone)
        if corrects:
            corrections.correct_codes(con, plan, kind)
    con.execute(f"insert into core.stay by name {stays.stays(numbered, folds=folds)}")


def _finish_deaths(con: duckdb.DuckDBPyConnection, plan: Plan, *, corrects: bool) -> None:
    deaths.insert_deaths(con, plan.numbered)
    if corrects:
        corrections.correct_causes(con, plan.numbered)
    gone = rows.list_gone(con, plan)
    codes.settle_code_rows(con, plan, "death_condition", by_record=plan.numbered.source.update == "by_record")
    codes.insert_codes(con, plan, "death_condition", gone=gone)
    if corrects:
        corrections.correct_codes(con, plan, "death_condition")


def _say_count(con: duckdb.DuckDBPyConnection, say: Progress, plan: Plan) -> None:
    table = "core.encounter" if plan.kind == "encounter" else "core.death"
    found = con.execute(f"select count(*) from {table} where source = ?", [plan.numbered.source.name]).fetchone()[0]
    say(f"{plan.numbered.source.name}: {found:,} {plan.kind}s in core")
