"""Take a source's files into the landing, and say which of its batches are live.

`home/landing/<batch_id>/` holds `rows.parquet` and `batch.json`, written once. A batch is made in a folder of another
name and renamed when it is complete, so a run that is killed leaves nothing half; the next one sweeps what it left.
Only one process at a time may take files into a home: the caller holds the home's lock.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from transforms.landing.header import check_columns
from transforms.landing.look import fingerprint, look, synced
from transforms.landing.outcome import Batch, Ingested, Refusal, Refused
from transforms.landing.read import batch_from, batch_id_of, read_into, role_of
from transforms.landing.registry import (
    Arrival,
    Registry,
    landing_folder,
    path_key,
    read_registry,
    record_arrival,
    record_withdrawal,
)
from transforms.profiles.layout import FileLayout
from transforms.source import Source

_PARTIAL = ".partial-"
# Tells what this process is writing from what another left behind.
_OWN_PARTIAL = f"{_PARTIAL}{uuid.uuid4().hex}-"
_SHORTEST_PREFIX = 6
# What a Parquet file begins and ends with.
_PARQUET = b"PAR1"


class UnknownBatch(ValueError):  # noqa: N818 - the name of what is wrong
    """No batch, or more than one, answers to an identifier. The text says what to do."""


def ingest(
    home: Path,
    source: Source,
    layouts: Mapping[str, FileLayout],
    on_progress: Callable[[str], None] | None = None,
) -> Ingested:
    """Read the files of a source that are new, and return all its batches with their status, live ones first.

    A file that cannot be used is refused and the others go on; what stood at its path before stays live.
    """
    folder = landing_folder(home)
    folder.mkdir(parents=True, exist_ok=True)
    sweep(home)
    refusals = []
    last = {arrival.path: arrival.batch_id for arrival in read_registry(home).of(source.name)}
    for path in source.paths:
        outcome = _take_in(folder, path, source.name, layouts, on_progress)
        if isinstance(outcome, Refusal):
            refusals.append(outcome)
            continue
        key = path_key(home, path)
        if last.get(key) != outcome:
            record_arrival(home, Arrival(source.name, key, outcome, path.name))
            last[key] = outcome
    keys = [path_key(home, path) for path in source.paths]
    return Ingested(judge(folder, read_registry(home), source, keys, refusals), tuple(refusals))


def sweep(home: Path) -> None:
    """Remove what a run that was killed left behind."""
    for leftover in landing_folder(home).glob(_PARTIAL + "*"):
        if not leftover.name.startswith(_OWN_PARTIAL):
            shutil.rmtree(leftover, ignore_errors=True)


def withdraw(home: Path, batch_id: str, note: str = "") -> str:
    """Take a batch out for good and return its full identifier. A beginning of six or more digits is enough if it is
    the beginning of one batch only. The batch stays in the landing; what it had replaced stands again.

    Raises `UnknownBatch`.
    """
    wanted = batch_id.strip().lower()
    known = sorted(path.parent.name for path in landing_folder(home).glob("*/batch.json"))
    found = [known_id for known_id in known if known_id.startswith(wanted)] if len(wanted) >= _SHORTEST_PREFIX else []
    if len(wanted) < _SHORTEST_PREFIX:
        raise UnknownBatch(f"'{batch_id}' is too short: give at least {_SHORTEST_PREFIX} digits of the batch.")
    if not found:
        raise UnknownBatch(f"There is no batch '{batch_id}': take its identifier from landing.batch of the warehouse.")
    if len(found) > 1:
        raise UnknownBatch(f"'{batch_id}' is the beginning of {len(found)} batches: give more digits.")
    if found[0] not in read_registry(home).withdrawn:
        record_withdrawal(home, found[0], note)
    return found[0]


def _take_in(
    folder: Path,
    path: Path,
    source: str,
    layouts: Mapping[str, FileLayout],
    on_progress: Callable[[str], None] | None,
) -> str | Refusal:
    """The batch of one file, read unless it is there already, or why the file cannot be used."""
    role = sha256 = None
    try:
        fingerprint(path)
        role, layout = role_of(path.name, source, layouts)
        seen = look(path)
        sha256 = seen.sha256
        batch_id = batch_id_of(sha256, source, role, layout)
        target = folder / batch_id
        if target.is_dir() and not _is_whole(target):
            target.rename(folder / f"{_PARTIAL}damaged-{batch_id}")
        if target.is_dir():
            check_columns(path.name, _facts(target)["columns"], layout)
            return batch_id
        partial = Path(tempfile.mkdtemp(prefix=_OWN_PARTIAL, dir=folder))
        partial.chmod(0o755)
        try:
            facts = read_into(seen, layout, partial, batch_id=batch_id, source=source, role=role)
            partial.rename(target)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
        synced(folder)
    except Refused as refused:
        if on_progress:
            on_progress(f"{path.name} refused: {refused.reason.replace('_', ' ')}")
        return Refusal(source, role, path.name, sha256, refused.reason, refused.message)
    if on_progress:
        on_progress(f"{facts['rows_read']:,} rows of {path.name} read")
    return batch_id


def judge(
    folder: Path, registry: Registry, source: Source, configured: Sequence[str], refusals: Iterable[Refusal]
) -> tuple[Batch, ...]:
    """All batches of a source with status and message: live ones first, in the order of their paths.

    Paths that are no longer configured come first, in the order in which they first arrived, then the configured ones.
    Withdrawn batches are left aside as if they had never arrived.
    """
    arrivals = registry.of(source.name)
    standing = [arrival for arrival in arrivals if arrival.batch_id not in registry.withdrawn]
    places = {path: place for place, path in enumerate(_path_order(arrivals, configured))}
    ordered = sorted(standing, key=lambda arrival: places[arrival.path])
    batches = {arrival.batch_id: _batch(folder, arrival) for arrival in [*arrivals, *ordered]}
    live, replaced_by = _live(ordered, batches, source)
    refused_names = {refusal.file_name for refusal in refusals}
    judged: list[Batch] = []
    for batch_id in live:
        notes = _notes(arrivals, batch_id, registry, set(configured), refused_names)
        message = " ".join(filter(None, [batches[batch_id].message, *notes])) or None
        judged.append(replace(batches[batch_id], message=message))
    for batch_id in dict.fromkeys(arrival.batch_id for arrival in arrivals):
        if batch_id in registry.withdrawn:
            note = registry.withdrawn[batch_id]
            message = f"Withdrawn: {note}" if note else "Withdrawn."
            judged.append(replace(batches[batch_id], status="withdrawn", message=message))
        elif batch_id not in live:
            judged.append(replace(batches[batch_id], status="superseded", superseded_by=replaced_by[batch_id]))
    return tuple(judged)


def _path_order(arrivals: Sequence[Arrival], configured: Sequence[str]) -> list[str]:
    gone = [arrival.path for arrival in arrivals if arrival.path not in set(configured)]
    return list(dict.fromkeys([*gone, *configured]))


def _live(ordered: Sequence[Arrival], batches: Mapping[str, Batch], source: Source) -> tuple[list[str], dict[str, str]]:
    """Live batches in order, and for each other one that it is replaced by, after the source's `update`."""
    if source.update == "by_record":
        # The last place at which a content stands is where its records count.
        return list(dict.fromkeys(arrival.batch_id for arrival in reversed(ordered)))[::-1], {}
    current: dict[str, str] = {}
    for arrival in ordered:
        slot = arrival.path if source.update == "by_path" else batches[arrival.batch_id].role
        current.pop(slot, None)
        current[slot] = arrival.batch_id
    replaced_by = {
        arrival.batch_id: current[arrival.path if source.update == "by_path" else batches[arrival.batch_id].role]
        for arrival in ordered
    }
    return list(dict.fromkeys(current.values())), replaced_by


