"""Write tables.xlsx: a contents sheet, one formatted sheet a table of figures, and the checks and provenance.

Numbers are numbers; a hidden one is its mark, as text. Text from data is written as text and never as a formula, and
text that a spreadsheet would take for a formula after a detour through CSV begins with an apostrophe.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format

from reports import numbers
from reports.blocks import Amount, Cell, Mark, Section, Strip, Table
from reports.cell_text import CREATED, WIDEST, inert
from reports.compose import Cover
from reports.figure_sheets import FigureSheet, Line, figure_sheets
from reports.long_sheet import LongSheet
from reports.released import Warehouse

LONGEST_NAME = 31
HEADER_ROWS = 4
CONTENTS = "Contents"
# Parts of the report whose tables become a sheet: the end of the part's identifier, the sheet's name and title.
OTHER_SHEETS = (
    ("risk", "Figures at risk", "What open flags could do to the figures, and which checks move them"),
    ("trends", "Signals", "Months of facilities that stand out from their own"),
    ("rows", "Rows to stays", "From the rows of the extracts to encounters, stays and deaths"),
    ("quality", "Data quality", "What the rules found, and how codes stood on their date"),
    ("files", "Files and rejects", "Files read, rows rejected by reason, files refused"),
    ("provenance", "Provenance", "Inputs with hashes, days covered, code sets with horizons"),
    ("methods", "Methods", "How each figure is made"),
)


def write_workbook(path: Path, cover: Cover, sections: Sequence[Section], warehouse: Warehouse) -> int:
    """Write the workbook, and return how many sheets of figures it has.

    `sections` are those of the report; their tables of checks, files, provenance and methods become sheets too.
    """
    with xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"title": inert(cover.title), "created": CREATED, "comments": "For internal use"})
        pen = _Pen(book)
        contents = book.add_worksheet(CONTENTS)
        listed = []
        for sheet in figure_sheets(warehouse, [CONTENTS, *(name for _, name, _ in OTHER_SHEETS)]):
            listed.append((sheet.name, sheet.title, _write_figures(book, pen, sheet)))
        figures = len(listed)
        for name, title, tables in _other_sheets(sections):
            listed.append((name, title, _write_tables(book, pen, name, tables)))
        _write_contents(contents, pen, cover, listed)
    return figures


class _Pen:
    """The formats of a workbook, each made once: a big sheet asks for one a cell."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._made: dict[tuple, object] = {}

    def __call__(self, **properties):
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            base = {"font_name": "Arial", "font_size": 10, "valign": "top"}
            self._made[key] = self._book.add_format(base | properties)
        return self._made[key]

    def number(self, kind: str, places: int, *, is_bold: bool = False):
        key = (kind, places, is_bold)
        if key not in self._made:
            pattern = "#,##0" + ("." + "0" * places if places else "")
            self._made[key] = self(num_format=pattern + ("%" if kind == "share" else ""), bold=is_bold)
        return self._made[key]

    def text(self, *, is_right: bool, is_bold: bool):
        key = (is_right, is_bold)
        if key not in self._made:
            self._made[key] = self(align="right" if is_right else "left", bold=is_bold)
        return self._made[key]


def _write_figures(book: xlsxwriter.Workbook, pen: _Pen, sheet: FigureSheet) -> int:
    page = book.add_worksheet(sheet.name, worksheet_class=LongSheet)
    for index, column in enumerate(sheet.columns):
        page.set_column(index, index, column.width)
    _write_heading(page, pen, sheet.title, " ".join((sheet.question, *sheet.footnotes)).strip())
    for index, column in enumerate(sheet.columns):
        align = "right" if column.kind else "left"
        page.write_string(
            HEADER_ROWS - 1, index, inert(column.title), pen(bold=True, bottom=2, text_wrap=True, align=align)
        )
    count = 0
    for line in sheet.rows():
        page.write_line(HEADER_ROWS + count, _styled(pen, sheet, line))
        count += 1
    page.freeze_panes(HEADER_ROWS, 0)
    if count:
        page.autofilter(HEADER_ROWS - 1, 0, HEADER_ROWS - 1 + count, len(sheet.columns) - 1)
    _print_setup(page, HEADER_ROWS - 1)
    return count


def _styled(pen: _Pen, sheet: FigureSheet, line: Line) -> Iterator[tuple[int, str | float, Format]]:
    """The cells of a line that are not empty, each with its column and format."""
    for index, (column, cell) in enumerate(zip(sheet.columns, line.cells, strict=True)):
        if not isinstance(cell, str):
            yield index, cell, pen.number(column.kind, line.places[index], is_bold=line.is_total)
        elif cell:
            yield index, inert(cell), pen.text(is_right=bool(column.kind), is_bold=line.is_total)


