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

# SQL: a place that stands for a row that gives none.
UNPLACED = f"place % {_SET} = {_SET - 1}"


@dataclass(frozen=True)
class Occurrences:
    """One set of codes: SQL of its occurrences, of its distinct systems and raw codes, and of its distinct POA values.

    `needs_order`: positions come from an order within the record and not from the column alone. `folds`: the lines of
    one encounter repeat the codes.
    """

    select: str
    distinct: str
    poa: tuple[str, ...]
    section: CodeSection
    needs_order: bool
    folds: bool


@dataclass(frozen=True)
class _Set:
    """What is known of one set of codes while its SQL is put together."""

    plan: Plan
    kind: Kind
    section: CodeSection
    base: str
    offset: int
    found: list[tuple[int, str]]

    @property
    def role(self) -> str:
        return self.section.file or self.plan.role

    @property
    def scope(self) -> Scope:
        profile = self.plan.numbered.profile
        return scope_of("b", self.plan.numbered.columns(self.role), profile.null, profile.dates)


def occurrences(plan: Plan, kind: Kind, *, gone: bool) -> Iterator[Occurrences]:
    """Yield the occurrences of every set of codes that the profile and the source's files have."""
    offset = 0
    for section in getattr(plan.numbered.profile, kind):
        role = section.file or plan.role
        if not plan.numbered.has(role):
            continue
        base = _own_file(plan, section) if role != plan.role else _record_file(plan, gone=gone)
        found = numbered_columns(section.columns, plan.numbered.columns(role))
        one = _Set(plan, kind, section, base, offset, found)
        if section.columns and not found:
            continue
        folds = getattr(plan.section, "fold", False) and role == plan.role
        needs_order = folds or role != plan.role or section.separator is not None or section.code is not None
        select = _wide(one) if section.columns else _long(one)
        yield Occurrences(
            _split(select, section.separator) if section.separator else select,
            _distinct(one, select),
            _poa_values(one),
            section,
            needs_order,
            folds and section.code is None,
        )
        offset += max((number for number, _ in found), default=_SET)


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


def _own_file(plan: Plan, section: CodeSection) -> str:
    """SQL of the rows of a file of codes joined to the records that stand."""
    numbered = plan.numbered
    rows, table = numbered.rows(section.file), numbered.work(plan.kind)
    key = native_id(section.record, scope_of("r", numbered.columns(section.file), numbered.profile.null, ()))
    left_out = f"select _row from work_fate where source_number = {numbered.number} and role = {literal(section.file)}"
    return f"""(select r.*, 1 as _line, {_record_columns(plan, "s")}
    from {rows} r join {table} s on s.native_id = {key}
    where r._row not in ({left_out}))"""


def _wide(one: _Set) -> str:
    """SQL of the occurrences in numbered columns: each row is read once, and its columns unnested side by side."""
    section, scope = one.section, one.scope
    unnested = {
        "number": [str(number) for number, _ in one.found],
        "code_raw": [f"b.{identifier(column)}" for _, column in one.found],
    }
    fields = {"system": _system(section.system, scope)}
    place = f"{one.offset} + number"
    shown = {"place": place, "role": _wide_role(one, place)}
    if one.kind == "diagnosis":
        _add_partner(one, section.poa, "raw_poa", unnested, fields, as_it_is=True)
    elif one.kind == "procedure":
        _add_partner(one, section.date, "raw_date", unnested, fields)
        fields |= _procedure_fields(one)
        shown["procedure_date"] = plausible(f"({date_of('raw_date', scope.dates)})")
    else:
        lines = section.lines or tuple(number for number, _ in one.found)
        unnested["line"] = [str(lines[number - 1] if section.lines else number) for number, _ in one.found]
    listed = [f"{sql} as {name}" for name, sql in (_COMMON | fields).items()]
    listed += [f"unnest([{', '.join(values)}]) as {name}" for name, values in unnested.items()]
    kept = ", ".join(f"{sql} as {name}" for name, sql in shown.items())
    return (
        f"select * exclude (number), {kept} from (select {', '.join(listed)} from {one.base} b) "
        "where code_raw is not null"
    )


_COMMON = {
    "record_id": "b.record_id",
    "on_date": "b.on_date",
    "precision": 'b."precision"',
    "_row": "b._row",
    "occasion": "b._line",
}


def _wide_role(one: _Set, place: str) -> str:
    if one.kind == "death_condition":
        return "'underlying'"
    if one.section.role is not None and one.section.role.constant is not None:
        return literal(one.section.role.constant)
    return f"case when {place} = 1 then 'principal' else 'secondary' end"


