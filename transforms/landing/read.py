"""Read one file, whatever its format, and say what became of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from transforms.landing.delimited import changing_file, read_delimited
from transforms.landing.look import Look, fingerprint, look, synced, unchanged
from transforms.landing.outcome import Batch, Refusal, Refused, Rows, digest
from transforms.landing.parquet import read_parquet
from transforms.landing.workbook import read_workbook
from transforms.profiles.layout import FileLayout

# Part of every batch's identity: raise it when a change here would read a file otherwise than before.
READER = 1

_READERS = {"delimited": read_delimited, "parquet": read_parquet, "workbook": read_workbook}
# Options that say whether a file is taken, not how it is read.
_NOT_READING = {"match", "required"}


def role_of(file_name: str, source: str, layouts: Mapping[str, FileLayout]) -> tuple[str, FileLayout]:
    """The first role of the profile that fits the file's name. Raises `Refused` where none does."""
    for role, layout in layouts.items():
        if layout.fits(file_name):
            return role, layout
    patterns = ", ".join(pattern for layout in layouts.values() for pattern in layout.match)
    raise Refused(
        "no_role",
        f"{file_name}: expected a file name that the profile of source '{source}' knows ({patterns}). Rename the file "
        "or add its name to `match` in the profile.",
    )


def batch_id_of(sha256: str, source: str, role: str, layout: FileLayout) -> str:
    """The identity of a batch: the file's bytes, the source's name and the options with which it is read."""
    options = layout.model_dump(mode="json", exclude=_NOT_READING)
    return digest(["batch", READER, sha256, source, role, options])


def read_into(seen: Look, layout: FileLayout, folder: Path, *, batch_id: str, source: str, role: str) -> dict:
    """Read a file into `rows.parquet` and `batch.json` of an empty folder; return what `batch.json` says.

    Raises `Refused` where the file is of no use, or changed since it was looked at.
    """
    rows: Rows = _READERS[seen.format](seen, layout, folder / "rows.parquet")
    if not unchanged(seen):
        raise changing_file(seen.path.name)
    for leftover in folder.iterdir():
        if leftover.name != "rows.parquet":
            leftover.unlink() if not leftover.is_dir() else _remove_folder(leftover)
    facts = {
        "batch_id": batch_id,
        "source": source,
        "role": role,
        "file_name": seen.path.name,
        "sha256": seen.sha256,
        "bytes": seen.size,
        "reader": {"version": READER, **rows.reader},
        "columns": list(rows.columns),
        "rows_read": rows.count,
        "faults": dict(rows.faults),
        "notes": list(rows.notes),
    }
    text = json.dumps(facts, indent=1, ensure_ascii=False) + "\n"
    (folder / "batch.json").write_text(text, encoding="utf-8")
    for written in ("rows.parquet", "batch.json"):
        synced(folder / written)
    return facts


def batch_from(facts: Mapping, folder: Path) -> Batch:
    """The batch that a folder of the landing holds, as its `batch.json` describes it."""
    return Batch(
        batch_id=facts["batch_id"],
        source=facts["source"],
        role=facts["role"],
        file_name=facts["file_name"],
        sha256=facts["sha256"],
        rows_read=facts["rows_read"],
        rows_faulty=sum(facts["faults"].values()),
        rows_path=folder / "rows.parquet",
        columns=tuple(facts["columns"]),
        message=" ".join(facts["notes"]) or None,
        faults=dict(facts["faults"]),
    )


def read_one(
    path: Path, layouts: Mapping[str, FileLayout], target_folder: Path, *, source: str = "check"
) -> Batch | Refusal:
    """Read one file, in the role that fits its name, into an existing empty folder outside any home."""
    seen: Look | None = None
    role: str | None = None
    try:
        fingerprint(path)
        role, layout = role_of(path.name, source, layouts)
        seen = look(path)
        batch_id = batch_id_of(seen.sha256, source, role, layout)
        return batch_from(
            read_into(seen, layout, target_folder, batch_id=batch_id, source=source, role=role), target_folder
        )
    except Refused as refused:
        return Refusal(source, role, path.name, seen and seen.sha256, refused.reason, refused.message)


def _remove_folder(folder: Path) -> None:
    for entry in folder.iterdir():
        entry.unlink()
    folder.rmdir()
