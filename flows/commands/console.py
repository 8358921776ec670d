"""Where commands write: results to standard output, progress and complaints to standard error."""

from __future__ import annotations

import csv
import os
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

# Without a terminal, in a file or a pipe, lines are as long as tables need.
_WIDTH = None if sys.stdout.isatty() else 240
# Terminals narrower than this show tables without lines between columns, which take a fifth of 80.
NARROW = 100

results = Console(highlight=False, markup=False, soft_wrap=True, width=_WIDTH)
messages = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)

# A spreadsheet takes a text that begins with one of these for a formula, and runs it.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def complain(text: str) -> None:
    """Say what went wrong."""
    messages.print(text, style="red" if messages.is_terminal else None)


def show_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print a table: numbers to the right with thousands separated, nulls as a dash."""
    rows = [tuple(row) for row in rows]
    frame = {"box": None, "pad_edge": False, "padding": (0, 1, 0, 0)} if results.width < NARROW else {}
    table = Table(title=title, title_justify="left", header_style="bold", **frame)
    for position, column in enumerate(columns):
        numeric = any(isinstance(row[position], int | float | Decimal) for row in rows)
        table.add_column(column.replace("_", " "), justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*map(_shown, row))
    results.print(table)


def write_csv(file: Path, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write rows that a spreadsheet opens safely: a text that would be a formula gets a quote before it.

    The file is its owner's only to read, since what is written may be records of persons.
    """
    written = 0
    with open(file, "w", encoding="utf-8", newline="", opener=_private) as output:
        writer = csv.writer(output)
        writer.writerow(columns)
        for row in rows:
            writer.writerow([_inert(value) for value in row])
            written += 1
    return written


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _inert(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value


def _shown(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float | Decimal):
        return f"{float(value):,.4g}" if abs(value) < 1000 else f"{value:,.0f}"
    return _harmless(str(value))


def _harmless(text: str) -> str:
    """Control and format characters as escapes: those of an extract would otherwise command the terminal."""
    if text.isprintable():
        return text
    return "".join(repr(sign)[1:-1] if unicodedata.category(sign)[0] == "C" else sign for sign in text)
