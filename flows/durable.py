"""Write files so that a crash or a power cut leaves either the old state or the new one, never a half."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

# Begins the name of what is not in place yet; a later run removes it.
UNFINISHED_PREFIX = ".unfinished-"


def sync(path: Path) -> None:
    """Wait until a file's bytes, or a folder's entries, are on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(folder: Path) -> None:
    """Wait until every file below a folder, and the folders themselves, are on disk."""
    for path in sorted(folder.rglob("*")):
        sync(path)
    sync(folder)


def rename(source: Path, target: Path) -> None:
    """Rename within one file system, and wait until the new name is on disk."""
    source.replace(target)
    sync(target.parent)


def write_json(path: Path, contents: Any) -> None:
    """Write a JSON file under a temporary name, and put it in place whole."""
    unfinished = path.with_name(f"{UNFINISHED_PREFIX}{path.name}")
    unfinished.write_text(json.dumps(contents, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    sync(unfinished)
    rename(unfinished, path)
