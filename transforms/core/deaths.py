"""`core.death`: registered deaths, one a person in a collection however many sources say so."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from codesets.database import literal
from codesets.verdict import judge, status_on
from transforms.core.encounters import ROW_MASK, bucket
from transforms.core.inputs import ROW_BITS, Numbered
from transforms.core.rows import give_fate


def drop_repeated_persons(con: duckdb.DuckDBPyConnection, numbered: Sequence[Numbered]) -> None:
    """Keep one death a person and collection: a certificate before a registry row, then in configuration order.

    A source gives certificates where its profile has conditions of them and it brought such a file.
    """
    parts = [
        f"select {each.number} as source_number, {literal(each.source.collection)} as collection, patient_id, _row, "
        f"{is_certificate(each)} as is_certificate, underlying_cause is not null as has_cause "
        f"from {each.work('death')} where patient_id is not null and weight = 1"
        for each in numbered
    ]
    if not parts:
        return
    con.execute(f"""create or replace temp table work_same_person as
select source_number, _row from ({" union all ".join(parts)})
qualify row_number() over (
    partition by collection, patient_id order by is_certificate desc, has_cause desc, _row
) > 1""")
    for each in numbered:
        again = f"select _row from work_same_person where source_number = {each.number}"
        give_fate(con, each, each.profile.death.file, f"select _row, 'same_person' from ({again})")
        con.execute(f"delete from {each.work('death')} where _row in ({again})")


def is_certificate(numbered: Numbered) -> bool:
    return any(
        numbered.has(section.file or numbered.profile.death.file) for section in numbered.profile.death_condition
    )


def insert_deaths(con: duckdb.DuckDBPyConnection, numbered: Numbered) -> None:
    """Fill core.death from one source; the underlying cause is judged on the day of death."""
    table = numbered.work("death")
    codes = numbered.profile.codes
    con.execute(f"""create or replace temp table work_cause as
select *, coalesce(lower("system"), 'other') as cause_system from {table}""")
    judge(
        con,
        "select cause_system as system, underlying_cause as code_raw from work_cause "
        "where not is_blank_code(underlying_cause)",
        into="work_judged",
        national_edition=codes.edition,
        categories_only=codes.categories_only,
    )
    con.execute(f"insert into core.death by name {deaths(numbered)}")
    con.execute(f"""insert into work_issue
select 'death', {literal(numbered.source.name + ":")} || native_id, null, 'underlying_cause', underlying_cause,
    'spreadsheet_damage', _row
from work_cause where spreadsheet_damage(underlying_cause)""")


def deaths(numbered: Numbered) -> str:
    """SQL of the source's rows of core.death, from `work_cause` and `work_judged`."""
    prefix = literal(numbered.source.name + ":")
    kept = (
        "patient_id, death_date, registration_date, age_years, age_years_max, age_days, sex, area, facility_id, "
        "place_of_death, manner, pregnancy_status, weight, weight_kind, date_precision"
    )
    listed = ", ".join(f"c.{name.strip()}" for name in kept.split(","))
    return f"""with identified as (
    select {prefix} || native_id as death_id, * from work_cause
)
select c.death_id, {literal(numbered.source.collection)} as collection, {listed},
    c.underlying_cause as underlying_cause_raw,
    j.code as underlying_cause,
    case when j.code_raw is not null then c.cause_system end as "system",
    case when j.code_raw is not null then {status_on("j", "c.death_date", "c.date_precision")} end as code_status,
    {literal(numbered.source.name)} as source,
    b.batch_id,
    c._row & {ROW_MASK} as row_number,
    {bucket("death_id")} as bucket
from identified c
left join work_judged j on j.system = c.cause_system and j.code_raw = c.underlying_cause
join work_batch b on b.number = c._row >> {ROW_BITS}"""
