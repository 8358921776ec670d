"""Diagnoses, procedures and conditions of certificates as they occur in columns or in files of their own: pure SQL.

Each set of codes of a profile becomes one relation of occurrences: `record_id, on_date, precision, place, role,
system, code_raw` and, by kind, `poa` or the fields of a procedure. Wide columns are unpivoted by one SELECT a column:
the columns of Parquet are read one by one anyway, and `place` then comes from the column and from no sort.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from codesets.database import identifier, literal
from transforms.core.columns import numbered_columns
from transforms.core.inputs import Numbered
from transforms.core.readings import (
    Reading,
    Scope,
    date_of,
    number_of,
    plausible,
    precision_of,
    scope_of,
)
from transforms.core.records import Plan, native_id
from transforms.profiles.language import CodeSection
from transforms.profiles.values import Value

Kind = Literal["diagnosis", "procedure", "death_condition"]

# A set of codes in a file of its own starts behind those of the record's file.
_SET = 10_000


@dataclass(frozen=True)
class Occurrences:
    """SQL of the occurrences of one set of codes, its columns beside the common ones, and how raw codes are cleaned."""

    branches: tuple[str, ...]
    section: CodeSection
    needs_order: bool
    folds: bool


def record_kind(kind: Kind) -> str:
    return "death" if kind == "death_condition" else "encounter"


def occurrences(plan: Plan, kind: Kind, *, gone: bool) -> Iterator[Occurrences]:
    """Yield the occurrences of every set of codes that the profile and the source's files have."""
    offset = 0
    for section in getattr(plan.numbered.profile, kind):
        role = section.file or plan.role
        if not plan.numbered.has(role):
            continue
        base = _own_file(plan, section, kind) if role != plan.role else _record_file(plan, gone=gone)
        scope = scope_of("b", plan.numbered.columns(role), plan.numbered.profile.null, plan.numbered.profile.dates)
        found = numbered_columns(section.columns, plan.numbered.columns(role)) if section.columns else [(1, None)]
        branches = tuple(
            _branch(plan, section, kind, scope, base, offset, number, column, position)
            for position, (number, column) in enumerate(found)
        )
        if branches:
            folds = getattr(plan.section, "fold", False) and role == plan.role
            needs_order = folds or role != plan.role or section.separator is not None or section.code is not None
            yield Occurrences(branches, section, needs_order, folds and section.code is None)
        offset += max((number for number, _ in found), default=0) if section.columns else _SET


def _record_file(plan: Plan, *, gone: bool) -> str:
    """SQL of the record's own rows with `record_id`, `on_date` and `precision`; replaced rows left out."""
    numbered, table = plan.numbered, plan.numbered.work(plan.kind)
    rows = numbered.rows(plan.role)
    if getattr(plan.section, "fold", False):
        return f"""(select r.*, l.line as _line, {_record_columns(plan, "s")}
    from {rows} r join {numbered.work("line")} l using (_row) join {table} s on s.native_id = l.native_id)"""
    if plan.section.key and not plan.section.join:
        prefix = literal(numbered.source.name + ":")
        key = native_id(plan.section.key, scope_of("r", numbered.columns(plan.role), numbered.profile.null, ()))
        left_out = f" and r._row not in (select _row from {numbered.work('gone')})" if gone else ""
        dated, precision = _judged_on(plan)
        return f"""(select *, {dated} as on_date, {precision} as precision from (
        select r.*, 1 as _line, {prefix} || {key} as record_id, {_date_texts(plan)} from {rows} r
        where {key} is not null{left_out}))"""
    return f"""(select r.*, 1 as _line, {_record_columns(plan, "s")} from {rows} r join {table} s using (_row))"""


def _record_columns(plan: Plan, alias: str) -> str:
    prefix = literal(plan.numbered.source.name + ":")
    date = (
        f"coalesce({alias}.discharge_date, {alias}.admission_date)"
        if plan.kind == "encounter"
        else f"{alias}.death_date"
    )
    return f"{prefix} || {alias}.native_id as record_id, {date} as on_date, {alias}.date_precision as precision"


def _dates(plan: Plan) -> dict[str, Reading]:
    names = (
        ("admission_date", "discharge_date", "date_precision")
        if plan.kind == "encounter"
        else ("death_date", "date_precision")
    )
    return {each.name: each for each in plan.readings if each.name in names}


def _date_texts(plan: Plan) -> str:
    return ", ".join(f"{each.raw_sql(plan.scope)} as {each.raw}" for each in _dates(plan).values())


def _judged_on(plan: Plan) -> tuple[str, str]:
    """SQL of the date that codes are judged on and its precision, as `records` reads them, from the texts of a row."""
    readings = _dates(plan)
    typed = {
        name: plausible(f"({each.typed_sql(plan.scope)})") for name, each in readings.items() if each.kind == "date"
    }
    given = plan.numbered.profile.date_precision
    last = readings["discharge_date" if plan.kind == "encounter" else "death_date"]
    formats = last.formats(plan.scope)
    precision = literal(given) if given else precision_of(last.raw, formats)
    if not given and readings["date_precision"].value is not None:
        precision = f"coalesce({readings['date_precision'].typed_sql(plan.scope)}, {precision})"
    if plan.kind == "death":
        return typed["death_date"], precision
    admission, discharge = typed["admission_date"], typed["discharge_date"]
    return (
        f"case when {discharge} < {admission} then {admission} else coalesce({discharge}, {admission}) end",
        precision,
    )


