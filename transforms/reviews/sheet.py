"""Read a reviewed worklist, CSV or XLSX, into rows of text, as a person left it in a spreadsheet."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import duckdb
from python_calamine import CalamineError, CalamineWorkbook

from codesets.database import identifier, literal
from transforms import landing
from transforms.landing.delimited import glob_escaped
from transforms.profiles.layout import FileLayout

# The columns that say what was decided; all others of a worklist are for the reader's eyes and are not looked at.
REQUIRED = ("flag_id", "evidence", "verdict")
COLUMNS = (*REQUIRED, "corrected", "reviewer", "decided_at", "note", "selected_by")

_ROLE = "worklist"


class UnreadableReviews(Exception):  # noqa: N818 - the name of what is wrong
    """The file cannot be read as a reviewed worklist at all; the message says why and what to do."""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A file that was read: its name, its SHA-256, and how many rows and columns it has."""

    file_name: str
    sha256: str
    rows: int
    width: int


def read_sheet(con: duckdb.DuckDBPyConnection, file: Path, *, into: str) -> Sheet:
    """Create the temporary table `into`: `row`, `fault` where a row cannot be read, and COLUMNS as text, blank as null.

    The header is row 1, blank rows are not counted. A text that a writer has disarmed with a quote before `=`, `+`, `-`
    or `@` gets its own first character back.

    Raises:
        UnreadableReviews: where the file is no table or lacks a column.
    """
    layouts = {_ROLE: FileLayout(match=("*",), required=REQUIRED, sheet=_sheet_of(file))}
    with tempfile.TemporaryDirectory(prefix="farr-review-") as folder:
        outcome = landing.read_one(file, layouts, Path(folder), source=_ROLE)
        if isinstance(outcome, landing.Refusal):
            raise UnreadableReviews(outcome.message)
        found = {column.strip().casefold(): column for column in outcome.columns}
        texts = ", ".join(f"{_text(found.get(name))} as {name}" for name in COLUMNS)
        con.execute(f"""
            create or replace temp table {into} as
            select _row_number + 1 as "row", _fault as fault, {texts}
            from read_parquet({literal(glob_escaped(outcome.rows_path))})
            order by _row_number
        """)
    return Sheet(file_name=outcome.file_name, sha256=outcome.sha256, rows=outcome.rows_read, width=len(outcome.columns))


def _sheet_of(file: Path) -> str | None:
    """The sheet of a workbook that has the columns, for people may have added others before; None where none has."""
    with suppress(CalamineError, BadZipFile, OSError), CalamineWorkbook.from_path(file) as workbook:
        for name in workbook.sheet_names:
            header = next((row for row in workbook.get_sheet_by_name(name).iter_rows() if any(row)), [])
            if set(REQUIRED) <= {str(cell).strip().casefold() for cell in header}:
                return name
    return None


def _text(column: str | None) -> str:
    """SQL of a cell's text without surrounding blanks and without the quote that keeps it from being a formula."""
    if column is None:
        return "null::varchar"
    cell = identifier(column)
    return f"nullif(trim(if(regexp_matches({cell}, '^''[=+\\-@\\t\\r]'), {cell}[2:], {cell})), '')"
