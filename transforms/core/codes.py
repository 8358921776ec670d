"""`core.diagnosis`, `core.procedure` and `core.death_condition`: occurrences of codes, judged and put in order."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from codesets.database import identifier, literal
from codesets.verdict import judge, status_on
from transforms.core.inputs import ROW_BITS, Numbered
from transforms.core.occurrences import UNPLACED, Kind, Occurrences, occurrences
from transforms.core.readings import scope_of
from transforms.core.records import Plan, native_id
from transforms.core.rows import give_fate
from transforms.profiles.language import CodeSection
from transforms.profiles.vocabulary import POA

_POA = ", ".join(map(literal, POA))
_TABLE = {"diagnosis": "core.diagnosis", "procedure": "core.procedure", "death_condition": "core.death_condition"}
_NO_RECORD = {"diagnosis": "no_such_encounter", "procedure": "no_such_encounter", "death_condition": "no_such_death"}


def settle_code_rows(con: duckdb.DuckDBPyConnection, plan: Plan, kind: Kind, *, by_record: bool) -> None:
    """Give a fate to the rows of files of codes that do not stand: without key or record, repeated, or replaced."""
    numbered = plan.numbered
    for section in getattr(numbered.profile, kind):
        if section.file is None or section.file == plan.role or not numbered.has(section.file):
            continue
        con.execute(f"create or replace temp table work_code_row as {code_rows(numbered, section)}")
        give_fate(con, numbered, section.file, "select _row, 'missing_key' from work_code_row where key is null")
        con.execute("delete from work_code_row where key is null")
        give_fate(con, numbered, section.file, orphans(plan, _NO_RECORD[kind]))
        give_fate(con, numbered, section.file, copies(numbered, section))
        if by_record:
            give_fate(con, numbered, section.file, replaced_rows(numbered, section))


def code_rows(numbered: Numbered, section: CodeSection) -> str:
    """SQL: the key of every row of a file of codes."""
    scope = scope_of("r", numbered.columns(section.file), numbered.profile.null, ())
    return f"select r._row, {native_id(section.record, scope)} as key from {numbered.rows(section.file)} r"


def orphans(plan: Plan, reason: str) -> str:
    """SQL: rows whose record is not among those read; rows of one that a bill or a review took out go with it."""
    numbered = plan.numbered
    dropped = f"""select native_id, 'of_dropped_record' as fate from work_dropped
    where source_number = {numbered.number} and kind = {literal(plan.kind)}"""
    if plan.kind == "encounter":
        dropped += f" union all select native_id, 'of_unfit_bill' from {numbered.work('unfit')}"
    return f"""select c._row, coalesce(u.fate, {literal(reason)})
from work_code_row c left join ({dropped}) u on u.native_id = c.key
where c.key not in (select native_id from {numbered.work(plan.kind)})"""


def copies(numbered: Numbered, section: CodeSection) -> str:
    """SQL: rows of a file of codes that repeat another row of it wholly."""
    content = ", ".join(f"r.{identifier(column)}" for column in numbered.columns(section.file))
    given = f"select _row from work_fate where source_number = {numbered.number} and role = {literal(section.file)}"
    return f"""select _row, 'exact_duplicate' from (
    select r._row, hash({content}) as content from {numbered.rows(section.file)} r where r._row not in ({given})
) qualify row_number() over (partition by content order by _row) > 1"""


def replaced_rows(numbered: Numbered, section: CodeSection) -> str:
    """SQL: rows of a record whose codes a later file gives anew."""
    given = f"select _row from work_fate where source_number = {numbered.number} and role = {literal(section.file)}"
    return f"""select c._row, 'later_version' from work_code_row c
join (select key, max(_row >> {ROW_BITS}) as last_batch from work_code_row group by key) l using (key)
where c._row >> {ROW_BITS} < l.last_batch and c._row not in ({given})"""


def insert_codes(con: duckdb.DuckDBPyConnection, plan: Plan, kind: Kind, *, gone: bool) -> None:
    """Fill the table of one kind of codes from a source, and note raw values that are no value."""
    sets = list(occurrences(plan, kind, gone=gone))
    if not sets:
        return
    ordered_sets = any(each.needs_order for each in sets)
    if ordered_sets:
        con.execute(f"create or replace temp table work_occurrence as {all_occurrences(sets)}")
    con.execute(f"create or replace temp table work_distinct as {distinct_codes(sets, ordered_sets)}")
    judge(
        con,
        "select system, given as code_raw from work_distinct where not is_blank_code(given)",
        into="work_verdict",
        national_edition=plan.numbered.profile.codes.edition,
        categories_only=plan.numbered.profile.codes.categories_only,
    )
    con.execute("""create or replace temp table work_judged as
