"""Build the reference data once, keep them in a cache, and copy them into a warehouse.

    reference = ensure()                # builds reference data, or finds them built
    copy_into(con, reference)           # fills schema `codes` and creates the macros
    begin_warehouse(reference, file)    # the same for a database file that is not there yet, by a copy of the file

What is built depends on the versions of the packages, on Farr's own lists and source code, and on a site's own files:
their hash names the file, so a change of any of them makes a new one and never alters the old.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

from codesets.canonical import create_macros
from codesets.database import CODES_SCHEMA, connect, create_tables, identifier, literal, table_names
from codesets.sources.added.folder import files_of
from codesets.sources.packages import PACKAGES, package_version
from codesets.switches import SHIPPED, Switches

# What of ours decides what is built; the verdict and the descriptions only read it.
_OURS = Path(__file__).parent
_BUILT_FROM = (
    "construction",
    "sources",
    "lists",
    "canonical.sql",
    "database.py",
    "schema.sql",
    "reference_schema.sql",
    "switches.py",
)
_OUR_SUFFIXES = {".py", ".sql", ".csv", ".txt"}
_HASH_DIGITS = 16

# Reference data are kept if they are among the newest, or were used within a day.
KEPT = 5
IDLE_SECONDS = 24 * 60 * 60


@dataclass(frozen=True)
class Reference:
    """Reference data on disk: the DuckDB file, and the hash of everything it was built from."""

    path: Path
    hash: str


def ensure(
    folder: Path | None = None,
    site: Path | None = None,
    switches: Switches = SHIPPED,
    on_progress: Callable[[str], None] | None = None,
) -> Reference:
    """Return the reference data, building them first where the cache does not hold them.

    `folder` is the cache (default: `default_folder()`), `site` a folder of a site's own code lists, which need not
    exist, and `switches` says which sources are off (default: none). A build takes about ten seconds; a process that
    finds another at it waits for it. The file appears under its name only when it is whole, whatever kills the build.
    """
    reference = planned(folder, site, switches)
    path = reference.path
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with _lock(path.parent):
            if not path.exists():
                _build_at(path, site, switches, on_progress)
                _prune(path)
    _mark_as_used(path)
    return reference


def planned(folder: Path | None = None, site: Path | None = None, switches: Switches = SHIPPED) -> Reference:
    """Return the reference data that `ensure` would return, whether they are built or not."""
    digest = _hash(site, switches)
    return Reference((folder or default_folder()) / f"reference-{digest}.duckdb", digest)


def default_folder() -> Path:
    """Return the cache folder: FARR_CACHE where that is set, else `farr` in the user's cache directory."""
    if chosen := os.environ.get("FARR_CACHE"):
        return Path(chosen)
    if chosen := os.environ.get("XDG_CACHE_HOME"):
        return Path(chosen) / "farr"
    return Path.home() / ("Library/Caches" if sys.platform == "darwin" else ".cache") / "farr"


def copy_into(con: duckdb.DuckDBPyConnection, reference: Reference) -> None:
    """Fill schema `codes` of the connection's database from the reference data, and create the macros there.

    The tables are created where they are missing; they must be empty.
    """
    exists = con.execute(
        "select count(*) from duckdb_tables() "
        "where database_name = current_database() and schema_name = 'codes' and table_name = 'validity'"
    ).fetchone()
    if not exists[0]:
        create_tables(con, CODES_SCHEMA)
    create_macros(con)
    con.execute(f"attach {literal(str(reference.path))} as farr_reference (read_only)")
    try:
        for (table,) in con.execute(
            "select stored.table_name from duckdb_tables() as stored join duckdb_tables() as here using (table_name) "
            "where stored.database_name = 'farr_reference' and stored.schema_name = 'codes' "
            "and here.database_name = current_database() and here.schema_name = 'codes' order by all"
        ).fetchall():
            con.execute(f"insert into codes.{identifier(table)} by name from farr_reference.codes.{identifier(table)}")
    finally:
        con.execute("detach farr_reference")


def begin_warehouse(reference: Reference, file: Path) -> None:
    """Begin a warehouse at `file` with schema `codes` filled: a copy of the reference data, at next to no cost.

    Tables that stay in the reference data are dropped from the copy, and the macros made in it.
    """
    shutil.copyfile(reference.path, file)
    with connect(file) as con:
        create_macros(con)
        wanted = set(table_names(CODES_SCHEMA.read_text(encoding="utf-8")))
        for schema, table in con.execute("select schema_name, table_name from duckdb_tables() order by all").fetchall():
            if f"{schema}.{table}" not in wanted:
                con.execute(f"drop table {identifier(schema)}.{identifier(table)}")


def _hash(site: Path | None, switches: Switches) -> str:
    """Hash the versions of the packages and of DuckDB, the switches, our own files and the site's, in order."""
    digest = hashlib.sha256()
    digest.update(f"duckdb {duckdb.__version__}\n".encode())
    for package in sorted(PACKAGES):
        digest.update(f"{package} {package_version(package)}\n".encode())
    digest.update(f"off {' '.join(switches.off)} unverified {' '.join(switches.unverified)}\n".encode())
    ours = [path for name in _BUILT_FROM for path in _files(_OURS / name)]
    sites = files_of(site) if site is not None else ()
    for label, root, paths in (("ours", _OURS, ours), ("site", site, sites)):
        for path in paths:
            digest.update(f"{label} {path.relative_to(root).as_posix()}\n".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:_HASH_DIGITS]


def _files(place: Path) -> list[Path]:
    if place.is_file():
        return [place]
    return sorted(path for path in place.rglob("*") if path.suffix in _OUR_SUFFIXES and path.is_file())


def _build_at(path: Path, site: Path | None, switches: Switches, on_progress: Callable[[str], None] | None) -> None:
    # The readers load libraries that a cache hit does without.
    from codesets.construction import build

    for abandoned in path.parent.glob("building-*"):
        abandoned.unlink(missing_ok=True)
    building = path.with_name(f"building-{uuid.uuid4().hex}.duckdb")
    try:
        with connect(building) as con:
            build(con, site, switches, on_progress)
            con.execute("checkpoint")
        with building.open("rb") as file:
            os.fsync(file.fileno())
        building.replace(path)
    finally:
        building.unlink(missing_ok=True)
        building.with_name(building.name + ".wal").unlink(missing_ok=True)


def _mark_as_used(path: Path) -> None:
    """Set the time of the file, by which the cache is pruned; a cache that is only readable is left as it is."""
    with suppress(OSError):
        os.utime(path)


def _prune(built: Path) -> None:
    """Delete reference data that nobody has used for a while, but for the newest few and those that are open."""
    found = sorted(built.parent.glob("reference-*.duckdb"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in found[KEPT:]:
        if path != built and time.time() - path.stat().st_mtime > IDLE_SECONDS and not _is_open(path):
            path.unlink(missing_ok=True)


def _is_open(path: Path) -> bool:
    """Whether a process has the file open with DuckDB, which locks what it reads."""
    with path.open("rb+") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """Hold the cache's lock; the system lets go of it when the process ends, however it ends."""
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
