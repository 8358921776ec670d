"""The home's reviews: what people decided, which cannot be rebuilt. Files are added, and never changed.

`home/reviews/00000001-<hash>.jsonl` holds the decisions of one file that was taken in, a line each, with the columns in
COLUMNS. The number gives the order, and the hash is the beginning of the SHA-256 of the file's own bytes, so that
damage shows. A file is written under another name, synced and renamed: a command that is killed leaves nothing half.
"""

from __future__ import annotations

import errno
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from codesets.database import literal
from transforms.landing.look import synced

_DIGITS = 8
_HASH_DIGITS = 16
_FILE = re.compile(rf"\d{{{_DIGITS}}}-[0-9a-f]{{{_HASH_DIGITS}}}\.jsonl")
_UNFINISHED = ".unfinished-"

# A decision, what the flag was about, and each field of a record that it corrects.
COLUMNS: Mapping[str, str] = {
    "review_id": "varchar",
    "flag_id": "varchar",
    "evidence": "varchar",
    "verdict": "varchar",
    "corrected": "varchar",
    "reviewer": "varchar",
    "decided_at": "timestamp",
    "note": "varchar",
    "selected_by": "varchar",
    "rule_id": "varchar",
    "collection": "varchar",
    "domain": "varchar",
    "encounter_id": "varchar",
    "death_id": "varchar",
    "patient_id": "varchar",
    "seq": "integer",
    "related_id": "varchar",
    "corrections": "struct(record_kind varchar, record_id varchar, seq integer, field varchar, was varchar, "
    "corrected varchar, system varchar)[]",
    "file_name": "varchar",
    "file_sha256": "varchar",
    "row_number": "bigint",
}


def reviews_in(folder: Path) -> tuple[Path, ...]:
    """The files of decisions that are in the home's reviews now, in the order in which they were taken in."""
    return tuple(sorted(path for path in folder.glob("*.jsonl") if _FILE.fullmatch(path.name)))


def reviews_digest(files: Iterable[Path]) -> str:
    """SHA-256 over the names of the files, which tell their order and contents; the same for none."""
    digest = hashlib.sha256()
    for path in files:
        digest.update(f"{path.name}\0".encode())
    return digest.hexdigest()


def append(folder: Path, decisions: Sequence[Mapping[str, Any]]) -> Path:
    """Add a file of decisions, whole or not at all. For the holder of the lock of reviews only.

    Each decision has the keys of COLUMNS, its values as JSON takes them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for leftover in folder.glob(f"{_UNFINISHED}*"):
        leftover.unlink()
    lines = [json.dumps({name: decision[name] for name in COLUMNS}, ensure_ascii=False) for decision in decisions]
    contents = ("\n".join(lines) + "\n").encode()
    files = reviews_in(folder)
    number = int(files[-1].name[:_DIGITS]) + 1 if files else 1
    target = folder / f"{number:0{_DIGITS}}-{_hash(contents)}.jsonl"
    unfinished = folder / f"{_UNFINISHED}{target.name}"
    unfinished.write_bytes(contents)
    synced(unfinished)
    unfinished.rename(target)
    synced(folder)
    return target


def load(con: duckdb.DuckDBPyConnection, files: Sequence[Path], *, into: str) -> None:
    """Create the temporary table `into` with all decisions: COLUMNS, and `place`, their order from 1.

    Raises:
        OSError: naming the file, where one is not as it was written.
    """
    for path in files:
        if path.name != f"{path.name[:_DIGITS]}-{_hash(path.read_bytes())}.jsonl":
            raise OSError(errno.EIO, "decisions taken in are damaged; put the file back from a backup", str(path))
    columns = ", ".join(f'"{name}" {kind}' for name, kind in COLUMNS.items())
    con.execute(f"create or replace temp table {into} ({columns}, place integer)")
    for path in files:
        typed = ", ".join(f"{literal(name)}: {literal(kind)}" for name, kind in COLUMNS.items())
        con.execute(
            f"""
            insert into {into} by name
            select
                *,
                (select count(*) from {into}) + row_number() over (order by row_number) as place
            from read_json(?, format = 'newline_delimited', columns = {{{typed}}})
            order by row_number
            """,
            [str(path)],
        )


def _hash(contents: bytes) -> str:
    return hashlib.sha256(contents).hexdigest()[:_HASH_DIGITS]
