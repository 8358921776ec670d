"""Write a worklist as a workbook that reviewers fill in: one sheet, the columns to fill in at its right."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from reports.cell_text import CREATED, WIDEST, inert

VERDICTS = ("corrected", "confirmed_correct", "accepted_exception", "cannot_determine")
_LEAST_WIDTH = 10
# Of columns to fill in: as wide as the longest verdict.
_LEAST_OWN_WIDTH = 20
_OWN = {"bg_color": "#fff8e1"}


def write_worklist(path: Path, columns: Sequence[str], rows: Sequence[Sequence[Any]], to_fill_in: Sequence[str]) -> int:
    """Write rows of text and numbers; returns how many. `to_fill_in` are the columns that are the reviewer's.

    The file is its owner's only to read, since it names records of persons.
    """
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    path.chmod(0o600)
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties(
            {"title": "Worklist", "created": CREATED, "comments": "Records of persons: not to be passed on"}
        )
        base = {"font_name": "Arial", "font_size": 10, "valign": "top", "text_wrap": True}
        plain, heading = book.add_format(base), book.add_format(base | {"bold": True, "bottom": 2})
        own_heading = book.add_format(base | _OWN | {"bold": True, "bottom": 2})
        page = book.add_worksheet("Worklist")
        for index, name in enumerate(columns):
            longest = max([len(name), *(len(str(row[index])) for row in rows if row[index] is not None)])
            least = _LEAST_OWN_WIDTH if name in to_fill_in else _LEAST_WIDTH
            page.set_column(index, index, min(max(longest + 2, least), WIDEST), plain)
            page.write_string(0, index, name, own_heading if name in to_fill_in else heading)
        for number, row in enumerate(rows, start=1):
            for index, value in enumerate(row):
                if isinstance(value, int):
                    page.write_number(number, index, value, plain)
                elif value is not None:
                    page.write_string(number, index, inert(str(value)), plain)
        if rows:
            place = list(columns).index("verdict")
            page.data_validation(1, place, len(rows), place, {"validate": "list", "source": list(VERDICTS)})
            # Coloured where something is to be filled in, cell by cell being as many cells as all the others.
            coloured = {"type": "formula", "criteria": "=TRUE", "format": book.add_format(_OWN)}
            for index in (index for index, name in enumerate(columns) if name in to_fill_in):
                page.conditional_format(1, index, len(rows), index, coloured)
            page.autofilter(0, 0, len(rows), len(columns) - 1)
        page.freeze_panes(1, 0)
        page.set_landscape()
        page.fit_to_pages(1, 0)
        page.repeat_rows(0)
    return len(rows)
