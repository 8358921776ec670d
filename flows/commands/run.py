"""`farr run`: the main job."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from flows.commands.console import messages, results
from flows.commands.options import DEFAULT_FILE, Config, Prefect
from flows.progress import Spoken

if TYPE_CHECKING:
    from flows.pipeline import Outcome


def run(config: Config = DEFAULT_FILE, prefect: Prefect = False) -> None:
    """Take in what is new, build, check, report and publish.

    Where a Prefect server of the site answers, the job runs as a flow on it; otherwise the same functions run in this
    process. Unchanged input makes no new release.

    Examples:

        farr run

        farr run --config hospital/farr.toml --prefect
    """
    raise typer.Exit(run_and_tell(config, prefect=prefect))


def run_and_tell(config: Path, *, prefect: bool) -> int:
    """Run the main job, print what came of it, and give the exit code."""
    from flows import pipeline, scheduling
    from flows.configuration import load
    from flows.job import Job

    job = Job(load(config), progress=Spoken(messages))
    conductor = scheduling.conductor(prefect=prefect)
    outcome = pipeline.run(job, conductor)
    _tell(outcome)
    if conductor is pipeline.conduct:
        results.print("Ran without Prefect; --prefect runs it as a flow.")
    return 1 if outcome.held_because else 0


def _tell(outcome: Outcome) -> None:
    if outcome.is_new:
        results.print(f"Published release {outcome.release_id}")
    else:
        results.print(f"Nothing has changed: release {outcome.release_id} stands, and no new one was made")
    if outcome.held_because:
        results.print(f"The release is HELD: {outcome.held_because}")
    results.print(f"Report:    {outcome.folder / 'report.html'}")
    results.print(f"Tables:    {outcome.folder / 'tables.xlsx'}")
    results.print(f"Warehouse: {outcome.warehouse}")
