"""The `farr` command. Each subcommand is in `flows/commands`; here they are put together, and errors become words.

Commands import what they need when they run: pandas, scipy and plotly take seconds that `--help` should not.
"""

from __future__ import annotations

import os
import sys

import typer

from flows.commands import check, codes, demo, records, review, rules, run, sample, whatif, withdraw, worklist
from flows.commands.console import complain
from flows.errors import ConfigurationError, HomeBusyError, HomeError, ServerError
from flows.program import program_version

# The contract's exit codes. 1, published but held, is given by the commands themselves.
DONE = 0
BAD_USE = 2
BROKEN = 3

# What Typer makes of Ctrl-C.
_INTERRUPTED = 130
_STOPPED = "Stopped. Nothing was published; the next run begins afresh."

application = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help=(
        "Morbidity and mortality statistics from coded extracts: checked, grouped, published, "
        "and traceable to the last record.\n\n"
        "Try it on generated data with `farr demo`, then write a `farr.toml` for your own extracts and `farr run`."
    ),
    epilog=(
        "Exit codes: 0 done; 1 published, but a blocking rule is over its threshold or a file was refused; "
        "2 bad use or configuration; 3 a broken identity or a crash, nothing published."
    ),
)
application.command()(run.run)
application.command()(demo.demo)
application.command()(sample.sample)
application.command()(check.check)
application.add_typer(codes.application, name="codes")
application.add_typer(rules.application, name="rules")
application.command()(records.records)
application.command()(worklist.worklist)
application.command()(whatif.whatif)
application.command()(review.review)
application.command()(withdraw.withdraw)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"farr {program_version()}")
        raise typer.Exit


@application.callback()
def _options(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Show the version."),
) -> None:
    pass


def main() -> None:
    """Run the command line and exit as the contract says, with a sentence instead of a traceback."""
    try:
        application()
    except BrokenPipeError:
        # Whoever read our output, e.g. `head`, has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(DONE)
    except SystemExit as leaving:
        if leaving.code != _INTERRUPTED:
            raise
        complain(_STOPPED)
        sys.exit(BROKEN)
    except Exception as error:
        # DuckDB turns an interrupt during a query into an error of its own.
        if isinstance(error, RuntimeError) and "interrupt" in str(error).lower():
            complain(_STOPPED)
            sys.exit(BROKEN)
        if os.environ.get("FARR_TRACEBACK"):
            raise
        message, code = _in_words(error)
        complain(message)
        sys.exit(code)


def _in_words(error: Exception) -> tuple[str, int]:
    """What to say of an error, and the exit code. The text of an unexpected one may quote a record, and is not told."""
    from transforms.measures import SpecificationError
    from transforms.profiles import BadProfile
    from transforms.rules import RuleError
    from transforms.warehouse import BrokenIdentity

    match error:
        case ConfigurationError() | HomeBusyError() | HomeError() | BadProfile() | RuleError() | SpecificationError():
            return str(error), BAD_USE
        case BrokenIdentity():
            return f"Nothing was published: {error}", BROKEN
        case ServerError():
            return f"{error}. Nothing was published; without --prefect, `farr run` needs no server.", BROKEN
        case OSError(strerror=str(reason)):
            place = f" at {error.filename}" if error.filename else ""
            return f"Stopped, and nothing was published: {reason}{place}.", BROKEN
        case _:
            return (
                f"Stopped by an unexpected error ({type(error).__name__}), and nothing was published. "
                "The last file in the home's runs says at which step and where in the program. To see the whole "
                "error, which may show values of records, set FARR_TRACEBACK=1 and run again.",
                BROKEN,
            )


if __name__ == "__main__":
    main()