select d.set_number, d.code_raw as raw, v.*
from work_distinct d join work_verdict v on v.system = d.system and v.code_raw = d.given""")
    judged = Judged(joined=_joined(con), precision=_precision(con, plan))
    source = "work_occurrence" if ordered_sets else f"({all_occurrences(sets)})"
    numbering = ordered_sets and _needs_numbering(con, kind, sets)
    rows = ordered(kind, sets, judged) if numbering else placed(kind, source, judged)
    con.execute(f"insert into {_TABLE[kind]} by name {rows}")
    if _any_damaged(con):
        con.execute(f"insert into work_issue {damaged_codes(plan, kind, source if ordered_sets else None)}")
    for statement in code_issues(kind, source, sets, odd_poa=_any_odd_poa(con, sets)):
        con.execute(f"insert into work_issue {statement}")


@dataclass(frozen=True)
class Judged:
    """SQL of how occurrences `o` find their judged code `j`, and of how exactly dates are known."""

    joined: str
    precision: str


def _joined(con: duckdb.DuckDBPyConnection) -> str:
    """SQL of the join condition: the raw code alone where the source has one set of codes in one system."""
    found = con.execute("select count(distinct (set_number, system)) from work_judged").fetchone()[0]
    return "j.raw = o.code_raw" if found == 1 else _JOINED


def _precision(con: duckdb.DuckDBPyConnection, plan: Plan) -> str:
    """SQL of the precision of an occurrence's date: a constant where it is the day for all records."""
    found = con.execute(f"select distinct date_precision from {plan.numbered.work(plan.kind)}").fetchall()
    return "'day'" if found == [("day",)] else 'o."precision"'


def cleaned(section: CodeSection) -> str:
    """SQL of a raw code without what the profile cuts off."""
    text = "code_raw"
    if section.null:
        text = f"case when trim({text}) not in ({', '.join(map(literal, section.null))}) then {text} end"
    if section.before:
        text = f"split_part({text}, {literal(section.before)}, 1)"
    if section.strip:
        text = f"trim({text}, {literal(section.strip)})"
    return text


def distinct_codes(sets: list[Occurrences], ordered_sets: bool) -> str:
    """SQL: each distinct system and raw code of each set of codes, once, and `given`, the text to judge."""
    parts = []
    for number, each in enumerate(sets):
        found = f"select system, code_raw from work_occurrence where set_number = {number}"
        parts.append(
            f"select distinct {number} as set_number, system, code_raw, {cleaned(each.section)} as given "
            f"from ({found if ordered_sets else each.distinct})"
        )
    return "\nunion all\n".join(parts)


def all_occurrences(sets: list[Occurrences]) -> str:
    """SQL: all occurrences of all sets with the number of their set."""
    return "\nunion all by name\n".join(
        f"select {number} as set_number, {each.folds} as once, * from ({each.select})"
        for number, each in enumerate(sets)
    )


def placed(kind: Kind, source: str, judged: Judged) -> str:
    """SQL of the table's rows where each occurrence's place is its position already."""
    return f"""select {_columns(kind, judged)}, o.place as seq
from {source} o join work_judged j on {judged.joined}"""


_JOINED = "j.raw = o.code_raw and j.system = o.system and j.set_number = o.set_number"


def _needs_numbering(con: duckdb.DuckDBPyConnection, kind: Kind, sets: list[Occurrences]) -> bool:
    """Whether the places as given will not do: lines to fold, no place or role, or one place twice in a record.

    Most files number their codes well, and to see that costs a tenth of numbering them anew.
    """
    if any(each.folds or each.section.separator for each in sets):
        return True
    return con.execute(
        f"""select exists (
    select 1 from work_occurrence group by {_partition(kind)}, place
    having count(*) > 1 or count("role") < count(*) or {UNPLACED}
)"""
    ).fetchone()[0]


def _partition(kind: Kind) -> str:
    return "record_id, line" if kind == "death_condition" else "record_id"


