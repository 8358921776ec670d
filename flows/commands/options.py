"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

DEFAULT_FILE = Path("farr.toml")

Config = Annotated[Path, typer.Option("--config", "-c", help="The configuration to use.")]

ConfigForHome = Annotated[
    Path | None,
    typer.Option(
        "--config",
        "-c",
        help="A configuration, to include what its home adds. Default: farr.toml here, if there is one.",
    ),
]

Prefect = Annotated[
    bool,
    typer.Option("--prefect", help="Run as a Prefect flow, with a temporary server where the site has none running."),
]
