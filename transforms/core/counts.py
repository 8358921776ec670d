"""`core.population` and `core.birth`: counts that rates are divided by."""

from __future__ import annotations

import duckdb

from codesets.database import literal
from transforms.core.inputs import ROW_BITS, Numbered
from transforms.core.readings import Reading, Scope, scope_of
from transforms.core.rows import give_fate

_WHOLE = {"live_births", "fetal_deaths_20w", "fetal_deaths_22w", "fetal_deaths_28w"}

# What a row of each table is about, and what it says of it.
_KEYS = {
    "core.population": ("collection", "facility_id", "period", "area", "sex", "age_start", "age_end"),
    "core.birth": ("collection", "period", "area", "sex"),
}
_NUMBERS = {"core.population": ("persons",), "core.birth": tuple(sorted(_WHOLE))}


def population_probe(numbered: Numbered) -> str:
    """SQL: one row a row of the population file, with `_row` and the columns of core.population (null where unfit)."""
    section = numbered.profile.population
    scope = _scope(numbered, section.file)
    fields = {name: _inline(name, "text", getattr(section, name), scope) for name in ("facility_id", "area")}
    fields["period"] = _inline("period", "whole", section.period, scope)
    fields["sex"] = f"coalesce({_inline('sex', 'choice', section.sex, scope)}, 'U')"
    fields["persons"] = _inline("persons", "number", section.persons, scope)
    if section.band is not None:
        fields["age_start"], fields["age_end"] = _band(section.band, section.bands, scope)
    else:
        fields["age_start"] = _inline("age_start", "whole", section.age_start, scope)
        fields["age_end"] = _inline("age_end", "whole", section.age_end, scope)
    fields["collection"] = _collection(numbered, section.collection, scope)
    listed = ", ".join(f"{sql} as {name}" for name, sql in fields.items())
    return f"select r._row, {listed} from {numbered.rows(section.file)} r"


def birth_probe(numbered: Numbered) -> str:
    """SQL: one row a row of the births file, with `_row` and the columns of core.birth (null where unfit)."""
    section = numbered.profile.birth
    scope = _scope(numbered, section.file)
    fields = {name: _inline(name, "whole", getattr(section, name), scope) for name in ("period", *sorted(_WHOLE))}
    fields["area"] = _inline("area", "text", section.area, scope)
    fields["sex"] = f"coalesce({_inline('sex', 'choice', section.sex, scope)}, 'U')"
    fields["collection"] = _collection(numbered, section.collection, scope)
    listed = ", ".join(f"{sql} as {name}" for name, sql in fields.items())
    return f"select r._row, {listed} from {numbered.rows(section.file)} r"


def insert_counts(con: duckdb.DuckDBPyConnection, numbered: Numbered) -> None:
    """Fill core.population and core.birth from one source; rows that say no year or number are rejected."""
    profile = numbered.profile
    if profile.population is not None and numbered.has(profile.population.file):
        unfit = "period is null or persons is null or persons < 0 or age_start is null"
        _insert(con, numbered, profile.population.file, population_probe(numbered), "core.population", unfit)
    if profile.birth is not None and numbered.has(profile.birth.file):
        unfit = "period is null or coalesce(live_births, fetal_deaths_20w, fetal_deaths_22w, fetal_deaths_28w) is null"
        _insert(con, numbered, profile.birth.file, birth_probe(numbered), "core.birth", unfit)


def _insert(con: duckdb.DuckDBPyConnection, numbered: Numbered, role: str, probe: str, table: str, unfit: str) -> None:
    con.execute(f"create or replace temp table work_count as {probe}")
    give_fate(con, numbered, role, f"select _row, 'unusable_count' from work_count where {unfit}")
    con.execute(f"delete from work_count where {unfit}")
    con.execute(f"create or replace temp table work_told as {told_before(table)}")
    give_fate(con, numbered, role, "select _row, fate from work_told")
    con.execute("delete from work_count where _row in (select _row from work_told)")
    con.execute(f"insert into {table} by name select * exclude (_row) from work_count")


def told_before(table: str) -> str:
    """SQL: rows of `work_count` whose cell another file has told already, with their fate.

    A denominator must not double because a file is named twice, in a source's path and as the population: the same
    numbers again are a duplicate; other numbers for the same cell are rejected, and the first file stands. Rows of one
    file for the same cell are parts of it and add up.
    """
    key = ", ".join(f"{name} := {name}" for name in _KEYS[table])
    numbers = ", ".join(f"{name} := sum({name})" for name in _NUMBERS[table])
    return f"""with told as (
    select -1 as file, struct_pack({key}) as cell, struct_pack({numbers}) as numbers from {table} group by all
    union all
    select _row >> {ROW_BITS}, struct_pack({key}), struct_pack({numbers}) from work_count group by all
), compared as (
    select file, cell, numbers, first_value(numbers) over cells as first_told, row_number() over cells as place
    from told
    window cells as (partition by cell order by file)
)
select c._row, if(t.numbers = t.first_told, 'exact_duplicate', 'duplicate_key') as fate
from work_count c
join compared t on t.file = c._row >> {ROW_BITS} and t.cell = struct_pack({key.replace(":= ", ":= c.")})
where t.place > 1"""


def _scope(numbered: Numbered, role: str) -> Scope:
    return scope_of("r", numbered.columns(role), numbered.profile.null, numbered.profile.dates)


def _inline(name: str, kind: str, value, scope: Scope) -> str:
    nulls = {"number": "null::decimal(18, 6)", "whole": "null::bigint"}
    return Reading(name, kind, value).inline_sql(scope) if value is not None else nulls.get(kind, "null::varchar")


def _collection(numbered: Numbered, value, scope: Scope) -> str:
    own = literal(numbered.source.collection)
    return f"coalesce({_inline('collection', 'text', value, scope)}, {own})"


def _band(value, bands: dict[str, tuple[int, ...]], scope: Scope) -> tuple[str, str]:
    raw = f"upper({_inline('band', 'text', value, scope)})"

    def bound(position: int) -> str:
        branches = " ".join(
            f"when {literal(label.upper())} then {ages[position]}"
            for label, ages in bands.items()
            if len(ages) > position
        )
        return f"case {raw} {branches} end::integer" if branches else "null::integer"

    return bound(0), bound(1)
