"""`farr withdraw`: take a batch out."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.commands.console import results
from flows.commands.homes import home_of
from flows.commands.options import DEFAULT_FILE, Config
from flows.errors import ConfigurationError


def withdraw(
    batch: Annotated[str, typer.Argument(metavar="BATCH", help="The batch_id of landing.batch, or its beginning.")],
    note: Annotated[str, typer.Option(help="Why; the release says so.")] = "",
    config: Config = DEFAULT_FILE,
) -> None:
    """Take a file version out of all figures; the next release says so. What was read of it stays in landing.

    Example:

        farr withdraw 3f2a9c41 --note "sent twice, under two names"
    """
    from transforms import landing

    home = home_of(config)
    home.create()
    with home.locked():
        try:
            batch_id = landing.withdraw(home.folder, batch, note)
        except landing.UnknownBatch as error:
            raise ConfigurationError(str(error)) from None
    results.print(f"Withdrawn: batch {batch_id}. `farr run` makes the release without it.")
