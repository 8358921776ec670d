"""`farr codes`: the reference data, where they come from, and what they say of a code."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from codesets.database import connect
from flows.commands.console import complain, messages, results, show_table
from flows.commands.homes import home_of
from flows.commands.options import ConfigForHome
from flows.errors import ConfigurationError
from flows.progress import Spoken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codesets.describe import CodeDescription
    from codesets.reference import Reference

application = typer.Typer(
    no_args_is_help=True, help="Code sets and groupings: build them, list them with their sources, look a code up."
)


@application.command()
def build(config: ConfigForHome = None) -> None:
    """Build the reference data once; they are kept in the user's cache, or in FARR_CACHE where that is set."""
    found = _reference(config)
    results.print(f"Reference data {found.hash}: {found.path}")


@application.command("list")
def list_releases(config: ConfigForHome = None) -> None:
    """List the code sets and groupings at hand: source, release, rows, and the last day for which each speaks."""
    from codesets.describe import releases, schemes, systems

    with connect(_reference(config).path, read_only=True) as con:
        _show("Where the reference data come from", releases(con))
        _show("Code systems", systems(con))
        _show("Groupings", schemes(con))


@application.command()
def check(config: ConfigForHome = None) -> None:
    """Hold the reference data against what is published of the code sets; exit 1 where they differ."""
    from codesets.checks import check as checks_of

    with connect(_reference(config).path, read_only=True) as con:
        checks = checks_of(con)
    failed = [check for check in checks if not check.holds]
    for failure in failed:
        complain(f"{failure.subject}: expected {failure.expected}, found {failure.found}")
    results.print(f"{len(checks) - len(failed)} of {len(checks)} checks hold")
    if failed:
        raise typer.Exit(1)


@application.command()
def show(
    code: Annotated[str, typer.Argument(metavar="CODE", help="A code, with or without its dot.")],
    on: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day to judge it on. Default: the last that is known."),
    ] = None,
    config: ConfigForHome = None,
) -> None:
    """Show a code in every system that has it: title, status on a day, place, groups, edits and notes.

    Examples:

        farr codes show I21.4

        farr codes show C50.A0 --on 2025-09-30
    """
    from codesets.describe import show as describe

    with connect(_reference(config).path, read_only=True) as con:
        found = describe(con, code, on.date() if on else None)
    if not found:
        raise ConfigurationError(f"{code}: no code system at hand has it; `farr codes list` names the systems")
    for description in found:
        _tell(description)


def _tell(code: CodeDescription) -> None:
    """Print all that is known of a code."""
    results.print(f"{dotted(code.code)}  {code.title or '(no title that may be shown)'}  [{code.system_title}]")
    results.print(f"  {code.code_status} on {code.on}")
    for valid_from, valid_to in code.validity:
        results.print(f"  may be reported from {valid_from} to {valid_to or 'further notice'}")
    for place in code.above:
        results.print(f"  {place.level} {dotted(place.code)}  {place.title or ''}")
    for place in code.below:
        results.print(f"  below it: {dotted(place.code)}  {place.title or ''}")
    for group in code.groups:
        uses = [
            use
            for use, is_default in (
                ("principal diagnosis", group.is_default),
                ("first-listed outpatient diagnosis", group.is_default_outpatient),
            )
            if is_default
        ]
        default = f", default of a {' and a '.join(uses)}" if uses else ""
        results.print(
            f"  {group.scheme} {group.scheme_version}: {group.group_code} {group.title} ({group.provenance}{default})"
        )
    for attribute in code.attributes:
        dates = f"{attribute.valid_from or 'always'} to {attribute.valid_to or 'now'}"
        results.print(f"  {attribute.attribute} {attribute.value}, {dates} ({attribute.source})")
    for note in code.notes:
        results.print(f"  {note.kind}, at {dotted(note.printed_at)}: {note.text}")


def dotted(code: str) -> str:
    """A code as people write it: a dot after the third character of a diagnosis that has more than three."""
    is_diagnosis = 3 < len(code) <= 7 and "-" not in code and (code[0].isalpha() and code[1:2].isdigit())
    return f"{code[:3]}.{code[3:]}" if is_diagnosis else code


def _show(title: str, entries: Sequence[Any]) -> None:
    rows = [asdict(entry) for entry in entries]
    show_table(title, list(rows[0]), (list(row.values()) for row in rows))


def _reference(config: Path | None) -> Reference:
    from codesets.reference import ensure

    home = home_of(config)
    progress = Spoken(messages)
    with progress.stage("Prepare the code sets"):
        return ensure(site=home.site_code_sets if home else None, on_progress=progress.say)
