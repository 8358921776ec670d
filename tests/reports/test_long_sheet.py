"""Rows written at once are, byte for byte, what XlsxWriter writes cell by cell."""

from __future__ import annotations

import zipfile

import pytest
import xlsxwriter

from reports.long_sheet import LongSheet

LINES = [
    ["plain", 1, 2.5, "a & b < c > d \"e\""],
    [" kept ", -0.0, 1e-9, "line\nbreak"],
    ["control \x07 and _x0041_", 123456789.123456, 1 / 3, "\ufffe"],
]  # fmt: skip


def sheet(path, sheet_class) -> str:
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        page = book.add_worksheet("figures", worksheet_class=sheet_class)
        styles = [book.add_format({"bold": True}), book.add_format({"num_format": "0.0"})]
        page.write_string(0, 0, "Heading", styles[0])
        for row, line in enumerate(LINES, 2):
            cells = [(column, value, styles[not isinstance(value, str)]) for column, value in enumerate(line)]
            if sheet_class is LongSheet:
                page.write_line(row, cells)
            else:
                for column, value, style in cells:
                    write = page.write_string if isinstance(value, str) else page.write_number
                    write(row, column, value, style)
        page.write_string(6, 1, "Last", styles[0])
    with zipfile.ZipFile(path) as file:
        return file.read("xl/worksheets/sheet1.xml").decode()


def test_rows_are_those_of_xlsxwriter(tmp_path):
    written = sheet(tmp_path / "long.xlsx", LongSheet)
    assert written == sheet(tmp_path / "plain.xlsx", xlsxwriter.worksheet.Worksheet)
    assert "Heading" in written
    assert "Last" in written
    assert written.count("<row ") == 5


def test_text_that_looks_like_markup_stays_text(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "markup.xlsx", {"constant_memory": True}) as book:
        page = book.add_worksheet("figures", worksheet_class=LongSheet)
        page.write_line(0, [(0, "<r><t>a</t></r>", book.add_format())])
    with zipfile.ZipFile(tmp_path / "markup.xlsx") as file:
        assert "&lt;r&gt;" in file.read("xl/worksheets/sheet1.xml").decode()


@pytest.mark.parametrize("constant_memory", [True, False])
def test_rows_out_of_order_are_refused(tmp_path, constant_memory):
    with xlsxwriter.Workbook(tmp_path / "order.xlsx", {"constant_memory": constant_memory}) as book:
        page = book.add_worksheet("figures", worksheet_class=LongSheet)
        page.write_string(3, 0, "Heading")
        with pytest.raises(ValueError, match="row 2"):
            page.write_line(2, [(0, "text", book.add_format())])
