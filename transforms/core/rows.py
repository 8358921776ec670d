"""Which rows of a record's file stand: keys, exact duplicates, later versions, repeated keys, and lines to fold.

Every row that does not become a record of its own gets one fate in `work_fate`, so that the way from rows read to
records adds up:

`missing_key` and `duplicate_key` are rejected; `out_of_scope`, `exact_duplicate`, `later_version` and `folded` are
accepted.
"""

from __future__ import annotations

import duckdb

from codesets.database import identifier, literal
from transforms.core.inputs import Numbered
from transforms.core.records import Plan


def create_fates(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        "create or replace temp table work_fate (source_number integer, role varchar, _row bigint, fate varchar)"
    )


def settle_rows(con: duckdb.DuckDBPyConnection, plan: Plan, *, by_record: bool) -> None:
    """Give every row of the stage table that is no record of its own its fate, and take it out of the stage."""
    numbered, table = plan.numbered, plan.numbered.work(plan.kind)
    _give(con, plan, f"select _row, 'missing_key' from {table} where native_id is null")
    con.execute(f"delete from {table} where native_id is null")
    if plan.section.only:
        _give(con, plan, f"select _row, 'out_of_scope' from {table} where not coalesce(in_scope, false)")
        con.execute(f"delete from {table} where not coalesce(in_scope, false)")
    if not plan.section.key:
        return
    repeated = f"select native_id from {table} group by native_id having count(*) > 1"
    con.execute(f"create or replace temp table work_repeated as {repeated}")
    if con.execute("select count(*) from work_repeated").fetchone()[0] == 0 and not _folds(plan):
        return
    con.execute(f"create or replace temp table work_repeat as {repeats(plan)}")
    _give(con, plan, "select _row, 'exact_duplicate' from work_repeat where copy > 1")
    con.execute("delete from work_repeat where copy > 1")
    if by_record:
        _give(con, plan, f"select _row, 'later_version' from ({later_versions(fold=_folds(plan))})")
    elif not _folds(plan):
        _give(con, plan, "select _row, 'duplicate_key' from (" + not_first() + ")")
    con.execute(
        f"delete from {table} where _row in (select _row from work_fate where source_number = {numbered.number} "
        f"and role = {literal(plan.role)})"
    )
    if _folds(plan):
        _fold(con, plan)


def _folds(plan: Plan) -> bool:
    return getattr(plan.section, "fold", False)


def repeats(plan: Plan) -> str:
    """SQL: the rows whose key is repeated, each with its version and its number among exact copies of itself."""
    ignored = {column.lower() for column in plan.section.ignore}
    content = [
        f"r.{identifier(column)}" for column in plan.numbered.columns(plan.role) if column.lower() not in ignored
    ]
    return f"""with content as (
    select s._row, s.native_id, s.version, hash({", ".join(content)}) as content
    from {plan.numbered.work(plan.kind)} s join {plan.numbered.rows(plan.role)} r using (_row)
    where s.native_id in (select native_id from work_repeated)
)
select _row, native_id, version, row_number() over (partition by native_id, content order by _row) as copy
from content"""


def later_versions(*, fold: bool) -> str:
    """SQL: rows that a later version of their key replaces; lines of the last version stand together."""
    place = "_row >> 40" if fold else "_row"
    return f"""select _row, rank() over (
    partition by native_id
    order by try_cast(version as decimal(38, 6)) desc nulls last, version desc nulls last, {place} desc
) as age
from work_repeat qualify age > 1"""


def not_first() -> str:
    return "select _row from work_repeat qualify row_number() over (partition by native_id order by _row) > 1"


def _fold(con: duckdb.DuckDBPyConnection, plan: Plan) -> None:
    """Fold the lines of each encounter: first value given in their order, first admission, last discharge."""
    numbered, table = plan.numbered, plan.numbered.work(plan.kind)
    con.execute(f"create or replace temp table {numbered.work('line')} as {lines(plan)}")
    _give(con, plan, f"select _row, 'folded' from {numbered.work('line')} where line > 1")
    described = con.execute(f"describe {table}").fetchall()
    columns = [name for name, *_ in described if name not in ("_row", "native_id")]
    select = folded(table, numbered.work("line"), columns, span=plan.section.dates == "span")
    con.execute(f"create or replace temp table work_folded as {select}")
    con.execute(f"drop table {table}")
    con.execute(f"alter table work_folded rename to {table}")


def lines(plan: Plan) -> str:
    """SQL: the lines of each encounter in their order: `_row`, `native_id`, `line` from 1."""
    order = [
        f"try_cast(r.{identifier(column)} as decimal(38, 6)) nulls last, r.{identifier(column)} nulls last"
        for column in plan.section.order
    ]
    return f"""select s._row, s.native_id, row_number() over (
    partition by s.native_id order by {", ".join([*order, "s._row"])}
) as line
from {plan.numbered.work(plan.kind)} s join {plan.numbered.rows(plan.role)} r using (_row)"""


def folded(table: str, line_table: str, columns: list[str], *, span: bool) -> str:
    """SQL: one row an encounter from its lines; its days are those of all lines (`span`), or of the first."""
    special = {
        "marks": "bit_or(s.marks)",
        "has_end": "bool_or(s.has_end)",
        "died": "bool_or(s.died)",
    }
    if span:
        special |= {"admission_date": "min(s.admission_date)", "discharge_date": "max(s.discharge_date)"}
    listed = ", ".join(f"{special.get(name, f'arg_min(s.{name}, l.line)')} as {name}" for name in columns)
    return f"""select arg_min(s._row, l.line) as _row, s.native_id, {listed}
from {table} s join {line_table} l using (_row)
group by s.native_id"""


def _give(con: duckdb.DuckDBPyConnection, plan: Plan, select: str) -> None:
    give_fate(con, plan.numbered, plan.role, select)


def give_fate(con: duckdb.DuckDBPyConnection, numbered: Numbered, role: str, select: str) -> None:
    """Record the fates that `select` gives as (_row, fate) for rows of one file role."""
    con.execute(f"insert into work_fate select {numbered.number}, {literal(role)}, * from ({select})")


def list_gone(con: duckdb.DuckDBPyConnection, plan: Plan) -> bool:
    """List the rows of the record's file that do not stand, whose codes must not count; say whether there are any."""
    numbered = plan.numbered
    unfit = f" union all select _row from {numbered.work('unfit')}" if plan.kind == "encounter" else ""
    of_kind = f"source_number = {numbered.number} and kind = {literal(plan.kind)}"
    con.execute(f"""create or replace temp table {numbered.work("gone")} as
select _row from work_fate where source_number = {numbered.number} and role = {literal(plan.role)}
    and fate <> 'folded'{unfit}
union all
select _row from work_dropped where {of_kind}""")
    return con.execute(f"select count(*) from {numbered.work('gone')}").fetchone()[0] > 0