def _notes(
    arrivals: Sequence[Arrival], batch_id: str, registry: Registry, configured: set[str], refused_names: set[str]
) -> list[str]:
    """What a person should know about how a live batch comes to stand."""
    paths = {arrival.path for arrival in arrivals if arrival.batch_id == batch_id}
    last = {arrival.path: arrival for arrival in arrivals}
    notes = []
    if not paths & configured:
        notes.append("Its file is no longer among the source's files; withdraw the batch if its records are void.")
    if any(last[path].file_name in refused_names for path in paths & configured):
        notes.append("The file that now stands at its path was refused, so this earlier version stays.")
    if any(last[path].batch_id in registry.withdrawn for path in paths):
        notes.append("It stands again because the version that replaced it was withdrawn.")
    return notes


def _batch(folder: Path, arrival: Arrival) -> Batch:
    home_of_batch = folder / arrival.batch_id
    return replace(batch_from(_facts(home_of_batch), home_of_batch), file_name=arrival.file_name)


def _facts(batch_folder: Path) -> dict:
    """Raises OSError, naming the file, where the batch is damaged and its own file is not there to be read again."""
    file = batch_folder / "batch.json"
    if not _is_whole(batch_folder):
        raise OSError(
            errno.EIO,
            "what was read of a file earlier is damaged: put this folder back from a backup, or the file itself "
            "where the configuration looks for it",
            f"landing/{batch_folder.name}",
        )
    return json.loads(file.read_text(encoding="utf-8"))


def _is_whole(batch_folder: Path) -> bool:
    """Whether a batch can be read as far as its two files' beginnings and ends tell."""
    try:
        json.loads((batch_folder / "batch.json").read_text(encoding="utf-8"))
        with (batch_folder / "rows.parquet").open("rb") as rows:
            head = rows.read(len(_PARQUET))
            rows.seek(-len(_PARQUET), os.SEEK_END)
            return head == rows.read() == _PARQUET
    except (OSError, ValueError):
        return False