def ordered(kind: Kind, sets: list[Occurrences], judged: Judged) -> str:
    """SQL of the table's rows numbered within their record: as given where those numbers are unique, else in order.

    Codes that the lines of one encounter repeat count once; only the first principal code of folded lines stays one.
    """
    renumber = any(each.folds or each.section.separator for each in sets)
    partition = _partition(kind)
    once = "once and row_number() over (partition by record_id, system, code_raw order by occasion, place, _row) > 1"
    number = f"row_number() over (partition by {partition} order by occasion, place, _row)"
    given = "true" if renumber else f"count(*) over (partition by {partition}, place) > 1 or {UNPLACED}"
    return f"""with judged as (
    select o.*, j.* exclude (set_number, raw, system, code_raw)
    from work_occurrence o join work_judged j on {judged.joined}
), kept as (
    select * from judged qualify not ({once})
), numbered as (
    select *, {number} as ordinal, {given} as is_repeated,
        row_number() over (partition by record_id, role order by occasion, place, _row) as of_role
    from kept
), settled as (
    select *, case when bool_or(is_repeated) over (partition by {partition}) then ordinal else place end as seq
    from numbered
)
select {_columns(kind, judged, ordered=True)}, seq from settled o"""


def _columns(kind: Kind, judged: Judged, *, ordered: bool = False) -> str:
    """SQL of the columns of the table, but for `seq`; where `ordered`, occurrences and their codes are one relation."""
    j = "o" if ordered else "j"
    common = f"o.code_raw, {j}.code, o.system, {status_on(j, 'o.on_date', judged.precision)} as code_status"
    if kind == "death_condition":
        return f"o.record_id as death_id, o.line, {common}"
    role = "o.role"
    if ordered:
        role = (
            "case when o.role is null then if(ordinal = 1, 'principal', 'secondary') "
            "when o.role = 'principal' and once and of_role > 1 then 'secondary' else o.role end"
        )
    if kind == "diagnosis":
        poa = (
            f"case when o.raw_poa in ({_POA}) or o.raw_poa is null then o.raw_poa "
            f"when upper(trim(o.raw_poa)) in ({_POA}) then upper(trim(o.raw_poa)) end"
        )
        return f"o.record_id as encounter_id, {role} as role, {common}, {poa} as poa"
    return (
        f"o.record_id as encounter_id, {role} as role, {common}, o.procedure_date, o.modifiers, o.units, "
        "o.diagnosis_pointers"
    )


def _any_damaged(con: duckdb.DuckDBPyConnection) -> bool:
    return con.execute("select count(*) from work_judged where spreadsheet_damage(raw)").fetchone()[0] > 0


def _any_odd_poa(con: duckdb.DuckDBPyConnection, sets: list[Occurrences]) -> bool:
    """Whether any present-on-admission column has a value that is none: read column by column, which is quick."""
    odd = [select for each in sets for select in each.poa]
    if not odd:
        return False
    values = con.execute("select distinct poa from (" + " union all ".join(odd) + ") where poa is not null").fetchall()
    return any(poa not in POA for (poa,) in values)


def damaged_codes(plan: Plan, kind: Kind, occurrences: str | None) -> str:
    """SQL that finds codes that a spreadsheet took for a number or a date: columns as `code_issues`.

    Where there is no relation of occurrences to read again, they are found in the table just filled.
    """
    damaged = "select raw from work_judged where spreadsheet_damage(raw)"
    if occurrences is None:
        prefix = literal(plan.numbered.source.name + ":")
        occurrences = f"""(
    select t.{plan.kind}_id as record_id, t.seq as place, t.code_raw, s._row
    from (from {_TABLE[kind]} where code_raw in ({damaged})) t
    join {plan.numbered.work(plan.kind)} s on {prefix} || s.native_id = t.{plan.kind}_id
)"""
    return f"""select {literal(kind)}, record_id, place, 'code', code_raw, 'spreadsheet_damage', _row
from {occurrences} where code_raw in ({damaged})"""


def code_issues(kind: Kind, source: str, sets: list[Occurrences], *, odd_poa: bool) -> list[str]:
    """SQL statements that find raw values that are no value: record kind, id, place, field, raw, problem, row."""
    found = []
    if kind == "diagnosis" and odd_poa:
        found.append(
            f"select 'diagnosis', record_id, place, 'poa', raw_poa, 'unmapped_value', _row from {source} "
            f"where raw_poa not in ({_POA}) and upper(trim(raw_poa)) not in ({_POA}) and trim(raw_poa) <> ''"
        )
    if kind == "procedure" and any(each.section.date or each.section.date_column for each in sets):
        found.append(
            f"select 'procedure', record_id, place, 'procedure_date', raw_date, 'impossible_date', _row from {source} "
            "where raw_date is not null and procedure_date is null"
        )
    return found
