"""The home folder: what is where, one run at a time, and what a killed run left behind."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import secrets
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from codesets.database import connect
from flows.durable import UNFINISHED_PREFIX, write_json
from flows.errors import HomeBusyError, HomeError

# Names of what only a run in progress may own; found by a later run that holds the lock, they are leftovers.
BUILD_PREFIX = "build-"

# What a run's record says of it.
RUNNING = "running"
PUBLISHING = "publishing"
PUBLISHED = "published"
UNCHANGED = "unchanged"
FAILED = "failed"
INTERRUPTED = "interrupted"


@dataclass(frozen=True, kw_only=True)
class PublishedRelease:
    """The release that the warehouse of the home holds."""

    release_id: str
    is_held: bool
    held_because: str | None


@dataclass(frozen=True)
class Home:
    """The folder that holds landing, runs, reviews, a site's own code sets and rules, releases and the warehouse."""

    folder: Path

    @property
    def warehouse(self) -> Path:
        return self.folder / "warehouse.duckdb"

    @property
    def releases(self) -> Path:
        return self.folder / "releases"

    @property
    def runs(self) -> Path:
        return self.folder / "runs"

    @property
    def reviews(self) -> Path:
        return self.folder / "reviews"

    @property
    def site_code_sets(self) -> Path:
        return self.folder / "codesets"

    @property
    def site_rules(self) -> Path:
        return self.folder / "rules"

    @property
    def site_profiles(self) -> Path:
        return self.folder / "profiles"

    @property
    def site_tables(self) -> Path:
        return self.folder / "tables"

    @property
    def prefect(self) -> Path:
        return self.folder / "prefect"

    def create(self) -> None:
        """Make the folders that people put their own files in, and those that a run writes to."""
        try:
            for folder in (self.releases, self.runs, self.reviews, self.site_code_sets, self.site_rules):
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise HomeError(
                f"{self.folder}: the home folder cannot be made or written to ({error.strerror}); "
                "give a folder that may be written to as home in the configuration"
            ) from None

    def new_build_file(self) -> Path:
        return self.folder / f"{BUILD_PREFIX}{secrets.token_hex(6)}.duckdb"

    def new_release_folder(self) -> Path:
        folder = self.aside()
        folder.mkdir()
        return folder

    def aside(self) -> Path:
        """A name in the releases that the sweep at the end of the run removes."""
        return self.releases / f"{UNFINISHED_PREFIX}{secrets.token_hex(6)}"

    def release(self, release_id: str) -> Path:
        return self.releases / release_id

    def published(self) -> PublishedRelease | None:
        """The release in the warehouse; None where there is no warehouse, or none that this version can read."""
        if not self.warehouse.exists():
            return None
        try:
            with connect(self.warehouse, read_only=True) as connection:
                row = connection.execute("select release_id, is_held, held_because from meta.run").fetchone()
        except duckdb.Error:
            return None
        if row is None or not self.release(row[0]).is_dir():
            return None
        return PublishedRelease(release_id=row[0], is_held=row[1], held_because=row[2])

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the home for one run. The lock belongs to the process, so a killed run leaves none behind.

        Raises:
            HomeBusyError: where another process holds it.
        """
        with self._held(".lock", "another run is using this home", "the warehouse stays readable meanwhile"):
            yield

    @contextmanager
    def locked_for_reviews(self) -> Iterator[None]:
        """Hold the home's reviews, to add to them; a run, which takes those that are there when it begins, may go on.

        Raises:
            HomeBusyError: where another process holds them.
        """
        with self._held(".reviews.lock", "another file of reviews is being taken in", "then try again"):
            yield

    @contextmanager
    def _held(self, name: str, by: str, meanwhile: str) -> Iterator[None]:
        path = self.folder / name
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                if error.errno not in (errno.EWOULDBLOCK, errno.EACCES):
                    raise
                raise HomeBusyError(
                    f"{self.folder}: {by} ({_holder(path)}). Wait until it has finished; {meanwhile}."
                ) from None
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, json.dumps({"process": os.getpid(), "machine": socket.gethostname()}).encode(), 0)
            yield
        finally:
            os.close(descriptor)

    def sweep(self) -> int:
        """Remove what killed runs left behind, and settle their records. For the holder of the lock only.

        Returns:
            How many files and folders were removed.
        """
        leftovers = [
            *self.folder.glob(f"{BUILD_PREFIX}*"),
            *self.releases.glob(f"{UNFINISHED_PREFIX}*"),
            *self.runs.glob(f"{UNFINISHED_PREFIX}*"),
            *self._settle(),
        ]
        for path in leftovers:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
        return len(leftovers)

    def _settle(self) -> list[Path]:
        """Mark unfinished runs as published or interrupted by what the warehouse says; give release folders to remove.

        A run puts its release folder in place before its warehouse. One killed in between leaves a folder that no
        warehouse ever named.
        """
        published = self.published()
        records = [(path, json.loads(path.read_text(encoding="utf-8"))) for path in self._record_files()]
        for path, record in records:
            if record["status"] in (RUNNING, PUBLISHING):
                committed = (
                    record["status"] == PUBLISHING and published and published.release_id == record["release_id"]
                )
                record["status"] = PUBLISHED if committed else INTERRUPTED
                write_json(path, record)
        standing = {record["release_id"] for _, record in records if record["status"] == PUBLISHED}
        intended = {record["release_id"] for _, record in records if record["status"] == INTERRUPTED}
        return [
            self.release(release_id)
            for release_id in sorted(filter(None, intended - standing))
            if self.release(release_id).is_dir()
        ]

    def _record_files(self) -> list[Path]:
        """The files of run records, in the order of the runs."""
        numbered = [path for path in self.runs.glob("*.json") if path.stem.isdigit()]
        return sorted(numbered, key=lambda path: int(path.stem))

    def new_record_file(self) -> Path:
        """Where the record of the next run goes."""
        files = self._record_files()
        return self.runs / f"{int(files[-1].stem) + 1 if files else 1}.json"


def _holder(path: Path) -> str:
    """Who holds a lock, in words; the file may just be being written."""
    try:
        holder = json.loads(path.read_text(encoding="utf-8"))
        return f"process {holder['process']} on {holder['machine']}"
    except (OSError, ValueError, KeyError):
        return "which has just begun"
