"""Read one sheet of an XLSX workbook into rows of text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from zipfile import BadZipFile

import pyarrow as pa
import pyarrow.parquet as pq
from python_calamine import CalamineError, CalamineWorkbook

from transforms.landing.header import column_names
from transforms.landing.look import Look
from transforms.landing.outcome import Refused, Rows
from transforms.profiles.layout import FileLayout

_ROWS_A_GROUP = 20_000


def read_workbook(seen: Look, layout: FileLayout, rows_path: Path) -> Rows:
    """Read the sheet that the layout names, or the first one, into `rows_path`. Raises `Refused`.

    Its first row that is not blank is the header. A blank row is no record. A row with a value beyond the header's last
    column is faulty. Dates become ISO text, whole numbers lose their `.0`.
    """
    name = seen.path.name
    sheet, cells = _sheet(name, seen.path, layout)
    rows = (row for row in map(_texts, cells) if any(text is not None for text in row))
    if layout.header:
        header = next(rows, None)
        if header is None:
            raise Refused("empty_file", f"{name}: expected a header and records, found nothing in sheet '{sheet}'.")
        columns = column_names(name, [text or "" for text in _without_blank_end(header)], layout)
    else:
        columns = column_names(name, layout.columns, layout)
    faults: Counter[str] = Counter()
    count = 0
    schema = pa.schema(
        [("_row_number", pa.int64()), ("_fault", pa.string()), ("_raw", pa.string())]
        + [(column, pa.string()) for column in columns]
    )
    records = _records(rows, len(columns))
    with pq.ParquetWriter(rows_path, schema, compression="zstd") as writer:
        while group := list(islice(records, _ROWS_A_GROUP)):
            faults.update(fault for _, fault, *_ in group if fault)
            count += len(group)
            writer.write_table(pa.table([list(column) for column in zip(*group, strict=True)], schema=schema))
    notes = () if count else ("It has a header and no record.",)
    return Rows(columns, count, dict(sorted(faults.items())), {"format": "workbook", "sheet": sheet}, notes)


def _sheet(name: str, path: Path, layout: FileLayout) -> tuple[str, Iterable[list]]:
    try:
        with CalamineWorkbook.from_path(path) as workbook:
            sheets = workbook.sheet_names
            if layout.sheet is not None and layout.sheet not in sheets:
                found = ", ".join(f"'{sheet}'" for sheet in sheets)
                raise Refused(
                    "missing_sheet",
                    f"{name}: expected the sheet '{layout.sheet}', found {found}. Correct `sheet` in the profile or "
                    "rename the sheet.",
                )
            chosen = layout.sheet if layout.sheet is not None else sheets[0]
            return chosen, workbook.get_sheet_by_name(chosen).iter_rows()
    except (CalamineError, BadZipFile, OSError, IndexError):
        raise Refused(
            "corrupt_file",
            f"{name}: expected an XLSX workbook, found a file that is damaged, cut short or protected by a password. "
            "Save it again without a password, or as CSV.",
        ) from None


def _records(rows: Iterator[list[str | None]], width: int) -> Iterator[tuple]:
    """Rows with their number, fault and raw text in front, each as wide as the header."""
    for number, row in enumerate(rows, start=1):
        if any(text is not None for text in row[width:]):
            raw = "\t".join(text or "" for text in row)
            yield (number, "wrong_number_of_fields", raw, *[None] * width)
        else:
            padded = row[:width] + [None] * (width - len(row))
            yield (number, None, None, *padded)


def _texts(row: list) -> list[str | None]:
    return [_text(cell) for cell in row]


def _text(cell: object) -> str | None:
    if cell is None or cell == "":
        return None
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time.min else cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell)


def _without_blank_end(row: list[str | None]) -> list[str | None]:
    while row and row[-1] is None:
        row = row[:-1]
    return row
