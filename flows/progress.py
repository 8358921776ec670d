"""Tell people how far a run is: a live line on a terminal, plain lines elsewhere. Names and counts only."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console


class Progress(Protocol):
    """Where a run says what it is doing."""

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Enclose a named stage."""

    def say(self, sentence: str) -> None:
        """Say something about the stage that is going on, or between stages."""


class Silent:
    """Says nothing."""

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        yield

    def say(self, sentence: str) -> None:
        pass


class Spoken:
    """Writes to a console: one line for each finished stage with its seconds, and what is said within it below."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._status = None

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        if self._console.is_terminal:
            with self._console.status(name) as status:
                self._status = (status, name)
                try:
                    yield
                finally:
                    self._status = None
        else:
            self._line(f"{name} ...")
            yield
        self._line(f"{name}: {time.perf_counter() - began:.1f} s")

    def say(self, sentence: str) -> None:
        if self._status is not None:
            status, name = self._status
            status.update(f"{name}: {sentence}")
        else:
            self._line(f"  {sentence}")

    def _line(self, text: str) -> None:
        self._console.print(text, highlight=False, markup=False, soft_wrap=True)
