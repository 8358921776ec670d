"""Delimited files in every dress are read exactly."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.landing.conftest import any_file, rows
from tests.landing.slow_reader import Good, read_slowly
from tests.landing.test_records import TEXTS
from transforms.landing import Batch, Refusal, delimited, read_one, records

TABLE = [["id", "name", "code"], ["1", "Åsa Öberg", "I21.9"], ["2", "Müller, J.", ""], ["3", 'said "no"\nleft', "E11"]]
PLAIN = [["id", "name", "code"], ["1", "Åsa Öberg", "I21.9"], ["2", "Müller J.", ""], ["3", "Peña", "E11"]]


def written(table: list[list[str]], delimiter: str, quoting: int, line_end: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=line_end).writerows(table)
    return out.getvalue()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_delimiter_line_end_and_encoding_are_found(read, delimiter, line_end, encoding):
    text = written(PLAIN, delimiter, csv.QUOTE_MINIMAL, line_end)
    batch = read(text.encode(encoding))
    assert isinstance(batch, Batch), batch
    assert batch.columns == ("id", "name", "code")
    assert [row[3:] for row in rows(batch)] == [
        ("1", "Åsa Öberg", "I21.9"),
        ("2", "Müller J.", None),
        ("3", "Peña", "E11"),
    ]


@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("at_end", ["line end", "nothing"])
def test_quoted_fields_keep_delimiters_quotes_and_line_ends(read, quoting, line_end, at_end):
    text = written(TABLE, ",", quoting, line_end)
    if at_end == "nothing":
        text = text.removesuffix(line_end)
    batch = read(text.encode())
    empty = "" if quoting == csv.QUOTE_ALL else None
    assert rows(batch) == [
        (1, None, None, "1", "Åsa Öberg", "I21.9"),
        (2, None, None, "2", "Müller, J.", empty),
        (3, None, None, "3", 'said "no"\nleft', "E11"),
    ]


def test_single_quotes_are_found_and_no_quoting_can_be_declared(read):
    assert rows(read(b"'id','name'\n'1','a,b'\n")) == [(1, None, None, "1", "a,b")]
    assert rows(read(b'id,name\n1,"a\n', quote="")) == [(1, None, None, "1", '"a')]


def test_a_spreadsheets_separator_line_and_blank_lines_before_the_header_are_no_records(read):
    assert rows(read(b"sep=;\r\nid;x\r\n1;a,b\r\n")) == [(1, None, None, "1", "a,b")]
    assert rows(read(b"\n \nid,x\n1,a\n")) == [(1, None, None, "1", "a")]


def test_a_file_without_header_takes_the_columns_of_the_layout(read):
    batch = read(b"1,a\n2,b\n", header=False, columns=("id", "name"), required=("id",))
    assert batch.columns == ("id", "name")
    assert rows(batch) == [(1, None, None, "1", "a"), (2, None, None, "2", "b")]


def test_column_names_are_trimmed_named_and_made_unique(read):
    batch = read(b" id ,dx,DX,,dx_2,dx\n1,2,3,4,5,6\n")
    assert batch.columns == ("id", "dx", "DX_3", "column_4", "dx_2", "dx_4")
    assert rows(batch) == [(1, None, None, "1", "2", "3", "4", "5", "6")]


def test_one_column_is_a_table_too(read):
    assert rows(read(b'id\n1\n\n""\nx\n')) == [(1, None, None, "1"), (2, None, None, ""), (3, None, None, "x")]
    assert rows(read(b"id\n1\n2,3\n4\x00\n5\n")) == [
        (1, None, None, "1"),
        (2, "wrong_number_of_fields", "2,3", None),
        (3, "nul_byte", "4\\x00", None),
        (4, None, None, "5"),
    ]


def test_a_header_alone_is_a_table_without_records(read):
    for content in (b"id,name\n", b"id,name", b"id,name\r\n\r\n"):
        batch = read(content)
        assert (batch.rows_read, batch.columns, rows(batch)) == (0, ("id", "name"), [])
        assert batch.message == "It has a header and no record."


def test_faulty_records_keep_their_number_and_text(read):
    content = b'id,x\n1,a\n2\n3,"b\n\n4,"c\nd"\n5,\xe9\n6,\xc3\xa9\n7,e,f\n8,\x00\n9,"g"h\n10,i\n'
    batch = read(content)
    assert rows(batch) == [
        (1, None, None, "1", "a"),
        (2, "wrong_number_of_fields", "2", None, None),
        (3, "unterminated_quote", '3,"b', None, None),
        (4, None, None, "4", "c\nd"),
        (5, "invalid_encoding", "5,\\xe9", None, None),
        (6, None, None, "6", "é"),
        (7, "wrong_number_of_fields", "7,e,f", None, None),
        (8, "nul_byte", "8,\\x00", None, None),
        (9, "stray_quote", '9,"g"h', None, None),
        (10, None, None, "10", "i"),
    ]
    assert (batch.rows_read, batch.rows_faulty) == (10, 6)
    assert batch.faults == {
        "invalid_encoding": 1, "nul_byte": 1, "stray_quote": 1, "unterminated_quote": 1, "wrong_number_of_fields": 2,
    }  # fmt: skip


def test_text_that_looks_like_syntax_is_text(read):
    content = b"id,x\n#1,NULL\n2,\\N\n3, b \n4,'c'\n5,%s{}\n"
    assert [row[3:] for row in rows(read(content))] == [
        ("#1", "NULL"), ("2", "\\N"), ("3", " b "), ("4", "'c'"), ("5", "%s{}"),
    ]  # fmt: skip


def test_a_file_name_that_looks_like_a_pattern_is_a_name(read):
    assert rows(read(b"id\n1\n", name="ex[tr]a*ct?.csv")) == [(1, None, None, "1")]


@settings(max_examples=80, deadline=None)
@given(text=TEXTS, width=st.integers(1, 3), part=st.sampled_from([1, 40]), block=st.sampled_from([8, 1 << 19]))
def test_any_text_is_read_as_the_slow_reader_reads_it(text, width, part, block):
    text = text.lstrip(" \r\n") or "x"
    if "\n" not in text:
        # Lone carriage returns would end the lines.
        text = text.replace("\r", "")
    columns = tuple(f"c{place}" for place in range(width))
    layout = any_file(header=False, columns=columns, delimiter=",", encoding="utf-8")
    expected = [
        (number, None, None, *record.values)
        if isinstance(record, Good)
        else (number, record.reason, record.raw, *[None] * width)
        for number, record in enumerate(read_slowly(text, width), start=1)
    ]
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(delimited, "_SMALLEST_PART", part)
        patch.setattr(records, "BLOCK", block)
        path, target = Path(folder, "any.csv"), Path(folder, "target")
        path.write_bytes(text.encode())
        target.mkdir()
        batch = read_one(path, layout, target)
        if all(row[1] for row in expected):
            assert isinstance(batch, Refusal)
            assert batch.reason == "no_readable_record"
        else:
            assert rows(batch) == expected
            assert batch.rows_read == len(expected)


@pytest.mark.slow
def test_a_large_file_with_a_few_faults_is_exact(tmp_path):
    """300,000 records in several parts: numbers, order and faults are those that were written."""
    lines = [f'{number},"note {number}\nsecond line",{number % 97}' for number in range(1, 300_001)]
    bad = {1: "1", 77_777: '77777,"open,3', 150_000: "a,b,c,d", 299_999: "299999,x\x00,2"}
    for number, line in bad.items():
        lines[number - 1] = line
    path = tmp_path / "large.csv"
    path.write_text("id,note,x\n" + "\n".join(lines), encoding="utf-8")
    (tmp_path / "target").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delimited, "_SMALLEST_PART", 1 << 20)
        batch = read_one(path, any_file(), tmp_path / "target")
    found = rows(batch)
    assert [row[0] for row in found] == list(range(1, 300_001))
    assert {row[0]: row[1] for row in found if row[1]} == {
        1: "wrong_number_of_fields",
        77_777: "unterminated_quote",
        150_000: "wrong_number_of_fields",
        299_999: "nul_byte",
    }
    assert all(row[3] == str(row[0]) and row[4] == f"note {row[0]}\nsecond line" for row in found if not row[1])


def test_row_counts_of_the_real_extracts_are_those_of_the_csv_module(shared_data, tmp_path):
    files = sorted(path for path in shared_data.rglob("*.csv"))
    assert len(files) > 20
    for number, path in enumerate(files):
        target = tmp_path / str(number)
        target.mkdir()
        batch = read_one(path, any_file(), target)
        with path.open(encoding="latin-1", newline="") as stream:
            header, *records_ = [record for record in csv.reader(stream) if record]
        assert (path.name, batch.rows_read, batch.rows_faulty) == (path.name, len(records_), 0)
        assert len(batch.columns) == len(header)
