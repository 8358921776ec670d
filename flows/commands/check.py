"""`farr check`: judge an extract without loading it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from flows.commands.console import messages
from flows.commands.homes import place_of
from flows.commands.options import ConfigForHome
from flows.progress import Spoken


def check(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="The extract; several files that belong together.")
    ],
    profile: Annotated[str, typer.Option("--profile", "-p", help="The source profile that describes its layout.")],
    config: ConfigForHome = None,
) -> None:
    """Judge an extract without loading it: what can be read, what is rejected and why, and what the rules find.

    Nothing is written to a home. The examples show values of records: the output is for those who may see them.

    Examples:

        farr check extract.csv --profile farr

        farr check admissions.csv diagnoses_icd.csv patients.csv --profile mimic
    """
    from flows.judgement import judge

    with tempfile.TemporaryDirectory(prefix="farr-check-") as folder:
        stands = judge(files, profile, place_of(config), Path(folder), Spoken(messages))
    raise typer.Exit(0 if stands else 1)
