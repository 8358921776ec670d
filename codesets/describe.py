"""What the reference data hold and say of a code: the facts behind `farr codes list` and `farr codes show`.

Every function takes a connection to reference data or to a warehouse (schema `codes` and the macros) and returns rows;
showing them is the caller's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb

from codesets.verdict import judge, status_on


@dataclass(frozen=True, kw_only=True)
class Release:
    """One source of the reference data: what it is, what carries it, how far it speaks, under which licence."""

    source: str
    package: str | None
    version: str | None
    release: str | None
    row_count: int
    horizon: date | None
    licence: str | None


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


def releases(con: duckdb.DuckDBPyConnection) -> tuple[Release, ...]:
    """List the sources of the reference data."""
    rows = con.execute(
        "select source, package, version, release, row_count, horizon, licence from codes.release order by source"
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
            listed.is_partition, listed.source,
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
        from codes.code as code
        join codes.system as systems on systems."system" = code."system"
        where code.code = canonical_code($code, code."system") and coalesce(code."system" = $system, true)
        order by systems.kind, systems.edition_country nulls last, systems.known_to desc, code."system"
        """,
        {"code": code, "on": on, "system": system},
    ).fetchall()
    return tuple(_describe(con, *row) for row in found)


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
    printed_at = [place for place in (chapter, block, *(header.code for header in headers), code) if place]
    return CodeDescription(
        system=system,
        system_title=system_title,
        code=code,
        title=title,
        on=on,
        code_status=_status(con, system, code, on),
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
    )


def _status(con: duckdb.DuckDBPyConnection, system: str, code: str, on: date) -> str:
    con.execute(
        "create or replace temp table described as select $system as system, $code as code_raw",
        {
            "system": system,
            "code": code,
        },
    )
    judge(con, "from described", into="described_verdict")
    return con.execute(
        f"select {status_on('described_verdict', 'day.day')} from described_verdict, (select $on as day) as day",
        {"on": on},
    ).fetchone()[0]


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
            with recursive above as (
                select 0 as distance, parent from codes.code where "system" = $system and code = $code
                union all
                select above.distance + 1, code.parent
                from above
                join codes.code as code on code."system" = $system and code.code = above.parent
            )
            select 'header' as level, code.code, code.title
            from above
            join codes.code as code on code."system" = $system and code.code = above.parent
            order by above.distance desc
            """,
            {"system": system, "code": code},
        ),
        Place,
    )


def _records[Record](rows: duckdb.DuckDBPyConnection, kind: type[Record]) -> tuple[Record, ...]:
    names = [column[0] for column in rows.description]
    return tuple(kind(**dict(zip(names, row, strict=True))) for row in rows.fetchall())