def _add_partner(
    one: _Set,
    pattern: str | None,
    name: str,
    unnested: dict[str, list[str]],
    fields: dict[str, str],
    *,
    as_it_is: bool = False,
) -> None:
    """Add the columns that belong to the numbered code columns, such as their POA: unnested beside them.

    `as_it_is` leaves blanks and words for null to be dealt with once the empty places are gone.
    """
    partners = dict(numbered_columns((pattern,), one.plan.numbered.columns(one.role))) if pattern else {}
    if partners:
        unnested[name] = [
            (f"b.{identifier(partners[number])}" if as_it_is else one.scope.column(partners[number]))
            if number in partners
            else "null::varchar"
            for number, _ in one.found
        ]
    else:
        fields[name] = "null::varchar"


def _long(one: _Set) -> str:
    """SQL of the occurrences in the rows of a file: one code a row."""
    section, scope = one.section, one.scope
    code = Reading("code", "text", section.code).raw_sql(scope)
    place = str(one.offset + 1)
    if section.seq is not None:
        place = f"{one.offset} + coalesce(try_cast({_text(section.seq, scope)} as integer), {_SET - 1})"
    fields = _COMMON | {"place": place, "system": _system(section.system, scope), "code_raw": code}
    if one.kind == "death_condition":
        fields["role"] = "'underlying'"
        line = f"try_cast({_text(section.line, scope)} as integer)" if section.line else "null"
        fields["line"] = f"coalesce({line}, 1)"
    else:
        fields["role"] = Reading("role", "choice", section.role).inline_sql(scope) if section.role else "null::varchar"
    if one.kind == "diagnosis":
        fields["raw_poa"] = _text(section.poa_column, scope) if section.poa_column else "null::varchar"
    elif one.kind == "procedure":
        dates = (section.date_column.format if section.date_column else ()) or scope.dates
        fields["raw_date"] = _text(section.date_column, scope) if section.date_column else "null::varchar"
        fields |= _procedure_fields(one)
        fields["procedure_date"] = plausible(f"({date_of('(' + fields['raw_date'] + ')', dates)})")
    listed = ", ".join(f"{sql} as {name}" for name, sql in fields.items())
    return f"select {listed} from {one.base} b where {code} is not null"


def _split(select: str, separator: str) -> str:
    """SQL of occurrences whose raw text lists several codes, one row each."""
    parts = f"string_split(code_raw, {literal(separator)})"
    return f"""select * exclude (part) replace (place * 100 + part as place) from (
    select * replace (unnest({parts}) as code_raw), generate_subscripts({parts}, 1) as part from ({select})
) where trim(code_raw) <> ''"""


def _distinct(one: _Set, select: str) -> str:
    """SQL of distinct (system, code_raw), read column by column where that tells no more than the record stands for."""
    if not one.section.columns or one.section.separator:
        return f"select distinct system, code_raw from ({select})"
    rows = one.plan.numbered.rows(one.role)
    system = _system(one.section.system, one.scope)
    return "\nunion all\n".join(
        f"select distinct {system} as system, b.{identifier(column)} as code_raw from {rows} b "
        f"where b.{identifier(column)} is not null"
        for _, column in one.found
    )


def _poa_values(one: _Set) -> tuple[str, ...]:
    """SQL of the distinct values of each present-on-admission column of a set."""
    section, rows = one.section, one.plan.numbered.rows(one.role)
    if one.kind != "diagnosis":
        return ()
    if section.poa_column is not None:
        return (f"select distinct {_text(section.poa_column, one.scope)} as poa from {rows} b",)
    partners = numbered_columns((section.poa,), one.plan.numbered.columns(one.role)) if section.poa else []
    return tuple(f"select distinct b.{identifier(column)} as poa from {rows} b" for _, column in partners)


def _text(value: Value, scope: Scope) -> str:
    return Reading("text", "text", value).raw_sql(scope)


def _system(value: Value, scope: Scope) -> str:
    if value.constant is not None:
        return literal(value.constant)
    return f"coalesce(lower({Reading('system', 'text', value).inline_sql(scope)}), 'other')"


def _procedure_fields(one: _Set) -> dict[str, str]:
    section, scope = one.section, one.scope
    modifiers = [scope.column(name) for name in section.modifiers]
    return {
        "modifiers": f"nullif(concat_ws(',', {', '.join(modifiers)}), '')" if modifiers else "null::varchar",
        "units": number_of(_text(section.units, scope)) if section.units else "null::decimal(18, 3)",
        "diagnosis_pointers": _text(section.diagnosis_pointers, scope)
        if section.diagnosis_pointers
        else "null::varchar",
    }