def _own_file(plan: Plan, section: CodeSection, kind: Kind) -> str:
    """SQL of the rows of a file of codes joined to the records that stand."""
    numbered = plan.numbered
    rows, table = numbered.rows(section.file), numbered.work(plan.kind)
    key = native_id(section.record, scope_of("r", numbered.columns(section.file), numbered.profile.null, ()))
    left_out = f"select _row from work_fate where source_number = {numbered.number} and role = {literal(section.file)}"
    return f"""(select r.*, 1 as _line, {_record_columns(plan, "s")}
    from {rows} r join {table} s on s.native_id = {key}
    where r._row not in ({left_out}))"""


def _branch(
    plan: Plan,
    section: CodeSection,
    kind: Kind,
    scope: Scope,
    base: str,
    offset: int,
    number: int,
    column: str | None,
    position: int,
) -> str:
    """SQL of the occurrences in one column (wide) or in the rows of a file (long)."""
    code = f"b.{identifier(column)}" if column else Reading("code", "text", section.code).raw_sql(scope)
    place = f"{offset + number}"
    if section.seq is not None:
        place = f"{offset} + coalesce(try_cast({_text(section.seq, scope)} as integer), {_SET - 1})"
    fields = {
        "record_id": "b.record_id",
        "on_date": "b.on_date",
        "precision": 'b."precision"',
        "_row": "b._row",
        "occasion": "b._line",
        "place": place,
        "role": _role(section, scope, kind, offset + number == 1),
        "system": _system(section.system, scope),
        "code_raw": code,
    }
    if kind == "diagnosis":
        fields["raw_poa"] = _partner(section.poa, section.poa_column, number, plan, section, scope)
    elif kind == "procedure":
        fields |= _procedure_fields(plan, section, scope, number)
    else:
        fields["line"] = _line(section, scope, number, position)
    listed = ", ".join(f"{sql} as {name}" for name, sql in fields.items())
    select = f"select {listed} from {base} b where {code} is not null"
    if section.separator is None:
        return select
    parts = f"string_split(code_raw, {literal(section.separator)})"
    others = [name for name in fields if name not in ("code_raw", "place")]
    return f"""select {", ".join(others)}, place * 100 + part as place, code_raw from (
    select * exclude (code_raw), unnest({parts}) as code_raw, generate_subscripts({parts}, 1) as part from ({select})
) where trim(code_raw) <> ''"""


def _text(value: Value, scope: Scope) -> str:
    return Reading("text", "text", value).raw_sql(scope)


def _role(section: CodeSection, scope: Scope, kind: Kind, first: bool) -> str:
    if kind == "death_condition":
        return "'underlying'"
    default = "principal" if first and section.file is None else "secondary"
    if section.role is None:
        return literal(default) if section.code is None else "null::varchar"
    if section.role.constant is not None:
        return literal(section.role.constant)
    return Reading("role", "choice", section.role).inline_sql(scope)


def _system(value: Value, scope: Scope) -> str:
    if value.constant is not None:
        return literal(value.constant)
    return f"coalesce(lower({Reading('system', 'text', value).inline_sql(scope)}), 'other')"


def _partner(
    pattern: str | None, column: Value | None, number: int, plan: Plan, section: CodeSection, scope: Scope
) -> str:
    """SQL of the text in the column that belongs to a numbered code column (its POA, its date)."""
    if pattern is not None:
        partners = dict(numbered_columns((pattern,), plan.numbered.columns(section.file or plan.role)))
        return scope.column(partners[number]) if number in partners else "null::varchar"
    return _text(column, scope) if column is not None else "null::varchar"


def _procedure_fields(plan: Plan, section: CodeSection, scope: Scope, number: int) -> dict[str, str]:
    dates = section.date_column.format if section.date_column and section.date_column.format else scope.dates
    raw_date = _partner(section.date, section.date_column, number, plan, section, scope)
    modifiers = [scope.column(name) for name in section.modifiers]
    return {
        "raw_date": raw_date,
        "procedure_date": plausible(f"({date_of(raw_date, dates)})"),
        "modifiers": f"nullif(concat_ws(',', {', '.join(modifiers)}), '')" if modifiers else "null::varchar",
        "units": number_of(_text(section.units, scope)) if section.units else "null::decimal(18, 3)",
        "diagnosis_pointers": _text(section.diagnosis_pointers, scope)
        if section.diagnosis_pointers
        else "null::varchar",
    }


def _line(section: CodeSection, scope: Scope, number: int, position: int) -> str:
    if section.line is not None:
        return f"coalesce(try_cast({_text(section.line, scope)} as integer), 1)"
    return str(section.lines[position] if section.lines else number)
