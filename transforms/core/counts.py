"""`core.population` and `core.birth`: counts that rates are divided by."""

from __future__ import annotations

import duckdb

from codesets.database import literal
from transforms.core.inputs import Numbered
from transforms.core.readings import Reading, Scope, scope_of
from transforms.core.rows import give_fate

_WHOLE = {"live_births", "fetal_deaths_20w", "fetal_deaths_22w", "fetal_deaths_28w"}


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
    con.execute(f"insert into {table} by name select * exclude (_row) from work_count where not ({unfit})")


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
