"""Which program made a release: its version, its own source files, and the packages that compute and draw."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

_ROOT = Path(__file__).parents[1]
_ROOMS = ("codesets", "flows", "reports", "transforms")

# A new version of one of these may change a digit or a pixel. The packages that carry code sets have their own hash.
_COMPUTING = ("duckdb", "jinja2", "numpy", "pandas", "plotly", "pyarrow", "python-calamine", "scipy", "xlsxwriter")


def program_version() -> str:
    """The version of Farr as installed."""
    return version("farr")


@cache
def program_digest() -> str:
    """SHA-256 over the version, every source file by its path and bytes, and the versions of computing packages."""
    digest = hashlib.sha256(program_version().encode())
    for room in _ROOMS:
        for path in sorted((_ROOT / room).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith("."):
                digest.update(f"\0{path.relative_to(_ROOT).as_posix()}\0".encode())
                digest.update(path.read_bytes())
    for package in _COMPUTING:
        digest.update(f"\0{package}=={version(package)}".encode())
    return digest.hexdigest()
