"""`farr codes`: the reference data, where they come from, and what they say of a code."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from codesets.database import connect, without_pandas
from codesets.switches import SHIPPED
from flows.commands.console import complain, messages, results
from flows.commands.homes import home_of, place_of
from flows.commands.options import ConfigForHome
from flows.errors import ConfigurationError
from flows.progress import Spoken

if TYPE_CHECKING:
    from codesets.reference import Reference

application = typer.Typer(
    no_args_is_help=True, help="Code sets and groupings: build them, list them with their sources, look a code up."
)


@application.command()
def build(config: ConfigForHome = None) -> None:
    """Build the reference data once; they are kept in the user's cache, or in FARR_CACHE where that is set."""
    found = _reference(config)
    results.print(f"Reference data {found.hash}: {found.path}")


@application.command()
def add(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A release file, or a list of your own.")],
    partition: Annotated[
        bool, typer.Option("--partition", help="Refuse a grouping that has a code in two groups at a time.")
    ] = False,
    config: ConfigForHome = None,
) -> None:
    """Take an official release file, or a list of your own, into the home; say what changes.

    A file is recognised by its content and read whole before it is copied; one that contradicts itself is refused with
    the line and what to do. What was there stays beside it: two versions of one scheme live side by side.

    Official files, named as the publisher names them:

    - CMS: icd10cm_order_2028.txt and icd10pcs_order_2028.txt, of October and of April; their addenda;
      POAexemptCodesFY28.txt; Definitions of Medicare Code Edits_v45.txt; ccipra-v320r0-f1.txt and ccioph-v320r0-f1.txt
      (NCCI pairs); MCR_MUE_PractitionerServices_Eff_01-01-2027.csv (NCCI unit limits)

    - CDC: the tabular list, icd10cm-tabular-2028.xml

    - AHRQ: DXCCSR_v2026-1.csv; CMR-Reference-File-v2027-1.xlsx

    - WHO and national bodies: ClaML (.xml) of ICD-10, ICD-10-GM or OPS

    - AMA, under your own licence: LONGULT.txt, MEDU.txt, SHORTU.txt or the consolidated code list

    Lists of your own, CSV in UTF-8 with these columns in the first line:

    - a grouping, NAME.csv or NAME@VERSION.csv: system, code, group, title, valid_from, valid_to, source

    - the codes of a country's edition: system, code, title, valid_from, valid_to, source

    - diagnoses that cover a procedure: procedure, system, code, source, valid_from, valid_to

    `code` is a code, which stands for all below it, or in groupings and coverage a range such as I20-I25.

    Examples:

        farr codes add DXCCSR_v2026-1.csv

        farr codes add regions@2026.csv --partition

        farr codes add opcs4@4.10.csv
    """
    from codesets.reference import ensure
    from codesets.site import add as add_file
    from codesets.sources.packages import SourceError

    site = _site_of(config, "add")
    progress = Spoken(messages)
    with progress.stage("Prepare the code sets to compare with"):
        shipped = ensure(on_progress=progress.say)
    try:
        with connect(shipped.path, read_only=True) as con:
            added = add_file(file, site, partition=partition, shipped=con)
    except SourceError as refused:
        raise ConfigurationError(str(refused)) from refused
    results.print(
        f"{added.kind}: {added.subject} {added.release}, {added.row_count:,} rows, now {added.path.name}"
        + (f"; for {added.first_day} to {added.last_day or 'an open end'}" if added.first_day else "")
    )
    results.print(f"Licence: {added.licence}")
    for change in added.changes:
        results.print(str(change))
    for remark in added.remarks:
        results.print(remark)


@application.command()
def remove(
    name: Annotated[str, typer.Argument(help="The name of a file that was added, as `farr codes list` shows it.")],
    config: ConfigForHome = None,
) -> None:
    """Take a file that was added out of the home again; the reference data are then built without it.

    Example:

        farr codes remove DXCCSR_v2026-1.csv
    """
    from codesets.site import remove as remove_file
    from codesets.sources.packages import SourceError

    try:
        removed = remove_file(name, _site_of(config, "remove"))
    except SourceError as refused:
        raise ConfigurationError(f"farr codes remove: {refused}") from refused
    results.print(f"Taken out: {removed.name}")


@application.command("list")
def list_releases(config: ConfigForHome = None) -> None:
    """List the code sets and groupings at hand: release, horizon, licence, and what is switched off."""
    from codesets.describe import releases, schemes, systems
    from flows.commands.code_list import tell_releases, tell_schemes, tell_systems

    with connect(_reference(config).path, read_only=True) as con:
        tell_releases(releases(con))
        tell_systems(systems(con))
        tell_schemes(schemes(con))


@application.command()
def check(config: ConfigForHome = None) -> None:
    """Hold the reference data against what is published of the code sets; exit 1 where they differ."""
    from codesets.checks import check as checks_of
    from codesets.checks import left_out
    from codesets.imputation import HELD_FROM, score

    with connect(_reference(config).path, read_only=True) as con:
        checks, unmade = checks_of(con), left_out(con)
        is_imputed = con.execute("from codes.release where name = 'ahrq_ccsr' and status = 'used'").fetchone()
        imputation = score(con) if is_imputed else None
    failed = [check for check in checks if not check.holds]
    for failure in failed:
        complain(f"{failure.subject}: expected {failure.expected}, found {failure.found}")
    for title, off in unmade:
        results.print(f"Not checked, because {', '.join(off)} is switched off: {title}")
    if imputation:
        results.print(f"CCSR imputed for codes held back, introduced from {HELD_FROM}: {imputation}")
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
    """Show a code in every system that has it: title, status on a day, place, groups, edits, notes, what changed.

    A code that is not valid is shown with what may have been meant.

    Examples:

        farr codes show I21.4

        farr codes show C50.A0 --on 2025-09-30
    """
    from codesets.describe import guesses
    from codesets.describe import show as describe
    from flows.commands.code_page import tell, tell_guess

    if not code.strip():
        raise ConfigurationError("farr codes show: expected a code, for example I21.4")
    day = on.date() if on else None
    reference = _reference(config)
    with without_pandas(), connect(reference.path, read_only=True) as con:
        found = describe(con, code, day)
        meant = () if found else guesses(con, code, day)
        is_damaged = con.execute("select spreadsheet_damage($code)", {"code": code}).fetchone()[0]
    for description in found:
        tell(description)
    if not found:
        complain(f"{code}: no code system at hand has it; `farr codes list` names the systems")
        if is_damaged:
            complain("It looks like a number or a date that a spreadsheet made of a code; read the column as text")
        for guess in meant:
            tell_guess(guess)
        raise typer.Exit(2)


def _site_of(config: Path | None, command: str) -> Path:
    home = home_of(config)
    if home is None:
        raise ConfigurationError(f"farr codes {command}: needs a home; run it beside farr.toml or give --config")
    return home.site_code_sets


def _reference(config: Path | None) -> Reference:
    from codesets.reference import ensure, planned

    place = place_of(config)
    site = place.home.site_code_sets if place else None
    switches = place.switches if place else SHIPPED
    if planned(site=site, switches=switches).path.exists():
        return ensure(site=site, switches=switches)
    progress = Spoken(messages)
    with progress.stage("Prepare the code sets"):
        return ensure(site=site, switches=switches, on_progress=progress.say)
