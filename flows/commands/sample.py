"""`farr sample`: synthetic extracts with the truth about every error in them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.console import messages, results
from flows.errors import ConfigurationError
from flows.progress import Spoken


def sample(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder for the extracts.")],
    encounters: Annotated[int, typer.Option(min=1, help="How many encounters.")] = 10_000,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same bytes.")] = 1,
    miscoding: Annotated[float, typer.Option(min=0, max=1, help="Share of encounters with an injected error.")] = 0.03,
) -> None:
    """Write synthetic extracts, and the truth about every injected error in truth.parquet.

    Examples:

        farr sample extracts --encounters 100000 --seed 7

        farr sample extracts --encounters 100000 --seed 7 --miscoding 0.10
    """
    if folder.exists() and any(folder.iterdir()):
        raise ConfigurationError(f"{folder}: expected a new or empty folder, found one with files in it")
    from transforms.sample import generate

    with Spoken(messages).stage(f"Generate {encounters:,} encounters"):
        generate(folder, encounters=encounters, seed=seed, miscoding=miscoding)
    for file in sorted(folder.iterdir()):
        results.print(str(file))
