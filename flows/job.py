"""One run of the main job: what it was asked to do, how its steps are carried out, and the record that it leaves."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from flows.configuration import Configuration
from flows.durable import write_json
from flows.home import FAILED, RUNNING, Home
from flows.program import program_digest, program_version
from flows.progress import Progress, Silent

_PROJECT = Path(__file__).parents[1]


class Executor(Protocol):
    """Carries out a step. `unsettled` says of a result that it may be better if the step is repeated after a while."""

    def __call__[T](self, name: str, function: Callable[[], T], *, unsettled: Callable[[T], bool] | None) -> T: ...


def call[T](name: str, function: Callable[[], T], *, unsettled: Callable[[T], bool] | None) -> T:
    """The executor that simply calls the function."""
    return function()


@dataclass
class Job:
    """A run on the home of a configuration. Create the record before the first step, with `recorded`."""

    configuration: Configuration
    progress: Progress = field(default_factory=Silent)
    execute: Executor = call
    record: dict[str, Any] = field(default_factory=dict)

    @property
    def home(self) -> Home:
        return Home(self.configuration.home)

    def step[T](
        self,
        name: str,
        function: Callable[[], T],
        *,
        counting: Callable[[T], int] | None = None,
        unsettled: Callable[[T], bool] | None = None,
    ) -> T:
        """Carry out one step under its name, time it, and note how many rows it handled where they can be counted."""
        self.note(stage=name)
        began = time.perf_counter()
        with self.progress.stage(name):
            result = self.execute(name, function, unsettled=unsettled)
        seconds = round(time.perf_counter() - began, 3)
        rows = counting(result) if counting else None
        self.record.setdefault("stages", []).append({"stage": name, "seconds": seconds, "rows": rows})
        return result

    def note(self, **entries: Any) -> None:
        """Add to the run's record; it reaches the disk when the run is recorded next."""
        self.record.update(entries)

    def save(self) -> None:
        """Write the run's record to the home."""
        write_json(Path(self._record_file), self.record)

    @contextmanager
    def recorded(self) -> Iterator[None]:
        """Keep a record of the run in the home's `runs`, whatever becomes of it; for the holder of the lock."""
        self._record_file = self.home.new_record_file()
        self.note(
            status=RUNNING,
            release_id=None,
            began=_now(),
            program={"version": program_version(), "digest": program_digest()},
            stages=[],
        )
        self.save()
        try:
            yield
        except BaseException as error:
            self.note(status=FAILED, failure=_failure(error))
            raise
        finally:
            self.note(ended=_now())
            self.save()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _failure(error: BaseException) -> dict[str, Any]:
    """What kind of error it was and where in the program, without its message, which may quote a record."""
    frames = traceback.extract_tb(error.__traceback__)
    inside = [frame for frame in frames if Path(frame.filename).is_relative_to(_PROJECT)]
    return {
        "kind": type(error).__name__,
        "where": [f"{Path(f.filename).relative_to(_PROJECT).as_posix()}:{f.lineno} {f.name}" for f in inside],
    }
