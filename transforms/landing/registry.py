"""The landing's memory of what arrived and what was withdrawn: one small file an event, numbered, never rewritten.

It is what cannot be rebuilt from the batches: which content stood at which path, in which order. The order is that of
the numbers, never the clock's.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath

from transforms.landing.look import synced

_DIGITS = 8
# Sources may be taken in by several threads of one process; other processes are kept out by the home's lock.
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True)
class Arrival:
    """The content found at a path of a source. `path` is relative to the home, so that both can be moved together."""

    source: str
    path: str
    batch_id: str
    file_name: str


@dataclass(frozen=True)
class Registry:
    """All events so far, in their order. `withdrawn` gives the note of each batch that was taken out."""

    arrivals: tuple[Arrival, ...]
    withdrawn: Mapping[str, str]

    def of(self, source: str) -> tuple[Arrival, ...]:
        return tuple(arrival for arrival in self.arrivals if arrival.source == source)


def landing_folder(home: Path) -> Path:
    return home / "landing"


def read_registry(home: Path) -> Registry:
    """Read all events. A number without a readable event would be a damaged landing, and is an error."""
    arrivals: list[Arrival] = []
    withdrawn: dict[str, str] = {}
    for path in _event_files(home):
        event = json.loads(path.read_text(encoding="utf-8"))
        if event["event"] == "arrival":
            arrivals.append(Arrival(event["source"], event["path"], event["batch_id"], event["file_name"]))
        else:
            withdrawn[event["batch_id"]] = event["note"]
    return Registry(tuple(arrivals), withdrawn)


def record_arrival(home: Path, arrival: Arrival) -> None:
    _append(home, {"event": "arrival", **vars(arrival)})


def record_withdrawal(home: Path, batch_id: str, note: str) -> None:
    _append(home, {"event": "withdrawal", "batch_id": batch_id, "note": note})


def path_key(home: Path, path: Path) -> str:
    """A path as the registry writes it: relative to the home, with forward slashes."""
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - links are kept as they are named
    try:
        relative = os.path.relpath(absolute, Path(os.path.abspath(home)))  # noqa: PTH100
    except ValueError:
        # On another drive.
        return absolute.as_posix()
    return PurePath(relative).as_posix()


def _event_files(home: Path) -> list[Path]:
    folder = landing_folder(home) / "register"
    return sorted(folder.glob("[0-9]" * _DIGITS + ".json")) if folder.is_dir() else []


def _append(home: Path, event: Mapping[str, str]) -> None:
    """Write the next event to a file of its own: whole or not at all, and never over another."""
    folder = landing_folder(home) / "register"
    folder.mkdir(parents=True, exist_ok=True)
    with _ONE_AT_A_TIME:
        files = _event_files(home)
        number = int(files[-1].stem) + 1 if files else 1
        target = folder / f"{number:0{_DIGITS}}.json"
        partial = folder / f".{target.name}"
        partial.write_text(json.dumps(event, ensure_ascii=False) + "\n", encoding="utf-8")
        synced(partial)
        partial.rename(target)
        synced(folder)
