"""What the reference data hold and say of a code: the facts behind `farr codes list` and `farr codes show`.

Every function takes a connection to reference data or to a warehouse (schema `codes` and the macros) and returns rows;
showing them is the caller's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb

from codesets.drift import Change, changes
from codesets.suggest import Suggestion, suggestions_for

MOST_SUGGESTIONS = 5


@dataclass(frozen=True, kw_only=True)
class Release:
    """One source of the reference data: what it is, what carries it, how far it speaks, under which licence.

    `name` is that of `[reference] off`, None for what a site added; `status` as in `codes.release`;
    `without` what is missing where it is off; `file_name` and `first_day` of what a site added.
    """

    name: str | None
    source: str
    package: str | None
    version: str | None
    release: str | None
    row_count: int
    horizon: date | None
    licence: str | None
    status: str
    without: str | None
    file_name: str | None
    first_day: date | None


@dataclass(frozen=True, kw_only=True)
class System:
    """One code system: codes and headers at hand (0 where there is no code set) and the days they are known for."""

    system: str
    title: str
    kind: str
    codes: int
    headers: int
    known_from: date | None
    known_to: date | None


@dataclass(frozen=True, kw_only=True)
class Scheme:
    """One grouping scheme: its groups, how many codes it maps, and how many of those by imputation."""

    scheme: str
    scheme_version: str
    system: str
    title: str
    groups: int
    codes: int
    imputed: int
    unmapped: int
    is_partition: bool
    verification: str | None
    source: str


@dataclass(frozen=True, kw_only=True)
class Place:
    """A chapter, block or header above a code, or a code below it."""

    level: str
    code: str
    title: str | None


@dataclass(frozen=True, kw_only=True)
class Group:
    """A group that a code belongs to; `default` is principal, first-listed outpatient, both or none of these."""

    scheme: str
    scheme_version: str
    group_code: str
    title: str
    is_default: bool
    is_default_outpatient: bool
    provenance: str


@dataclass(frozen=True, kw_only=True)
class Attribute:
    """What an edit or a classification says of a code, between two days (None: always, still)."""

    attribute: str
    value: str
    valid_from: date | None
    valid_to: date | None
    source: str


@dataclass(frozen=True, kw_only=True)
class Note:
    """An instructional note, with the code, block or chapter at which it is printed."""

    printed_at: str
    kind: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Equivalent:
    """What a code becomes in the other edition, by CMS's equivalence mappings; no code where none is chosen."""

    to_system: str
    conversion_status: str
    to_code: str | None
    to_code_with: list[str] | None
    alternatives: int


@dataclass(frozen=True, kw_only=True)
class CodeDescription:
    """Everything the reference data say of one code in one system, as of a day."""

    system: str
    system_title: str
    code: str
    title: str | None
    on: date
    code_status: str
    validity: tuple[tuple[date, date | None], ...]
    above: tuple[Place, ...]
    below: tuple[Place, ...]
    groups: tuple[Group, ...]
    attributes: tuple[Attribute, ...]
    notes: tuple[Note, ...]
    seventh_characters: tuple[tuple[str, str], ...]
    equivalents: tuple[Equivalent, ...]
    changes: tuple[Change, ...]
    suggestions: tuple[Suggestion, ...]


@dataclass(frozen=True, kw_only=True)
class Guess:
    """A code that no system at hand has, taken for one of a system: its status there, and what may have been meant."""

    system: str
    system_title: str
    code_status: str
    suggestions: tuple[Suggestion, ...]


def releases(con: duckdb.DuckDBPyConnection) -> tuple[Release, ...]:
    """List the sources of the reference data."""
    rows = con.execute(
        "select name, source, package, version, release, row_count, horizon, licence, status, without, "
        "file_name, first_day from codes.release order by status in ('off', 'not_used'), name is null, rowid"
    )
    return _records(rows, Release)


