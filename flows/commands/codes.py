"""`farr codes`: the reference data and where they come from."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from codesets.database import connect, literal
from flows.commands.console import complain, messages, results, show_table
from flows.commands.homes import home_of
from flows.commands.options import ConfigForHome
from flows.errors import ConfigurationError
from flows.progress import Spoken

if TYPE_CHECKING:
    import duckdb

    from codesets.reference import Reference

application = typer.Typer(
    no_args_is_help=True, help="Code sets and groupings: build them, list them with their sources, look a code up."
)


@application.command()
def build(config: ConfigForHome = None) -> None:
    """Build the reference data once; they are kept in the user's cache, or in FARR_CACHE where that is set."""
    with Spoken(messages).stage("Prepare the code sets"):
        found = _reference(config)
    results.print(f"Reference data {found.hash}: {found.path}")


@application.command("list")
def list_releases(config: ConfigForHome = None) -> None:
    """List the code sets and groupings at hand: source, release, rows, and the last day for which each speaks."""
    with connect(_reference(config).path, read_only=True) as con:
        _print(con, "Where the reference data come from", "from codes.release order by all")
        _print(
            con,
            "Code systems",
            """
            select s.system, s.title, s.kind, s.known_from, s.known_to, count(c.code) as codes
            from codes.system as s left join codes.code as c using (system)
            group by all
            order by codes desc, s.system
            """,
        )
        _print(
            con,
            "Groupings",
            """
            select s.scheme, s.scheme_version, s.system, s.title, count(distinct g.group_code) as groups,
                count(distinct g.code) as codes, s.is_partition
            from codes.scheme as s left join codes.grouping as g using (scheme, scheme_version, system)
            group by all
            order by s.scheme, s.system
            """,
        )


@application.command()
def check(config: ConfigForHome = None) -> None:
    """Check that the reference data hold together; exit 1 where they do not."""
    with connect(_reference(config).path, read_only=True) as con:
        failed = [(what, count) for what, query in _CHECKS if (count := con.execute(query).fetchone()[0])]
        past = con.execute(
            "select system, known_to from codes.system where known_to < current_date order by system"
        ).fetchall()
    for what, count in failed:
        complain(f"{count:,} {what}")
    for system, known_to in past:
        results.print(f"{system}: known to {known_to}; codes after that day are judged unknown, never invalid")
    results.print(f"{len(_CHECKS) - len(failed)} of {len(_CHECKS)} checks hold")
    if failed:
        raise typer.Exit(1)


@application.command()
def show(
    code: Annotated[str, typer.Argument(metavar="CODE", help="A code, with or without its dot.")],
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day to judge it on. Default: today.")
    ] = None,
    config: ConfigForHome = None,
) -> None:
    """Show a code in every system that knows it: its title, its place, its validity on a day, and its groups.

    Examples:

        farr codes show I21.4

        farr codes show C50.A0 --on 2025-09-30
    """
    from codesets.reference import copy_into
    from codesets.verdict import judge, status_on

    day = on.date() if on else date.today()
    with connect() as con:
        copy_into(con, _reference(config))
        judge(con, f"select system, {literal(code)} as code_raw from codes.system", into="judged")
        known = con.execute(
            f"""
            select j.system, j.code, c.title, {status_on("j", f"date '{day}'")} as status,
                v.valid_from, v.valid_to, c.chapter, c.block, c.parent
            from judged as j
            join codes.code as c on c.system = j.system and c.code = j.code
            left join (
                select system, code, min(valid_from) as valid_from,
                    case when count(*) = count(valid_to) then max(valid_to) end as valid_to
                from codes.validity group by system, code
            ) as v on v.system = c.system and v.code = c.code
            order by j.system
            """
        ).fetchall()
        if not known:
            raise ConfigurationError(f"{code}: no code system at hand knows it; `farr codes list` names them")
        for system, canonical, title, status, valid_from, valid_to, chapter, block, parent in known:
            validity = (
                f"reportable from {valid_from} to {valid_to or 'further notice'}"
                if valid_from
                else "no reportable code"
            )
            results.print(f"{system} {dotted(canonical)}  {title or ''}")
            results.print(f"  on {day}: {status}; {validity}")
            results.print(f"  chapter {chapter}, block {block}, under {dotted(parent) if parent else 'no header'}")
            for scheme, version, group, label, default in con.execute(
                """
                select g.scheme, g.scheme_version, g.group_code, l.title, g.is_default
                from codes.grouping as g
                left join codes.group_label as l using (scheme, scheme_version, group_code)
                where g.system = ? and g.code = ?
                order by g.scheme, g.scheme_version, not g.is_default, g.group_code
                """,
                [system, canonical],
            ).fetchall():
                results.print(f"  {scheme} {version}: {group} {label or ''}{'' if default else ' (not the default)'}")


# Each counts what must not be there.
_CHECKS = (
    (
        "reportable codes have no entry in the list of codes",
        """
        select count(*) from (select distinct system, code from codes.validity)
        anti join codes.code using (system, code)
        """,
    ),
    (
        "codes stand twice in one system",
        "select count(*) - count(distinct (system, code)) from codes.code",
    ),
    (
        "intervals of validity end before they begin",
        "select count(*) from codes.validity where valid_to < valid_from",
    ),
    (
        "intervals of validity of one code overlap",
        """
        select count(*) from (
            select valid_from <= lag(coalesce(valid_to, date '9999-12-31')) over (
                partition by system, code order by valid_from
            ) as overlaps
            from codes.validity
        ) where overlaps
        """,
    ),
    (
        "groups have no title",
        """
        select count(*) from (select distinct scheme, scheme_version, group_code from codes.grouping)
        anti join codes.group_label using (scheme, scheme_version, group_code)
        """,
    ),
    (
        "groupings belong to no scheme",
        """
        select count(*) from (select distinct scheme, scheme_version, system from codes.grouping)
        anti join codes.scheme using (scheme, scheme_version, system)
        """,
    ),
    (
        "codes have two default groups in a scheme on one day",
        """
        select count(*) from (
            select 1 from codes.grouping where is_default
            group by scheme, scheme_version, system, code, valid_from
            having count(distinct group_code) > 1
        )
        """,
    ),
    (
        "codes or headers stand under a parent that is not there",
        """
        select count(*) from codes.code as c
        anti join codes.code as p on p.system = c.system and p.code = c.parent
        where c.parent is not null
        """,
    ),
)


def dotted(code: str) -> str:
    """A canonical code as people write it: a dot after the third character, where there are more."""
    return f"{code[:3]}.{code[3:]}" if len(code) > 3 and code[0].isalpha() and len(code) <= 7 else code


def _reference(config: Path | None) -> Reference:
    from codesets.reference import ensure

    home = home_of(config)
    return ensure(site=home.site_code_sets if home else None, on_progress=messages.print)


def _print(con: duckdb.DuckDBPyConnection, title: str, query: str) -> None:
    found = con.execute(query)
    show_table(title, [column[0] for column in found.description], found.fetchall())
