"""`farr review`: take a reviewed worklist back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.console import complain, results
from flows.commands.homes import place_of, published_warehouse
from flows.commands.options import DEFAULT_FILE, Config
from flows.errors import ConfigurationError

if TYPE_CHECKING:
    from transforms.reviews import Taken

# Further refused rows are counted.
_MOST_SHOWN = 100

_SAID = {
    "corrected": "corrected",
    "confirmed_correct": "confirmed correct",
    "accepted_exception": "accepted as exceptions",
    "cannot_determine": "cannot be determined",
}


def review(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The reviewed worklist, CSV or XLSX.")],
    reviewer: Annotated[str | None, typer.Option(help="Who decided, where the file does not say.")] = None,
    config: Config = DEFAULT_FILE,
) -> None:
    """Take a reviewed worklist back: what was decided on each flag. The next `farr run` knows of it.

    The file is a table with a header. `flag_id` and `evidence` stay as they are in the worklist. In `verdict` goes one
    of four words: `corrected`, `confirmed_correct`, `accepted_exception`, `cannot_determine`; rows without one are not
    reviewed yet and are passed over, so the same file may come back again and again as it fills up. `reviewer`,
    `decided_at` (a date) and `note` are kept with the decision; all other columns are ignored.

    Beside `corrected`, the column `corrected` says what it is: a code (`I21.9`; with another system before it:
    `icd10cm I21.9`), `sex=F`, `age=47` or in days `age=3d`, `died=true`, `drop` (the record does not count),
    `drop=related` (the other of two copies does not), or `source`, where the extract itself was corrected and the next
    one has it.

    Rows with a mistake are refused with their reason, the others taken. Exit code 0: all were taken; 1: some were
    refused; 2: the file cannot be read. A decision holds until the flag's evidence changes. Figures stay as coded
    unless the configuration says `apply_corrections = true` under `[reviews]`.

    Examples:

        farr review worklist.xlsx --reviewer "A. Coder"

        farr review reviewed.csv --config hospital/farr.toml
    """
    from transforms import reviews
    from transforms.profiles import load_profile

    place = place_of(config)
    home = place.home
    with published_warehouse(home):
        home.create()
    profiles = {name: load_profile(profile, [home.site_profiles]) for name, profile in place.profiles.items()}
    with home.locked_for_reviews():
        try:
            taken = reviews.take_in(
                home.warehouse,
                home.reviews,
                file,
                profiles,
                reviewer=(reviewer or "").strip() or None,
                today=datetime.now(UTC).date(),
            )
        except reviews.UnreadableReviews as error:
            raise ConfigurationError(str(error)) from None
    _tell(taken, file.name)
    raise typer.Exit(1 if taken.refused else 0)


def _tell(taken: Taken, name: str) -> None:
    """Print counts, and every row that was refused."""
    number = sum(taken.verdicts.values())
    listed = ", ".join(
        f"{taken.verdicts[verdict]:,} {said}" for verdict, said in _SAID.items() if verdict in taken.verdicts
    )
    results.print(f"{number:,} of {taken.rows:,} rows taken in{f': {listed}' if listed else ''}")
    for count, said in (
        (taken.blank, "have no verdict yet"),
        (taken.there_already, "were taken in before"),
        (taken.repeated, "say again what an earlier row says"),
    ):
        if count:
            results.print(f"{count:,} {said}")
    for refused in taken.refused[:_MOST_SHOWN]:
        where = f"row {refused.row}" + (f", column {refused.column}" if refused.column else "")
        complain(f"{name}, {where}: {refused.message}")
    if taken.refused:
        refused = "1 row was" if len(taken.refused) == 1 else f"{len(taken.refused):,} rows were"
        complain(f"{refused} refused; correct what is said there and hand the file in again")
    if number:
        results.print("`farr run` makes the release that knows of them.")
