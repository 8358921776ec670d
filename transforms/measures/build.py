"""Fill the `stats` tables: cells and figures of every table of the specifications."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from itertools import groupby
from pathlib import Path

import duckdb

from codesets.database import literal
from transforms.measures.ages import choose_bands, register_bands
from transforms.measures.composed import Request, compose
from transforms.measures.dimensions import OF_DRGS
from transforms.measures.drafts import DRAFT, draft_from_cells, draft_of_rates
from transforms.measures.facts import find_stay_facts, group_stays
from transforms.measures.families import FAMILIES
from transforms.measures.figures import write_figures
from transforms.measures.fill import fill_cells, keep_cells
from transforms.measures.person_time import place_years
from transforms.measures.placing import (
    period_expression,
    place,
    place_by_registration,
    place_periods,
    place_rates,
    placed_for,
)
from transforms.measures.specification import Settings, SpecificationError, TableSpecification
from transforms.measures.standards import check_standards, place_standards
from transforms.measures.summed import Summed

HERE = Path(__file__).parent

Progress = Callable[[str], None]
# Told after each step: `records`, `cells` or `figures`, and the table that it was for; "" for all of them.
Step = Callable[[str, str], None]

_WORK = (
    "listed_code", "listed_death_cause", "listed_stay_number", "listed_stay_since", "listed_stay_name", "listed_stay",
    "listed_encounter", "outside_birth_area",
    "scope", "code_in_use", "group_in_use", "code_segment", "block", "cause_of", "placed", "placed_by_registration",
    "covered_event",
    "outside_area", "population_group", "population_band", "band", "band_misfit", "population_misfit", "chosen_set",
    "standard_band", "age_place", "calendar_period", "year_share", "figure_draft", "figure_ordered",
)  # fmt: skip


def build_figures(
    con: duckdb.DuckDBPyConnection,
    specifications: Sequence[TableSpecification],
    settings: Settings | None = None,
    on_progress: Progress | None = None,
    on_step: Step | None = None,
) -> None:
    """Fill every table of schema `stats` from `core` and `codes`; the tables must be empty.

    One connection to the warehouse under construction, with the schemas `core`, `codes` and `stats` in its default
    catalog. Work tables are temporary and dropped at the end.
    """
    settings = settings or Settings()
    say = on_progress or (lambda _: None)
    lap = on_step or (lambda _, __: None)
    con.execute((HERE / "coverage.sql").read_text())
    find_stay_facts(con)
    if settings.msdrg:
        group_stays(con)
    counted = con.execute("select count(*) from stats.contribution").fetchone()[0]
    say(f"{counted:,} records contribute to figures")
    tables = [table.resolved(settings) for table in specifications]
    check_standards(con, tables, settings)
    _refuse_shares(con, tables)
    fixed = {table.table_id for table in specifications if table.period in ("quarter", "month")}
    _record_specifications(con, tables, settings)
    schemes = [table.scheme for table in tables if table.scheme]
    listed = [table for table in tables if table.scheme and table.any_listed]
    place(
        con,
        schemes,
        listed=[(table.domain, table.scheme) for table in listed],
        since=[table.scheme for table in listed if table.looks_back],
    )
    place_rates(con)
    if any(table.date_of == "registration" for table in tables):
        place_by_registration(con)
    register_bands(con, sorted({name for table in tables for name in table.age_bands}))
    con.execute((HERE / "population.sql").read_text())
    place_standards(con)
    chosen = choose_bands(con, tables, settings)
    con.execute(DRAFT)
    weighted = weighted_scopes(con)
    lap("records", "")

    def of_period(table: TableSpecification) -> tuple[str, str]:
        return table.period, placed_for(table)

    made: list[str] = []
    for (period, placed), group in groupby(sorted(tables, key=of_period), key=of_period):
        place_periods(con, period, settings.year_start, placed)
        undated = _scopes_without_periods(con, period, settings.year_start, placed)
        lap("cells", "")
        same_period = list(group)
        summed = Summed(con, same_period, settings.year_start, weighted, chosen)
        for table in same_period:
            skipped = [scope for scope, domain in undated if domain == table.domain and table.table_id in fixed]
            skipped += _scopes_without(con, table)
            made.append(f"cell_{len(made)}")
            fill_cells(con, table, summed, skipped, into=made[-1])
            lap("cells", table.table_id)
            draft(con, table, settings, made[-1])
            lap("figures", table.table_id)
        summed.drop()
    keep_cells(con, made)
    lap("cells", "")
    confidences = {table.table_id: table.confidence for table in tables if table.confidence}
    figures = write_figures(con, settings, confidences)
    lap("figures", "")
    for line in _remarks(con, tables):
        say(line)
    say(f"{figures:,} figures in {len(tables)} tables")
    for name in ("listed_cause", "listed_since"):
        con.execute(f"drop view if exists temp.{name}")
    for name in _WORK:
        con.execute(f"drop table if exists temp.{name}")


def weighted_scopes(con: duckdb.DuckDBPyConnection) -> list[int]:
    """The scopes of `placed` that have records of other weights than 1."""
    found = con.execute(
        "select distinct scope_id from placed where weight <> 1 or weight_kind = 'sampling' order by scope_id"
    ).fetchall()
    return [scope for (scope,) in found]


def _refuse_shares(con: duckdb.DuckDBPyConnection, tables: Sequence[TableSpecification]) -> None:
    """Raise SpecificationError where a table does not say that it counts by groups which a record is in by halves."""
    shared = [
        scheme
        for (scheme,) in con.execute("select distinct scheme from codes.group_member where share <> 1").fetchall()
    ]
    for table in tables:
        if table.scheme in shared and not table.in_parts:
            raise SpecificationError(
                f"{table.table_id}: scheme: {table.scheme} counts a record in parts: say in_parts = true"
            )


def _record_specifications(
    con: duckdb.DuckDBPyConnection, tables: Sequence[TableSpecification], settings: Settings
) -> None:
    for table in tables:
        con.execute(
            "insert into stats.specification values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                table.table_id,
                table.order,
                table.title,
                table.question,
                table.period,
                "\n".join(table.footnotes),
                table.any_listed,
                not table.is_rate and not table.per_births and not table.filters and table.below_age is None,
                table.model_dump_json(),
                json.dumps(asdict(settings), sort_keys=True),
            ],
        )


def _recorded(table: TableSpecification) -> tuple[str, str] | None:
    """What few sources record and the table is about: in words, and the condition on `placed` that it is known."""
    if table.date_of == "registration":
        return "No dates of registration", "p.event_date is not null"
    if any(set(margin.by) & set(OF_DRGS) for margin in table.margins) or any(
        "grouped_stays" in definition.columns for definition in table.definitions
    ):
        return "No MS-DRGs", "p.drg is not null"
    if any("place_of_death" in margin.by for margin in table.margins):
        return "No places of death", "p.place_of_death <> 'unknown'"
    return None


def _without(table: TableSpecification, known: str) -> str:
    """FROM and WHERE of the scopes whose records lack what a table is about."""
    return (
        f'from scope as s where s."domain" = {literal(table.domain)} '
        f"and not exists (from {placed_for(table)} as p where p.scope_id = s.scope_id and {known})"
    )


def _scopes_without(con: duckdb.DuckDBPyConnection, table: TableSpecification) -> list[int]:
    """Scopes that a table leaves out: no record has what it is about, and all of them would stand as unknown."""
    recorded = _recorded(table)
    if recorded is None:
        return []
    found = con.execute(f"select s.scope_id {_without(table, recorded[1])} order by s.scope_id").fetchall()
    return [scope for (scope,) in found]


def _scopes_without_periods(
    con: duckdb.DuckDBPyConnection, period: str, year_start: int, placed: str
) -> list[tuple[int, str]]:
    """Scopes whose records fit no period of this length: their dates are shifted, unknown or too coarse.

    Their records would stand in one row without a period, beside months that only seem to be without records.
    """
    return con.execute(
        f"""
        select p.scope_id, s."domain"
        from {placed} as p
        join scope as s using (scope_id)
        group by all
        having count({period_expression(period, year_start)}) = 0
        order by p.scope_id
        """
    ).fetchall()


def draft(con: duckdb.DuckDBPyConnection, table: TableSpecification, settings: Settings, cells: str) -> None:
    """Insert the drafts of a table's figures, from the relation `cells`; its periods and populations are placed."""
    if table.is_rate or table.per_births:
        place_years(con, table.domain)
    for definition in table.definitions:
        margins = [margin for margin in table.margins if definition.stands_in(margin)]
        if definition.kind == "composed":
            for margin in margins:
                compose(Request(con, table, definition, margin, settings, cells), FAMILIES[definition.name])
        elif definition.kind == "rate":
            for margin in margins:
                con.execute(draft_of_rates(table, definition, margin, cells))
        else:
            con.execute(draft_from_cells(table, definition, cells))


