"""`farr demo`: the main job on a generated hospital group."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.console import messages
from flows.commands.options import DEFAULT_FILE, Prefect
from flows.commands.run import run_and_tell
from flows.durable import UNFINISHED_PREFIX
from flows.errors import ConfigurationError
from flows.progress import Spoken

# Large enough for every table to have something to show, small enough for a minute.
_ENCOUNTERS = 20_000
_SEED = 1839
_MISCODING = 0.03
_EXTRACTS = "extracts"

_CONFIGURATION = f"""\
# Written by `farr demo`: a made-up hospital group, its insurer and the register of deaths.
home = "home"

[[source]]
name = "hospitals"
profile = "sample"
path = ["{_EXTRACTS}/encounters.csv", "{_EXTRACTS}/procedures.csv"]
person_scope = "group"

[[source]]
name = "insurer"
profile = "sample"
path = "{_EXTRACTS}/claims.csv"
person_scope = "group"

[[source]]
name = "register"
profile = "sample"
path = ["{_EXTRACTS}/death.csv", "{_EXTRACTS}/death_condition.csv"]
person_scope = "group"

[population]
path = "{_EXTRACTS}/population.csv"

[births]
path = "{_EXTRACTS}/births.csv"

[report]
title = "Sample hospital group"
"""


def demo(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="An empty or new folder.")] = Path("demo"),
    prefect: Prefect = False,
) -> None:
    """Generate a sample hospital group in an empty folder, and run the main job on it.

    Run again on the same folder, it finds that nothing has changed.

    Examples:

        farr demo

        farr demo /tmp/farr-demo --prefect
    """
    configuration = folder / DEFAULT_FILE
    if folder.exists() and any(folder.iterdir()) and not _is_ours(configuration):
        raise ConfigurationError(f"{folder}: expected an empty or new folder, found one with other files in it")
    folder.mkdir(parents=True, exist_ok=True)
    configuration.write_text(_CONFIGURATION, encoding="utf-8")
    extracts = folder / _EXTRACTS
    if not extracts.exists():
        from transforms.sample import generate

        unfinished = folder / f"{UNFINISHED_PREFIX}{_EXTRACTS}"
        with Spoken(messages).stage(f"Generate {_ENCOUNTERS:,} encounters of a sample hospital group"):
            generate(unfinished, encounters=_ENCOUNTERS, seed=_SEED, miscoding=_MISCODING)
        unfinished.rename(extracts)
    raise typer.Exit(run_and_tell(configuration, prefect=prefect))


def _is_ours(configuration: Path) -> bool:
    return configuration.is_file() and configuration.read_text(encoding="utf-8") == _CONFIGURATION
