"""Find the home that a command is about, and the code sets that its configuration asks for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from flows.commands.options import DEFAULT_FILE

if TYPE_CHECKING:
    from flows.configuration_file import Place
    from flows.home import Home


def home_of(config: Path | None) -> Home | None:
    """The home of a configuration, by default of farr.toml here; None where neither is given nor there."""
    found = place_of(config)
    return found and found.home


def place_of(config: Path | None) -> Place | None:
    """The same with the sources of code sets that are off or on."""
    if config is None and not DEFAULT_FILE.exists():
        return None
    # A command without a home does without what the configuration loads.
    from flows.configuration_file import place

    return place(config or DEFAULT_FILE)
