"""Decide whether a run goes through Prefect, and with which server, before Prefect is imported."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack

from flows import pipeline
from flows.job import Job
from flows.pipeline import Outcome
from flows.temporary_server import QUIET, answers, configured_server, temporary_server


def conductor(*, prefect: bool) -> Callable[[Job], Outcome]:
    """What conducts the job: Prefect where it is asked for or a server of the site answers, else plain functions."""
    url = configured_server(os.environ)
    if url and answers(url):
        return lambda job: _through(job, url)
    if prefect:
        return _through_a_temporary_server
    return pipeline.conduct


def _through_a_temporary_server(job: Job) -> Outcome:
    folder = job.home.prefect
    os.environ["PREFECT_HOME"] = str(folder)
    with ExitStack() as running:
        with job.progress.stage("Start Prefect's temporary server"):
            url = running.enter_context(temporary_server(folder))
        return _through(job, url)


def _through(job: Job, url: str) -> Outcome:
    os.environ.update(QUIET, PREFECT_API_URL=url)
    # Prefect reads its settings when it is imported.
    from flows.prefect_flows import conduct_with_prefect

    return conduct_with_prefect(job)
