"""Apply to core what reviews corrected, where a site asks for it.

Corrections are rows of a relation like quality.correction. Records are dropped, and sex and age corrected, before
persons are put together and stays are folded; outcomes and codes as soon as they are in core: so all that follows from
them follows. A correction is applied only where the record still says what it said when it was reviewed: `was`, the
value as coded. Raw codes stay, and so does every row that was read.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from codesets.database import literal
from codesets.verdict import judge, status_on
from transforms.core.inputs import Numbered
from transforms.core.records import Plan


def _hash_of(columns: str) -> str:
    parts = ", ".join(f"coalesce(e.{column}::varchar, '')" for column in columns.split())
    return f"left(sha256(concat_ws(chr(31), {parts})), 16)"


# SQL of what a record `e`, of core or of a stage table, says as coded: its age, and a hash of what names and places it.
AS_CODED = {
    "age": "concat_ws('/', coalesce(e.age_years::varchar, ''), coalesce(e.age_years_max::varchar, ''), "
    "coalesce(e.age_days::varchar, ''))",
    "encounter": _hash_of("patient_id facility_id encounter_class admission_date discharge_date"),
    "death": _hash_of("patient_id death_date area"),
}


@dataclass(frozen=True)
class _Held:
    """Where the corrections of a field are to be found: the relation `e`, and SQL over it.

    `day` and `precision` are given for codes, which are judged; `place` where the record has several of the field.
    """

    record_kind: str
    field: str
    relation: str
    record_id: str
    as_coded: str
    place: str = "null::integer"
    day: str | None = None
    precision: str = "e.date_precision"


def begin(con: duckdb.DuckDBPyConnection, corrections: str | None) -> bool:
    """Create the work tables; say whether there is anything to correct.

    Rows of the relation that have a `reason` already, e.g. since another decision overrules them, are left alone.
    """
    con.execute(
        "create or replace temp table work_dropped "
        "(source_number integer, kind varchar, native_id varchar, _row bigint)"
    )
    if corrections is None:
        return False
    con.execute(f"""create or replace temp table work_correction as
select *, 'record_absent' as outcome from {corrections} where reason is null""")
    return con.execute("select count(*) from work_correction").fetchone()[0] > 0


def correct_stage(con: duckdb.DuckDBPyConnection, plan: Plan) -> None:
    """Drop records, and correct sex and age, in the stage table of a source's encounters or deaths."""
    table, kind = plan.numbered.work(plan.kind), plan.kind
    record_id = f"{literal(plan.numbered.source.name + ':')} || e.native_id"
    of = f"from work_held c where c.record_id = {record_id}"
    if _hold(con, _Held(kind, "dropped", f"{table} e", record_id, AS_CODED[kind])):
        con.execute(f"""insert into work_dropped
select {plan.numbered.number}, {literal(kind)}, e.native_id, e._row
from {table} e join work_held c on c.record_id = {record_id}""")
        con.execute(f"delete from {table} as e where {record_id} in (select record_id from work_held)")
        # What was impossible in them is no matter of the figures any more.
        con.execute(f"""delete from work_issue
where record_kind = {literal(kind)} and record_id in (select record_id from work_held)""")
    if _hold(con, _Held(kind, "sex", f"{table} e", record_id, "e.sex")):
        con.execute(f"update {table} as e set sex = c.corrected {of}")
    if _hold(con, _Held(kind, "age", f"{table} e", record_id, AS_CODED["age"])):
        number = "rtrim(c.corrected, 'd')::integer"
        years = f"if(ends_with(c.corrected, 'd'), 0, {number})"
        con.execute(f"""update {table} as e set age_years = {years}, age_years_max = {years},
    age_days = if(ends_with(c.corrected, 'd'), {number}, null) {of}""")


def correct_persons(con: duckdb.DuckDBPyConnection, numbered: Numbered) -> None:
    """Correct the sex in a source's stage table of persons, of those who were themselves reviewed."""
    record_id = f"{literal(numbered.source.scope + ':')} || e.native_id"
    con.execute(f"""update {numbered.work("person")} as e set sex = c.corrected, is_sex_disputed = false
from work_correction c
where c.record_kind = 'person' and c.field = 'sex' and c.collection = {literal(numbered.source.collection)}
    and c.record_id = {record_id}""")


def correct_outcomes(con: duckdb.DuckDBPyConnection, numbered: Numbered) -> None:
    """Correct in core.encounter whether patients died; a disposition that says otherwise follows."""
    if _hold(con, _Held("encounter", "died", _of_core("encounter", numbered), "e.encounter_id", "e.died::varchar")):
        con.execute("""update core.encounter as e set died = c.corrected::boolean,
    discharge_disposition = case
        when c.corrected = 'true' then 'died' when e.discharge_disposition <> 'died' then e.discharge_disposition
    end
from work_held c where e.encounter_id = c.record_id""")


def correct_causes(con: duckdb.DuckDBPyConnection, numbered: Numbered) -> None:
    """Correct underlying causes in core.death; `underlying_cause_raw` stays."""
    as_coded = """e."system" || ' ' || e.underlying_cause_raw"""
    relation = _of_core("death", numbered)
    held = _Held("death", "underlying_cause", relation, "e.death_id", as_coded, day="e.death_date")
    if _hold(con, held, numbered):
        con.execute("""update core.death as e
set underlying_cause = c.corrected, "system" = c.system, code_status = c.code_status
from work_held c where e.death_id = c.record_id""")


# SQL: records that any correction is about, so that millions of codes are not joined for a few.
_CONCERNED = "(select record_id from work_correction)"

