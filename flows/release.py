"""What identifies and describes a release: its inputs, its hash, its manifest, and why it is held, if it is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from flows.job import Job
from flows.program import program_digest, program_version
from transforms.landing import Ingested
from transforms.reviews import reviews_digest

# Sixteen hexadecimal digits, as in the other identifiers.
_LENGTH = 16


@dataclass(frozen=True, kw_only=True)
class Input:
    """One thing that determines a release, as a row of `meta.manifest`."""

    kind: str
    name: str
    hash: str | None
    detail: str | None


@dataclass(frozen=True, kw_only=True)
class Identity:
    """A release's identifier and the inputs that it is made from."""

    release_id: str
    inputs: tuple[Input, ...]


def identify(
    job: Job, ingested: Sequence[Ingested], codes_hash: str, rules_hash: str, review_files: Sequence[Path]
) -> Identity:
    """Hash what determines the release: nothing of paths, file names, the home or the clock.

    Batches enter in the order of the configuration and of their paths, which decides ties between versions.
    """
    batches = [batch for taken in ingested for batch in taken.batches]
    refusals = [refusal for taken in ingested for refusal in taken.refusals]
    determining = {
        "batches": [[batch.source, batch.role, batch.batch_id, batch.status] for batch in batches],
        "refusals": [[refusal.source, refusal.role, refusal.sha256, refusal.reason] for refusal in refusals],
        "configuration": job.configuration.digest,
        "codes": codes_hash,
        "rules": rules_hash,
        "profiles": folder_digest(job.home.site_profiles, "*.toml"),
        "tables": folder_digest(job.home.site_tables, "*.toml"),
        "reviews": reviews_digest(review_files),
        "program": program_digest(),
    }
    text = json.dumps(determining, sort_keys=True)
    inputs = [
        Input(kind="batch", name=f"{b.source}: {b.file_name}", hash=b.sha256, detail=f"{b.status}, {b.rows_read} rows")
        for b in batches
    ]
    inputs += [
        Input(kind="batch", name=f"{r.source}: {r.file_name}", hash=r.sha256, detail=f"refused: {r.reason}")
        for r in refusals
    ]
    inputs += [
        Input(kind=kind, name=kind, hash=determining[kind], detail=None)
        for kind in ("configuration", "codes", "rules", "profiles", "tables", "reviews")
    ]
    inputs.append(Input(kind="program", name="farr", hash=program_digest(), detail=program_version()))
    return Identity(release_id=hashlib.sha256(text.encode()).hexdigest()[:_LENGTH], inputs=tuple(inputs))


def folder_digest(folder: Path, pattern: str) -> str:
    """SHA-256 over the names and bytes of a site's own files; the same for no folder and an empty one."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob(pattern)):
        if path.is_file():
            digest.update(f"\0{path.relative_to(folder).as_posix()}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def held_because(con: duckdb.DuckDBPyConnection) -> str | None:
    """Why the release is held, in a sentence; None where it is not."""
    refused = con.execute("select count(*) from landing.batch where status = 'refused'").fetchone()[0]
    over = con.execute(
        """
        select r.title, result.collection, result.share, r.threshold
        from quality.rule_result as result join quality.rule as r using (rule_id)
        where result.is_over_threshold
        order by result.share desc, r.rule_id, result.collection
        """
    ).fetchall()
    reasons = []
    if refused:
        reasons.append(f"{refused} {'file was' if refused == 1 else 'files were'} refused")
    reasons += [
        f'"{title}" is true of {share:.1%} of records in {collection}, more than the {threshold:.1%} allowed'
        for title, collection, share, threshold in over
    ]
    return "; ".join(reasons) or None


def describe(con: duckdb.DuckDBPyConnection, identity: Identity, held: str | None) -> None:
    """Write `meta.run` and `meta.manifest`. `as_of` is the latest event date; moved dates count where all are."""
    con.execute(
        """
        insert into meta.run by name
        select
            $release_id as release_id,
            (
                select coalesce(max(event_date) filter (where date_precision <> 'shifted'), max(event_date))
                from stats.contribution
            ) as as_of,
            $version as program_version,
            $held is not null as is_held,
            $held as held_because
        """,
        {"release_id": identity.release_id, "version": program_version(), "held": held},
    )
    con.executemany(
        "insert into meta.manifest values (?, ?, ?, ?)",
        [[entry.kind, entry.name, entry.hash, entry.detail] for entry in identity.inputs],
    )


def manifest(con: duckdb.DuckDBPyConnection, identity: Identity, folder: Path) -> dict[str, Any]:
    """The contents of `manifest.json`: what went in, and the hashes of the release's other files."""
    as_of, is_held, held = con.execute("select as_of, is_held, held_because from meta.run").fetchone()
    return {
        "release_id": identity.release_id,
        "as_of": as_of.isoformat() if as_of else None,
        "is_held": is_held,
        "held_because": held,
        "program": {"name": "farr", "version": program_version(), "sha256": program_digest()},
        "inputs": [vars(entry) for entry in identity.inputs if entry.kind != "program"],
        "code_sets": _rows(con, "select source, package, version, release, row_count, horizon from codes.release"),
        "rules": _rows(con, "select rule_id, severity, threshold from quality.rule"),
        "identities_verified": con.execute("select count(*) from meta.identity_check where holds").fetchone()[0],
        "files": {
            path.relative_to(folder).as_posix(): {
                "bytes": path.stat().st_size,
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            }
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        },
    }


def is_whole(folder: Path) -> bool:
    """Whether every file of a published release is there, with the bytes that its manifest names."""
    try:
        files = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["files"]
        return all(
            hashlib.sha256((folder / name).read_bytes()).hexdigest() == file["sha256"] for name, file in files.items()
        )
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _rows(con: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    """The rows of a query as dictionaries, in the order of all their columns; dates as text."""
    result = con.execute(f"from ({query}) order by all")
    names = [column[0] for column in result.description]
    return [
        {
            name: value.isoformat() if hasattr(value, "isoformat") else value
            for name, value in zip(names, row, strict=True)
        }
        for row in result.fetchall()
    ]
