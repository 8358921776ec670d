"""Find the home that a command is about."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from flows.commands.options import DEFAULT_FILE

if TYPE_CHECKING:
    from flows.home import Home


def home_of(config: Path | None) -> Home | None:
    """The home of a configuration, by default of farr.toml here; None where neither is given nor there."""
    if config is None and not DEFAULT_FILE.exists():
        return None
    # A command without a home does without what the configuration loads.
    from flows.configuration import load
    from flows.home import Home

    return Home(load(config or DEFAULT_FILE).home)
