"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.errors import ConfigurationError

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


def expect_suffix(output: Path | None, *suffixes: str) -> None:
    """Raise ConfigurationError where --output names a file of another kind than what is written."""
    if output is not None and output.suffix.lower() not in suffixes:
        raise ConfigurationError(f"--output {output}: expected a file that ends in {' or '.join(suffixes)}")


Prefect = Annotated[
    bool,
    typer.Option("--prefect", help="Run as a Prefect flow, with a temporary server where the site has none running."),
]
