"""`core.person`: what all sources of a collection say about a person, agreed or unknown."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from codesets.database import literal
from transforms.core.inputs import Numbered
from transforms.core.readings import Reading, plausible, precision_of, scope_of
from transforms.core.records import native_id
from transforms.core.rows import give_fate

_KINDS = {"sex": "choice", "birth_date": "date", "death_date": "date", "area": "text"}


def readings(numbered: Numbered) -> tuple[Reading, ...]:
    return tuple(Reading(name, kind, getattr(numbered.profile.person, name)) for name, kind in _KINDS.items())


def probe(numbered: Numbered) -> str:
    """SQL: one row a row of the file of persons: `_row`, `native_id`, raw text and value of each field."""
    profile = numbered.profile
    scope = scope_of("r", numbered.columns(profile.person.file), profile.null, profile.dates)
    fields = readings(numbered)
    raws = ", ".join(f"{each.raw_sql(scope)} as {each.raw}" for each in fields)
    typed = ", ".join(f"{each.raw}, {each.typed_sql(scope)} as {each.name}" for each in fields)
    death = next(each for each in fields if each.name == "death_date")
    precision = precision_of(death.raw, death.formats(scope))
    dates = ", ".join(f"{plausible(each.name)} as {each.name}" for each in fields if each.kind == "date")
    return f"""with source_text as (
    select r._row, {native_id(profile.person.key, scope)} as native_id, {raws}
    from {numbered.rows(profile.person.file)} r
), typed as (
    select _row, native_id, {typed}, {precision} as death_precision from source_text
)
select * replace ({dates}) from typed"""


def stage(numbered: Numbered) -> str:
    """SQL: one row a person of the source's own file of persons."""
    return f"""select native_id, {agreed()}, {disputed()}, arg_min(death_precision, death_date) as death_precision,
    arg_max(area, _row) as area, min(_row) as _row
from ({probe(numbered)}) where native_id is not null group by native_id"""


def agreed() -> str:
    """SQL of sex and birth date on which all rows agree, and of the earliest death date."""
    return (
        "case when min(sex) filter (sex <> 'U') = max(sex) filter (sex <> 'U') then max(sex) filter (sex <> 'U') "
        "else 'U' end as sex, "
        "case when min(birth_date) = max(birth_date) then max(birth_date) end as birth_date, "
        "min(death_date) as death_date"
    )


def disputed() -> str:
    """SQL of what the rows of a person said of sex and dates where they do not agree."""
    return (
        "coalesce(min(sex) filter (sex <> 'U') <> max(sex) filter (sex <> 'U'), false) as is_sex_disputed, "
        "min(birth_date) as birth_date_earliest, max(birth_date) as birth_date_latest, "
        "max(death_date) as death_date_latest"
    )


def stage_persons(con: duckdb.DuckDBPyConnection, numbered: Numbered) -> bool:
    """Create the source's table of persons where its profile and files have one; say whether they do."""
    person = numbered.profile.person
    if person is None or not numbered.has(person.file):
        return False
    con.execute(f"create or replace temp table {numbered.work('person')} as {stage(numbered)}")
    give_fate(
        con,
        numbered,
        person.file,
        f"select _row, 'missing_key' from ({probe(numbered)}) where native_id is null",
    )
    return True


def issues(numbered: Numbered) -> str:
    """SQL of impossible fields in the file of persons: `_row`, `native_id`, field, raw_value, problem."""
    parts = []
    for reading in readings(numbered):
        problem = reading.problem()
        if problem is not None:
            parts.append(
                f"select _row, native_id, {literal(reading.name)} as field, {reading.raw} as raw_value, "
                f"{literal(problem)} as problem from probed where {reading.raw} is not null "
                f"and {reading.name} is null and not ({reading.known_null()}) and native_id is not null"
            )
    return f"with probed as materialized ({probe(numbered)})\n" + "\nunion all\n".join(parts)


# A row of a person stands for several rows of its file, which may have disagreed; a record speaks for itself.
_SAID_BY_A_PERSON = "is_sex_disputed, birth_date_earliest, birth_date_latest, death_date_latest"
_SAID_BY_A_RECORD = (
    "false as is_sex_disputed, birth_date as birth_date_earliest, birth_date as birth_date_latest, "
    "death_date as death_date_latest"
)


def said_of_persons(numbered: Sequence[Numbered], staged: set[str]) -> str:
    """SQL: everything any source says of a person, with the order in which sources are believed for a tie."""
    parts = []
    for each in numbered:
        person = each.profile.person
        complete = person is not None and person.vital_status_complete
        for kind, patient, precision, alive_else in (
            ("person", f"{literal(each.source.scope + ':')} || native_id", "death_precision", complete),
            ("encounter", "patient_id", "date_precision", False),
            ("death", "patient_id", "date_precision", False),
        ):
            if each.work(kind) in staged:
                said = _SAID_BY_A_PERSON if kind == "person" else _SAID_BY_A_RECORD
                parts.append(
                    f"select {patient} as patient_id, {literal(each.source.collection)} as collection, sex, "
                    f"birth_date, death_date, {said}, {precision} as precision, {literal(each.source.name)} as source, "
                    f"{alive_else} as alive_else, {each.number} as place "
                    f"from {each.work(kind)} where {patient} is not null"
                )
    return "\nunion all\n".join(parts)


def build_persons(con: duckdb.DuckDBPyConnection, numbered: Sequence[Numbered], staged: set[str]) -> None:
    """Fill core.person, and a work table with how exactly each death date is known."""
    said = said_of_persons(numbered, staged)
    con.execute(
        "create or replace temp table work_person (patient_id varchar, collection varchar, sex varchar, "
        "birth_date date, death_date date, death_precision varchar, death_source varchar, alive_else boolean, "
        "is_sex_disputed boolean, birth_date_earliest date, birth_date_latest date, death_date_latest date)"
    )
    if not said:
        return
    con.execute(f"""insert into work_person by name
select patient_id, collection, {agreed()},
    arg_min(precision, (death_date, place)) filter (death_date is not null) as death_precision,
    arg_min(source, (death_date, place)) filter (death_date is not null) as death_source,
    bool_or(alive_else) as alive_else,
    bool_or(is_sex_disputed)
        or coalesce(min(sex) filter (sex <> 'U') <> max(sex) filter (sex <> 'U'), false) as is_sex_disputed,
    min(birth_date_earliest) as birth_date_earliest,
    max(birth_date_latest) as birth_date_latest,
    max(death_date_latest) as death_date_latest
from ({said}) group by patient_id, collection""")
    con.execute("""insert into core.person by name
select patient_id, collection, sex, birth_date, death_date, death_source, death_precision, is_sex_disputed,
    birth_date_earliest, birth_date_latest, death_date_latest from work_person""")
