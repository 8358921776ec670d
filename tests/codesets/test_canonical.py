"""Codes as sources write them, and the one form they are brought into."""

from __future__ import annotations

import duckdb
import pytest

from codesets.canonical import create_macros


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    create_macros(connection)
    return connection


@pytest.mark.parametrize(
    ("system", "raw", "expected"),
    [
        ("icd10cm", "i21.4", "I214"),
        ("icd10cm", "  I21.4 ", "I214"),
        ("icd10cm", "E11.-", "E11"),
        # The placeholder X of ICD-10-CM is part of the code.
        ("icd10cm", "W19.XXXA", "W19XXXA"),
        ("icd10cm", "T36.0X1A", "T360X1A"),
        ("icd10cm", "X58.XXXA", "X58XXXA"),
        ("icd10cm", "M48.5X", "M485X"),
        # NHDS fills ICD-9-CM codes with dashes; a dash in front is no filling and no code.
        ("icd9cm", "4019-", "4019"),
        ("icd9cm", "042--", "042"),
        ("icd9cm", "V14.6", "V146"),
        ("icd9cm", "-2506", "-2506"),
        # HES fills categories with X and leaves dashes and commas behind codes.
        ("icd10", "A09X", "A09"),
        ("icd10", "I10X,-", "I10"),
        ("icd10", "A327,-", "A327"),
        ("icd10", "A04.7", "A047"),
        # Dagger and asterisk mark a pair of codes.
        ("icd10", "E10.2†", "E102"),
        ("icd10", "E10.2+", "E102"),
        ("icd10", "N08.3*", "N083"),
        ("icd10", "*N083", "N083"),
        # Behind W00-Y34 the fourth character is the place of occurrence, but for Y06 and Y07.
        ("icd10", "X700", "X70"),
        ("icd10", "X70.9", "X70"),
        ("icd10", "W199", "W19"),
        ("icd10", "Y349", "Y34"),
        ("icd10", "Y060", "Y060"),
        ("icd10", "Y079", "Y079"),
        ("icd10", "Y350", "Y350"),
        ("icd10", "V892", "V892"),
        ("icd10", "X59X", "X59"),
        ("icd10cm", "Y09", "Y09"),
        # The fifth character of chapters XIII and XIX is the site, or open or closed.
        ("icd10", "M54.56", "M545"),
        ("icd10", "S52.01", "S520"),
        ("icd10", "B18.00", "B1800"),
        ("opcs4", "W37.1", "W371"),
        ("opcs4", "E95X", "E95"),
        ("hcpcs", "j1885", "J1885"),
        ("icd10pcs", "0dtj4zz", "0DTJ4ZZ"),
        # No code at all.
        ("icd10", "-", None),
        ("icd10", "", None),
        ("icd10", " X ", None),
        ("icd10", None, None),
        ("icd10cm", "1.00E+10", None),
        ("icd10cm", "1-May", None),
    ],
)
def test_canonical_code(con: duckdb.DuckDBPyConnection, system: str, raw: str | None, expected: str | None) -> None:
    assert con.execute("select canonical_code($1, $2)", [raw, system]).fetchone() == (expected,)


@pytest.mark.parametrize(
    "raw",
    ["1.00E+10", "1E+10", "2.5e-03", "1-May", "05-Mar", "May-01", "5/1/2024", "5/1", "2024-05-01", "#REF!", "########"],
)
def test_spreadsheet_damage(con: duckdb.DuckDBPyConnection, raw: str) -> None:
    assert con.execute("select spreadsheet_damage($1)", [raw]).fetchone() == (True,)


@pytest.mark.parametrize("raw", ["E10", "10E0XZZ", "250.00", "M05", "D63", "V58.61", "0016070", "E8120", "J1885", "-"])
def test_codes_are_no_damage(con: duckdb.DuckDBPyConnection, raw: str) -> None:
    assert con.execute("select spreadsheet_damage($1)", [raw]).fetchone() == (False,)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [("-", True), ("", True), (" ", True), (",-", True), (None, True), ("A46", False), ("0", False)],
)
def test_blank_codes(con: duckdb.DuckDBPyConnection, raw: str | None, expected: bool) -> None:
    assert con.execute("select is_blank_code($1)", [raw]).fetchone() == (expected,)