def systems(con: duckdb.DuckDBPyConnection) -> tuple[System, ...]:
    """List the code systems: those with a code set first."""
    rows = con.execute(
        """
        select "system", title, kind,
            (select count(*) from codes.code where code."system" = listed."system" and is_billable) as codes,
            (select count(*) from codes.code where code."system" = listed."system" and not is_billable) as headers,
            known_from, known_to,
        from codes.system as listed
        order by known_from is null, kind, "system"
        """
    )
    return _records(rows, System)


def schemes(con: duckdb.DuckDBPyConnection) -> tuple[Scheme, ...]:
    """List the grouping schemes; `unmapped` counts reportable codes of the system without a group."""
    rows = con.execute(
        """
        with mapped as (
            select
                scheme, scheme_version,
                count(distinct group_code) as groups,
                count(distinct code) as codes,
                count(distinct code) filter (starts_with(provenance, 'imputed')) as imputed,
            from codes.grouping
            group by scheme, scheme_version
        )
        select
            listed.scheme, listed.scheme_version, listed."system", listed.title,
            coalesce(mapped.groups, 0) as groups, coalesce(mapped.codes, 0) as codes,
            coalesce(mapped.imputed, 0) as imputed,
            (
                select count(*) from codes.code as code
                where code."system" = listed."system" and code.is_billable and not exists (
                    from codes.grouping as g
                    where g.scheme = listed.scheme and g.scheme_version = listed.scheme_version and g.code = code.code
                )
            ) as unmapped,
            listed.is_partition, listed.verification, listed.source,
        from codes.scheme as listed
        left join mapped on mapped.scheme = listed.scheme and mapped.scheme_version = listed.scheme_version
        order by listed.scheme, listed.scheme_version
        """
    )
    return _records(rows, Scheme)


def show(
    con: duckdb.DuckDBPyConnection, code: str, on: date | None = None, system: str | None = None
) -> tuple[CodeDescription, ...]:
    """Describe a code, written with or without its dot, in each system that has it (or in one).

    `on` is the day to judge it on; without one, the last day that its system's code set is known for, and for WHO's
    ICD-10, which stays open, the last day that any is. Nothing comes back where no system has the code.
    """
    found = con.execute(
        """
        select code."system", systems.title, code.code, code.title, code.block, code.chapter,
            coalesce($on, systems.known_to, (select max(known_to) from codes.system)) as on_date,
        from (select *, canonical_code($code, "system") as code from codes.system) as systems
        join codes.code as code on code."system" = systems."system" and code.code = systems.code
        where coalesce(code."system" = $system, true)
        order by systems.kind, systems.edition_country nulls last, systems.known_to desc, code."system"
        """,
        {"code": code, "on": on, "system": system},
    ).fetchall()
    return tuple(_describe(con, *row) for row in found)


def guesses(con: duckdb.DuckDBPyConnection, code: str, on: date | None = None) -> tuple[Guess, ...]:
    """Say what may have been meant by a code that no system at hand has, for each system in which anything may be."""
    found = con.execute(
        """
        select "system", title, coalesce($on, known_to, (select max(known_to) from codes.system)) as on_date
        from codes.system
        where known_from is not null
        order by kind, edition_country nulls last, known_to desc, "system"
        """,
        {"on": on},
    ).fetchall()
    every = (
        Guess(system=system, system_title=title, code_status=status, suggestions=meant)
        for system, title, day in found
        for status, meant in [suggestions_for(con, system, code, day, MOST_SUGGESTIONS)]
    )
    return tuple(guess for guess in every if any(each.system == guess.system for each in guess.suggestions))