def _remarks(con: duckdb.DuckDBPyConnection, tables: Sequence[TableSpecification]) -> list[str]:
    """A line for each thing that collections lack, with the tables that are without figures for it."""
    lacking: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for table in tables:
        reason, sql, parameters = _needs(table)
        collections = tuple(name for (name,) in con.execute(sql, parameters).fetchall()) if sql else ()
        if collections:
            lacking.setdefault((reason, collections), []).append(table.table_id)
    return [
        f"{reason} in {', '.join(collections)}: without figures are {_few(names)}"
        for (reason, collections), names in lacking.items()
    ]


def _needs(table: TableSpecification) -> tuple[str, str, list[str]]:
    """What a table needs beside its records, and the query, with its parameters, of the collections without it."""
    if table.is_rate or table.per_births:
        needed = "population" if table.is_rate else "birth"
        return (
            "No population" if table.is_rate else "No births",
            'select distinct collection from stats.contribution where "domain" = ? '
            f"and collection not in (select collection from core.{needed}) "
            # A scheme that is not there at all is switched off, which the run has said.
            "and (? is null or exists (from codes.scheme where scheme = ?)) order by collection",
            [table.domain, table.scheme, table.scheme],
        )
    if recorded := _recorded(table):
        reason, known = recorded
        return reason, f"select s.collection {_without(table, known)} order by s.collection", []
    if table.scheme:
        return (
            f"No records in a code system that {table.scheme} groups",
            "select collection from scope anti join (select scope_id from block where scheme = ?) "
            'using (scope_id) where "domain" = ? '
            # A scheme that is not there at all is switched off, which the run has said.
            "and exists (from codes.scheme where scheme = ?) order by collection",
            [table.scheme, table.domain, table.scheme],
        )
    return "", "", []


def _few(names: Sequence[str], most: int = 4) -> str:
    """The first of some names, and how many others there are."""
    more = f" and {len(names) - most} other tables" if len(names) > most + 1 else ""
    return ", ".join(names[: most if more else None]) + more
