"""Show in a terminal what code sets and groupings are at hand, where they come from, and what is switched off."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.text import Text

from flows.commands.console import results, show_table

if TYPE_CHECKING:
    from codesets.describe import Release, Scheme, System

_NAME = 22
_ABSENT = {"off": "OFF, so missing", "not_used": "NOT USED unless [reference] unverified names it"}
_NARROWEST, _WIDEST = 60, 120


def tell_releases(releases: Iterable[Release]) -> None:
    """Print the sources, each with its release, horizon and licence, and how it stands."""
    listed = list(releases)
    results.print(Text("Where the reference data come from", style="bold"))
    results.print("The names are those that [reference] off takes; none shown: added by the site.\n")
    for release in listed:
        name = release.name or ""
        is_here = release.status not in _ABSENT
        results.print(Text.assemble((f"{name:<{_NAME}}", "cyan"), (release.source, "bold" if is_here else "dim")))
        _tell(" · ".join(filter(None, _facts(release))) if is_here else f"{_ABSENT[release.status]}: {release.without}")


def _facts(release: Release) -> Iterable[str | None]:
    yield release.release
    yield f"{release.row_count:,} rows"
    yield f"speaks from {release.first_day}" if release.first_day else None
    yield f"speaks until {release.horizon}" if release.horizon else None
    yield (
        f"{release.package} {release.version}"
        if release.package
        else "shipped list"
        if release.name
        else f"the site's file {release.file_name}"
    )
    yield release.licence
    yield "UNVERIFIED" if release.status == "unverified" else None


def _tell(text: str) -> None:
    width = min(max(results.width, _NARROWEST), _WIDEST) - _NAME
    for line in textwrap.wrap(text, width):
        results.print(f"{'':<{_NAME}}{line}")


def tell_systems(systems: Iterable[System]) -> None:
    """Print the code systems, with how many codes are at hand and for which days."""
    results.print("")
    rows = [
        (each.system, each.title, each.codes or None, each.headers or None, each.known_from, _until(each))
        for each in systems
    ]
    show_table("Code systems", ("system", "title", "codes", "headers", "known from", "to"), rows)


def _until(system: System) -> str | None:
    if system.known_from is None:
        return None
    return str(system.known_to) if system.known_to else "open"


def tell_schemes(schemes: Iterable[Scheme]) -> None:
    """Print the groupings; titles and sources are in `codes.scheme`."""
    results.print("")
    rows = [
        (each.scheme, each.scheme_version, each.groups, each.codes, each.imputed or None, each.unmapped or None,
         each.verification or "the site's")
        for each in schemes
    ]  # fmt: skip
    columns = ("grouping", "version", "groups", "codes", "imputed", "unmapped", "how known")
    show_table("Groupings", columns, rows)