def _describe(
    con: duckdb.DuckDBPyConnection,
    system: str,
    system_title: str,
    code: str,
    title: str | None,
    block: str | None,
    chapter: str | None,
    on: date,
) -> CodeDescription:
    named = {"system": system, "code": code}
    validity = con.execute(
        'select valid_from, valid_to from codes.validity where "system" = $system and code = $code order by valid_from',
        named,
    ).fetchall()
    headers = _headers(con, system, code)
    printed_at = [place for place in (code, *(header.code for header in reversed(headers)), block, chapter) if place]
    code_status, suggestions = suggestions_for(con, system, code, on, MOST_SUGGESTIONS)
    return CodeDescription(
        system=system,
        system_title=system_title,
        code=code,
        title=title,
        on=on,
        code_status=code_status,
        validity=tuple(validity),
        above=(*_placed_in(con, system, chapter, block), *headers),
        below=_records(
            con.execute(
                "select 'code' as level, code, title from codes.code "
                'where "system" = $system and parent = $code order by code',
                named,
            ),
            Place,
        ),
        groups=_records(
            con.execute(
                """
                select g.scheme, g.scheme_version, g.group_code, labels.title, g.is_default, g.is_default_outpatient,
                    g.provenance,
                from codes.grouping as g
                join codes.group_label as labels using (scheme, scheme_version, group_code)
                where g."system" = $system and g.code = $code
                    and coalesce(g.valid_from <= $on, true) and coalesce(g.valid_to >= $on, true)
                order by g.scheme, g.scheme_version, not g.is_default, not g.is_default_outpatient, g.group_code
                """,
                named | {"on": on},
            ),
            Group,
        ),
        attributes=_records(
            con.execute(
                """
                select attribute, "value", valid_from, valid_to, source
                from codes.attribute
                where "system" = $system and code = $code
                order by attribute, valid_from nulls first, "value", source
                """,
                named,
            ),
            Attribute,
        ),
        notes=_records(
            con.execute(
                """
                select code as printed_at, kind, "text"
                from codes.note
                where "system" = $system and list_contains($printed_at, code)
                order by list_position($printed_at, code), rowid
                """,
                {"system": system, "printed_at": printed_at},
            ),
            Note,
        ),
        seventh_characters=_seventh_characters(con, system, printed_at),
        equivalents=_records(
            con.execute(
                "select to_system, conversion_status, to_code, to_code_with, alternatives from codes.conversion "
                'where "system" = $system and code = $code order by to_system',
                named,
            ),
            Equivalent,
        ),
        changes=changes(con, system=system, code=code),
        suggestions=suggestions,
    )


def _seventh_characters(
    con: duckdb.DuckDBPyConnection, system: str, printed_at: list[str]
) -> tuple[tuple[str, str], ...]:
    """The seventh characters of the nearest header that prints any."""
    rows = con.execute(
        """
        select "character", meaning
        from codes.seventh_character
        where "system" = $system and list_contains($printed_at, code)
        qualify rank() over (order by list_position($printed_at, code)) = 1
        order by "character"
        """,
        {"system": system, "printed_at": printed_at},
    ).fetchall()
    return tuple(rows)


def _placed_in(
    con: duckdb.DuckDBPyConnection, system: str, chapter: str | None, block: str | None
) -> tuple[Place, ...]:
    return _records(
        con.execute(
            """
            select schemes.scheme as level, labels.group_code as code, labels.title
            from codes.scheme as schemes
            join codes.group_label as labels using (scheme, scheme_version)
            where schemes."system" = $system
                and (schemes.scheme, labels.group_code) in (('chapter', $chapter), ('block', $block))
            order by schemes.scheme desc
            """,
            {"system": system, "chapter": chapter, "block": block},
        ),
        Place,
    )


def _headers(con: duckdb.DuckDBPyConnection, system: str, code: str) -> tuple[Place, ...]:
    return _records(
        con.execute(
            """
            select 'header' as level, code, title
            from codes.code
            where "system" = $system and starts_with($code, code) and code <> $code
            order by length(code)
            """,
            {"system": system, "code": code},
        ),
        Place,
    )


def _records[Record](rows: duckdb.DuckDBPyConnection, kind: type[Record]) -> tuple[Record, ...]:
    names = [column[0] for column in rows.description]
    return tuple(kind(**dict(zip(names, row, strict=True))) for row in rows.fetchall())
