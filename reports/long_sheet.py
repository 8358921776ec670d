"""A worksheet of XlsxWriter that takes a whole row at once, for sheets of many thousands of cells.

XlsxWriter looks at every cell on its own, escapes its text and looks up its format again; on the sheets of figures
most texts and all formats repeat. The cells are written as XlsxWriter writes them in a workbook of constant memory.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet


class LongSheet(Worksheet):
    """A sheet of a workbook of constant memory (`add_worksheet(name, worksheet_class=LongSheet)`)."""

    def __init__(self) -> None:
        super().__init__()
        self._text = cache(self._text_element)
        self._number = cache(lambda style: style._get_xf_index())
        self._name = cache(xl_col_to_name)

    def write_line(self, row: int, cells: Iterable[tuple[int, str | float, Format]]) -> None:
        """Write the cells of a row, each with its column and format; rows must follow one another."""
        if not self.constant_memory or (row <= self.previous_row and self.dim_rowmax is not None):
            raise ValueError(f"row {row}: the rows of a long sheet follow one another, in constant memory")
        # Writes what other methods gave of the rows before.
        self._write_single_row(row)
        line = [f'<row r="{row + 1}">']
        for column, value, style in cells:
            self._check_dimensions(row, column)
            place = f'<c r="{self._name(column)}{row + 1}" s="{self._number(style)}"'
            if isinstance(value, str):
                line.append(f'{place} t="inlineStr">{self._text(value)}</c>')
            else:
                line.append(f"{place}><v>{value:.16G}</v></c>")
        line.append("</row>")
        self.fh.write("".join(line))

    def _text_element(self, text: str) -> str:
        keep = ' xml:space="preserve"' if text != text.strip() else ""
        return f"<is><t{keep}>{self._escape_data(self._escape_control_characters(text))}</t></is>"
