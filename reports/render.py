"""Write the files of a release that people open: report.html, tables.xlsx and figures.parquet."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb

from reports.compose import compose, cover
from reports.page import write_page
from reports.released import Warehouse
from reports.tidy import write_figures
from reports.workbook import write_workbook


def render(
    con: duckdb.DuckDBPyConnection,
    folder: Path,
    *,
    title: str,
    minimum_count: int,
    on_progress: Callable[[str], None] | None = None,
) -> None:
    """Write the release's files into `folder`, which exists; the warehouse is only read.

    `title` is the organisation's name as the report's face shows it; counts of 1 to `minimum_count` less one are
    shown nowhere. Raises released.HiddenNumberError, and writes nothing, where disclosure control left a number that
    its status hides.
    """
    warehouse = Warehouse(con, minimum_count)
    sections = compose(warehouse, on_progress)
    face = cover(warehouse, title)
    write_page(folder / "report.html", face, sections)
    sheets = write_workbook(folder / "tables.xlsx", face, sections, warehouse)
    rows = write_figures(folder / "figures.parquet", warehouse)
    if on_progress:
        on_progress(f"Report written, with {sheets} tables and {rows:,} figures")
