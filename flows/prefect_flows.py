"""The main job as Prefect flows: `farr` runs `ingest`, `build`, `report` and `publish`; each step is a task.

The flows call the plain functions of `flows.pipeline` in this process, so that open databases need not travel.
Prefect keeps names, times and counts. It never sees parameters, results or the text of an error, any of which could
hold a record: those stay in this process.

Importing this module imports Prefect, which reads its settings then: call `conduct_with_prefect` through
`flows.scheduling`, which settles them first.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.events.worker import EventsWorker
from prefect.logging.handlers import APILogWorker
from prefect.runtime import task_run

from codesets.database import connect
from flows import pipeline
from flows.job import Job
from flows.pipeline import Built, Landed, Outcome

# How long to wait before a step whose files another program still writes is repeated.
_SECONDS_BETWEEN = (2, 10, 30)

_SECONDS_TO_SEND = 10


class StepFailedError(Exception):
    """A step failed. Says only of what kind the error was; the error itself is in `Carried`."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"{kind}; the run's record in the home says where")


class UnsettledError(Exception):
    """A step went through, but what it found may be better after a while."""


class Carried:
    """Takes a live object into a flow or task. Prefect can neither look into it nor store it."""

    __slots__ = ("failure", "value")

    def __init__(self, value: Any) -> None:
        self.value = value
        self.failure: Exception | None = None

    def __repr__(self) -> str:
        return "<kept in the run>"

    def guarded[T](self, function: Callable[[], T]) -> T:
        """Call, and keep an error's text from Prefect."""
        try:
            return function()
        except StepFailedError:
            raise
        except Exception as error:
            self.failure = error
            raise StepFailedError(type(error).__name__) from None


def _is_unsettled(_task: Any, _run: Any, state: Any) -> bool:
    return isinstance(state.result(raise_on_failure=False), UnsettledError)


@flow(name="ingest", validate_parameters=False)
def ingest(run: Carried) -> Carried:
    """Take in every file that is not in landing yet."""
    return Carried(run.guarded(lambda: pipeline.ingest(run.value)))


@flow(name="build", validate_parameters=False)
def build(run: Carried, landed: Carried) -> Carried:
    """Build and verify the warehouse in a file of its own."""
    return Carried(run.guarded(lambda: pipeline.build(run.value, landed.value)))


@flow(name="report", validate_parameters=False)
def report(run: Carried, built: Carried) -> Carried:
    """Draw the report and write the tables."""
    return Carried(run.guarded(lambda: pipeline.report(run.value, built.value)))


@flow(name="publish", validate_parameters=False)
def publish(run: Carried, landed: Carried, built: Carried, folder: Carried) -> Carried:
    """Put the release and then the warehouse in place."""
    table = run.guarded(lambda: _reconciliation(built.value.file))
    create_table_artifact(
        key="reconciliation",
        table=table,
        description="From the rows read to encounters, stays and deaths, by source. Counts only.",
    )
    return Carried(run.guarded(lambda: pipeline.publish(run.value, landed.value, built.value, folder.value)))


@flow(name="farr", validate_parameters=False)
def farr(run: Carried) -> Carried:
    """The main job."""

    def run_ingest(_: Job) -> Landed:
        return ingest(run).value

    def run_build(_: Job, landed: Landed) -> Built:
        return build(run, Carried(landed)).value

    def run_report(_: Job, built: Built) -> Path:
        return report(run, Carried(built)).value

    def run_publish(_: Job, landed: Landed, built: Built, folder: Path) -> Outcome:
        return publish(run, Carried(landed), Carried(built), Carried(folder)).value

    parts = pipeline.Parts(ingest=run_ingest, build=run_build, report=run_report, publish=run_publish)
    return Carried(run.guarded(lambda: pipeline.conduct(run.value, parts)))


def conduct_with_prefect(job: Job) -> Outcome:
    """Conduct the job as flows on the server that Prefect's settings name."""
    run = Carried(job)

    def execute[T](name: str, function: Callable[[], T], *, unsettled: Callable[[T], bool] | None) -> T:
        @task(
            name=name,
            cache_policy=NO_CACHE,
            persist_result=False,
            retries=len(_SECONDS_BETWEEN) if unsettled else 0,
            retry_delay_seconds=list(_SECONDS_BETWEEN) if unsettled else 0,
            retry_condition_fn=_is_unsettled,
        )
        def step() -> Carried:
            result = run.guarded(function)
            if unsettled and unsettled(result) and task_run.run_count <= len(_SECONDS_BETWEEN):
                raise UnsettledError("a file could not be read yet")
            return Carried(result)

        return step().value

    job.execute = execute
    try:
        return farr(run).value
    except StepFailedError:
        raise run.failure from None
    finally:
        _send_what_is_left()


def _send_what_is_left() -> None:
    """Let Prefect's background threads finish: they would wait minutes at exit for a server that is gone by then."""
    for worker in (APILogWorker, EventsWorker):
        worker.drain_all(timeout=_SECONDS_TO_SEND)


def _reconciliation(file: Path) -> list[dict[str, Any]]:
    """The run's reconciliation as rows of a table: source, step and counts."""
    with connect(file, read_only=True) as con:
        rows = con.execute(
            """
            select source, step, row_count, weighted::double
            from core.reconciliation
            order by source, step_order, step
            """
        ).fetchall()
    return [dict(zip(("source", "step", "rows", "weighted"), row, strict=True)) for row in rows]