_PLACE = {"diagnosis": "e.seq", "procedure": "e.seq", "death_condition": "e.line * 100 + e.seq"}


def correct_codes(con: duckdb.DuckDBPyConnection, plan: Plan, kind: str) -> None:
    """Correct codes in one table of core; `code_raw` stays. A principal diagnosis that was missing is added."""
    key, place = f"{plan.kind}_id", _PLACE[kind]
    day = _day_of(plan)
    relation = f"""(
    select e.{key}, {place} as place, e."system", e.code_raw, {day} as code_date, r.date_precision
    from core.{kind} e join {_of_core(plan.kind, plan.numbered, "r")} using ({key})
    where e.{key} in {_CONCERNED}
) e"""
    as_coded = """e."system" || ' ' || e.code_raw"""
    held = _Held(plan.kind, kind, relation, f"e.{key}", as_coded, "e.place", "e.code_date")
    if _hold(con, held, plan.numbered):
        con.execute(f"""update core.{kind} as e set code = c.corrected, "system" = c.system, code_status = c.code_status
from work_held c where e.{key} = c.record_id and {place} = c.seq""")
    if kind == "diagnosis":
        _add_principal(con, plan)


def end(con: duckdb.DuckDBPyConnection, corrections: str) -> None:
    """Tell the relation which corrections are applied, and of the others why not."""
    # A person's own row is corrected with the records of the person.
    con.execute("""update work_correction as p set outcome = 'applied'
where record_kind = 'person'
    and review_id in (select review_id from work_correction where record_kind <> 'person' and outcome = 'applied')""")
    con.execute(f"""update {corrections} as t
set is_applied = w.outcome = 'applied', reason = nullif(w.outcome, 'applied')
from work_correction w
where t.review_id = w.review_id and t.record_kind = w.record_kind and t.record_id = w.record_id
    and t.field = w.field and t.seq is not distinct from w.seq""")


def _add_principal(con: duckdb.DuckDBPyConnection, plan: Plan) -> None:
    """Add principal diagnoses to encounters that still have none."""
    relation = f"""(
    select r.encounter_id, {_day_of(plan)} as code_date, r.date_precision, p.encounter_id as has_principal
    from {_of_core("encounter", plan.numbered, "r")}
    left join (
        select distinct encounter_id from core.diagnosis where "role" = 'principal' and encounter_id in {_CONCERNED}
    ) p using (encounter_id)
    where r.encounter_id in {_CONCERNED}
) e"""
    held = _Held("encounter", "diagnosis", relation, "e.encounter_id", "e.has_principal", day="e.code_date")
    if _hold(con, held, plan.numbered):
        con.execute("""insert into core.diagnosis by name
select c.record_id as encounter_id,
    (select coalesce(max(d.seq), 0) + 1 from core.diagnosis d where d.encounter_id = c.record_id) as seq,
    'principal' as "role", c.corrected as code_raw, c.corrected as code, c.system as "system", c.code_status
from work_held c""")


def _hold(con: duckdb.DuckDBPyConnection, held: _Held, numbered: Numbered | None = None) -> bool:
    """Create `work_held`, the corrections of a field that hold here, one a place; note what became of the others.

    Columns: record_id, seq, corrected, system, code_status.
    """
    con.execute(
        f"""create or replace temp table work_found as
select c.review_id, c.record_id, c.seq, c.corrected, c."system",
    if({held.as_coded} is not distinct from c.was, 'applied', 'record_changed') as outcome,
    {held.day or "null::date"} as code_date, {held.precision if held.day else "null::varchar"} as date_precision
from work_correction c join {held.relation} on {held.record_id} = c.record_id
where c.record_kind = $kind and c.field = $field and c.seq is not distinct from {held.place}""",
        {"kind": held.record_kind, "field": held.field},
    )
    status = "null::varchar"
    joined = ""
    if held.day and numbered:
        codes = numbered.profile.codes
        judge(
            con,
            'select "system", corrected as code_raw from work_found',
            into="work_judged",
            national_edition=codes.edition,
            categories_only=codes.categories_only,
        )
        status = status_on("j", "f.code_date", "f.date_precision")
        joined = 'left join work_judged j on j."system" = f."system" and j.code_raw = f.corrected'
    con.execute(f"""create or replace temp table work_outcome as
select f.* exclude (outcome), {status} as code_status,
    if(f.outcome = 'applied' and coalesce({status}, 'valid') not in ('valid', 'unknown'), 'code_not_valid', f.outcome)
        as outcome
from work_found f {joined}""")
    con.execute(
        """update work_correction as c set outcome = o.outcome from work_outcome o
where c.review_id = o.review_id and c.record_kind = $kind and c.field = $field and c.record_id = o.record_id
    and c.seq is not distinct from o.seq""",
        {"kind": held.record_kind, "field": held.field},
    )
    con.execute("""create or replace temp table work_held as
select distinct record_id, seq, corrected, "system", code_status from work_outcome where outcome = 'applied'""")
    return con.execute("select count(*) from work_held").fetchone()[0] > 0


def _of_core(kind: str, numbered: Numbered, alias: str = "e") -> str:
    """SQL of the source's encounters or deaths in core."""
    return f"(from core.{kind} where source = {literal(numbered.source.name)}) {alias}"


def _day_of(plan: Plan) -> str:
    """SQL of the day on which codes of the record `r` are judged."""
    return "coalesce(r.discharge_date, r.admission_date)" if plan.kind == "encounter" else "r.death_date"
