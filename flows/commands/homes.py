"""Find the home that a command is about, and the code sets that its configuration asks for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from flows.commands.options import DEFAULT_FILE
from flows.errors import ConfigurationError

if TYPE_CHECKING:
    import duckdb

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


@contextmanager
def published_warehouse(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse of a home to read it.

    Raises:
        ConfigurationError: where there is none, or none that this version can read; it says what to do.
    """
    import duckdb

    from codesets.database import connect
    from transforms.warehouse.tables import lacking

    file = home.warehouse
    if not file.exists():
        raise ConfigurationError(f"{file}: there is no warehouse yet; make one with `farr run`")
    try:
        con = connect(file, read_only=True)
    except duckdb.Error as error:
        if "lock" in str(error):
            reason = "another program has it open to write to; close that program, and try again"
        else:
            reason = "it is damaged, or of a version of DuckDB that this one cannot read; make it anew with `farr run`"
        raise ConfigurationError(f"{file}: {reason}") from None
    with con:
        if missing := lacking(con):
            raise ConfigurationError(
                f"{file}: made by another version of Farr (it has no {missing[0]}); make it anew with `farr run`"
            )
        yield con