def _write_tables(book: xlsxwriter.Workbook, pen: _Pen, name: str, tables: Sequence[Table]) -> int:
    page = book.add_worksheet(name)
    widths: list[int] = []
    for table in tables:
        for index, column in enumerate(table.columns):
            longest = max([len(column.title), *(len(_as_text(row[index])) for row in _all_rows(table))])
            widths = widths + [0] * (index + 1 - len(widths))
            widths[index] = max(widths[index], min(longest + 2, WIDEST))
    for index, width in enumerate(widths):
        page.set_column(index, index, max(width, 10))
    row = count = 0
    for table in tables:
        page.write_string(row, 0, inert(table.title), pen(bold=True, font_size=12))
        for index, column in enumerate(table.columns):
            page.write_string(row + 1, index, inert(column.title), pen(bold=True, bottom=2))
        row += 2
        for line in _all_rows(table):
            for index, cell in enumerate(line):
                _write_cell(page, pen, row, index, cell)
            row += 1
            count += 1
        if table.note:
            page.write_string(row, 0, inert(table.note), pen(italic=True))
            row += 1
        row += 1
    _print_setup(page, None)
    return count


def _all_rows(table: Table) -> list[Sequence[Cell]]:
    return [*table.rows, *table.rows_of_workbook]


def _write_cell(page, pen: _Pen, row: int, column: int, cell: Cell) -> None:
    if isinstance(cell, Amount) and cell.number is not None:
        page.write_number(row, column, cell.number, pen.number("share" if cell.is_share else "count", cell.places))
    else:
        is_text = isinstance(cell, str)
        page.write_string(
            row, column, inert(_as_text(cell)), pen(text_wrap=is_text, align="left" if is_text else "right")
        )


def _as_text(cell: Cell) -> str:
    if isinstance(cell, Mark):
        return cell.symbol
    if isinstance(cell, Strip):
        return cell.text
    if isinstance(cell, Amount):
        return f"{cell.text} {cell.beside.symbol}" if cell.beside else cell.text
    return cell


def _write_contents(page, pen: _Pen, cover: Cover, listed: Sequence[tuple[str, str, int]]) -> None:
    page.set_column(0, 0, 34)
    page.set_column(1, 1, 90)
    page.set_column(2, 2, 10)
    held = f"HELD. Not to be passed on. {cover.held_because}"
    lines = [
        (cover.title, pen(bold=True, font_size=16)),
        (f"Morbidity and mortality statistics, {cover.period}", pen(font_size=12)),
        *([(held, pen(bold=True, font_color="#9c1c1c"))] if cover.is_held else []),
        ("For internal use: complementary suppression is not done; totals may reveal hidden figures.", pen(bold=True)),
        (f"Release {cover.release_id}; as of {cover.as_of}; made with Farr {cover.program_version}.", pen()),
    ]  # fmt: skip
    for row, (text, style) in enumerate(lines):
        page.write_string(row, 0, inert(text), style)
    row = len(lines) + 1
    for index, title in enumerate(("Sheet", "What it holds", "Rows")):
        page.write_string(row, index, title, pen(bold=True, bottom=2))
    for name, title, count in listed:
        row += 1
        page.write_url(row, 0, f"internal:'{name}'!A1", pen(font_color="#1d5b8f", underline=1), name)
        page.write_string(row, 1, inert(title), pen(text_wrap=True))
        page.write_number(row, 2, count, pen.number("count", 0))
    row += 2
    page.write_string(row, 0, "Marks", pen(bold=True, bottom=2))
    for mark in numbers.LEGEND:
        row += 1
        page.write_string(row, 0, f"{mark.symbol} {mark.name}", pen())
        page.write_string(row, 1, mark.meaning, pen(text_wrap=True))
    _print_setup(page, None)


def _write_heading(page, pen: _Pen, title: str, text: str) -> None:
    page.write_string(0, 0, inert(title), pen(bold=True, font_size=14))
    page.write_string(1, 0, inert(text), pen(italic=True))
    legend = "; ".join(f"{mark.symbol} {mark.name}" for mark in numbers.LEGEND)
    page.write_string(2, 0, f"For internal use. Marks: {legend}.", pen(font_color="#55595d"))


def _print_setup(page, header_row: int | None) -> None:
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.set_footer("&L&A, for internal use&R&P of &N")
    page.hide_gridlines(2)
    if header_row is not None:
        page.repeat_rows(header_row)


def _other_sheets(sections: Sequence[Section]) -> list[tuple[str, str, list[Table]]]:
    """Sheets for the report's tables of checks and provenance; one sheet holds those of all collections."""
    found = []
    for key, name, title in OTHER_SHEETS:
        tables = []
        for section in sections:
            if section.identifier == key:
                tables += [block for block in section.blocks if isinstance(block, Table)]
            for inner in section.sections:
                if inner.identifier.endswith(f"-{key}"):
                    tables += [_titled(block, section.title) for block in inner.blocks if isinstance(block, Table)]
        if tables:
            found.append((name, title, tables))
    return found


def _titled(table: Table, section: str) -> Table:
    return replace(table, title=f"{section}: {table.title}")
