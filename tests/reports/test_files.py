"""The workbook and the tidy file: numbers as numbers, text never a formula, nothing hidden."""

from __future__ import annotations

import openpyxl
import pyarrow.parquet
import pytest

from reports.cell_text import inert
from tests.reports.figures import FORMULA, HIDDEN_NUMBER, figure_table


@pytest.fixture(scope="module")
def workbook(release):
    book = openpyxl.load_workbook(release.folder / "tables.xlsx")
    yield book
    book.close()


def _rows(sheet):
    """The lines of a sheet of figures as dicts by heading."""
    lines = list(sheet.iter_rows(min_row=4, values_only=True))
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def test_one_sheet_a_table_after_the_contents(workbook):
    tables = sorted(set(figure_table()["table_id"]))
    assert workbook.sheetnames[0] == "Contents"
    assert sorted(name for name in workbook.sheetnames if name in tables) == tables
    assert workbook.sheetnames[1] == "activity"
    assert {"Rows to stays", "Data quality", "Files and rejects", "Provenance", "Methods"} <= set(workbook.sheetnames)


def test_numbers_are_numbers_and_marks_are_text(workbook):
    rows = _rows(workbook["activity"])
    whole = next(
        row for row in rows if row["Period"] == "2023" and row["Facility"] == row["Sex"] == row["Age"] == "All"
    )
    assert isinstance(whole["Discharges"], int | float)
    assert 0 < whole["In-hospital mortality, % of discharges"] < 0.2
    values = {row["Deaths in hospital"] for row in rows}
    assert "[c]" in values
    assert 0 in values
    hidden = next(row for row in rows if row["Deaths in hospital"] == "[c]")
    assert "hidden" in hidden["Marks"]


def test_shares_are_formatted_as_percentages(workbook):
    sheet = workbook["activity"]
    headings = [cell.value for cell in sheet[4]]
    column = headings.index("In-hospital mortality, % of discharges") + 1
    formats = {sheet.cell(row, column).number_format for row in range(5, 12)}
    assert any(pattern.endswith("%") for pattern in formats)


def test_no_cell_is_a_formula(workbook):
    for sheet in workbook.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                assert not (isinstance(cell.value, str) and cell.value.startswith(("=", "+", "-", "@", "\t", "\r")))


def test_hostile_names_survive_as_text(workbook):
    facilities = {row["Facility"] for row in _rows(workbook["activity"])}
    assert f"'{FORMULA}" in facilities


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_text_that_begins_like_a_formula_is_made_inert(text):
    assert inert(text) == "'" + text


def test_other_text_is_left_alone_up_to_what_a_cell_holds():
    assert inert("Smith = Jones") == "Smith = Jones"
    assert len(inert("x" * 40_000)) == 32_767


def test_headings_are_frozen_and_filtered(workbook):
    sheet = workbook["activity"]
    assert sheet.freeze_panes == "A5"
    assert sheet.auto_filter.ref.startswith("A4:")
    assert sheet.print_title_rows == "$4:$4"


def test_hidden_numbers_are_in_neither_file(workbook, release):
    values = [cell for sheet in workbook.worksheets for row in sheet.iter_rows(values_only=True) for cell in row]
    assert HIDDEN_NUMBER not in values
    tidy = pyarrow.parquet.read_table(release.folder / "figures.parquet").to_pandas()
    hidden = tidy[tidy["status"] == "suppressed_primary"]
    assert len(hidden) > 500
    assert hidden[["numerator", "denominator", "value", "lower", "upper", "records"]].isna().all(axis=None)
    assert not (tidy[["numerator", "denominator", "value", "lower", "upper"]] == HIDDEN_NUMBER).any(axis=None)


def test_tidy_file_has_every_figure_in_order(release):
    tidy = pyarrow.parquet.read_table(release.folder / "figures.parquet").to_pandas()
    assert sorted(tidy["figure_id"]) == sorted(figure_table()["figure_id"])
    keys = tidy[["collection", "table_id", "measure"]].apply(tuple, axis=1)
    assert list(keys) == sorted(keys)


def test_whole_stands_before_its_parts_and_newest_first(workbook):
    rows = _rows(workbook["activity"])
    assert [row["Period"] for row in rows[:4]] == ["2024", "2023", "2022", "2021"]
    assert all(row["Facility"] == "All" and row["Age"] == "All" for row in rows[:4])


def test_causes_are_ranked_and_their_total_comes_last(workbook):
    rows = [
        row for row in _rows(workbook["discharges_by_ccsr"]) if row["Period"] == "2023" and row["Facility"] == "All"
    ]
    values = [row["Discharges"] for row in rows if isinstance(row["Discharges"], int | float)]
    assert values[:-1] == sorted(values[:-1], reverse=True)
    assert rows[-1]["Cause"] == "All causes"
