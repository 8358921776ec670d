"""A file that cannot be used is refused with a message that names it, what was expected, what was found, what to do."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from datetime import date, datetime
from pathlib import Path

import duckdb
import openpyxl
import pytest

from tests.landing.conftest import any_file, rows
from transforms.landing import Batch, Refusal, read_one
from transforms.landing import read as reading


def said(outcome: Batch | Refusal) -> tuple[str, str]:
    assert isinstance(outcome, Refusal), outcome
    return outcome.reason, outcome.message


def refused(path: Path, tmp_path: Path, **layout) -> tuple[str, str]:
    target = tmp_path / "target"
    target.mkdir()
    outcome = said(read_one(path, any_file(**layout), target))
    assert str(tmp_path) not in outcome[1]
    return outcome


def test_a_missing_column_is_named_with_what_was_found_and_what_is_like_it(read):
    outcome = read(b"Encounter-ID,sex,dx1\n1,F,I21\n", required=("encounter_id", "sex"))
    assert said(outcome) == (
        "missing_column",
        "extract.csv: expected the column 'encounter_id', found 3 columns: 'Encounter-ID', 'sex', 'dx1'. Did you mean "
        "'Encounter-ID' for 'encounter_id'? Rename the column in the file or in the profile, or check the delimiter.",
    )
    assert outcome.sha256 is not None


def test_a_first_line_that_is_a_record_is_not_shown(read):
    assert said(read(b"77,1950-02-03,Jane\n78,1951-02-03,Ann\n", required=("id", "name"))) == (
        "missing_column",
        "extract.csv: expected the columns 'id', 'name', found 3 fields in the first line, of which some are numbers "
        "or dates: it seems to have no header line. Add one, or set `header = false` and `columns` in the profile.",
    )


def test_required_columns_are_found_without_regard_to_case_and_blanks(read):
    assert read(b" ID ;Sex\n1;F\n", required=("id", "sex")).columns == ("ID", "Sex")


def test_a_required_column_that_is_there_twice_is_ambiguous(read):
    assert said(read(b"id,sex,ID\n1,F,2\n", required=("id",))) == (
        "ambiguous_column",
        "extract.csv: expected the column 'id' once, found it 2 times. Rename or remove all but one.",
    )


def test_a_column_with_a_name_of_ours_is_refused(read):
    assert said(read(b"id,_Fault\n1,x\n")) == (
        "reserved_name",
        "extract.csv: the column '_fault' has a name that Farr uses itself. Rename it.",
    )


@pytest.mark.parametrize(
    ("content", "found"), [(b"", "nothing at all"), (b" \n\r\n\t", "only blanks"), (b"\xef\xbb\xbf", "only blanks")]
)
def test_an_empty_file(read, content, found):
    message = f"extract.csv: expected a header and records, found {found}. Export the file again."
    assert said(read(content)) == ("empty_file", message)


def test_a_directory_a_missing_file_a_broken_link_and_a_pipe(tmp_path):
    (tmp_path / "2019").mkdir()
    (tmp_path / "link.csv").symlink_to(tmp_path / "nowhere.csv")
    os.mkfifo(tmp_path / "pipe.csv")
    correct = "Correct `path` or put the file there."
    cases = {
        "2019": ("directory", "2019: expected a file, found a directory. Name its files, for example 2019/*.csv."),
        "no.csv": ("file_missing", f"no.csv: expected a file; there is no such file. {correct}"),
        "link.csv": (
            "file_missing",
            f"link.csv: expected a file; it is a link to a file that does not exist. {correct}",
        ),
        "pipe.csv": ("not_a_file", "pipe.csv: expected a file, found a device, pipe or socket. Save it as a file."),
    }
    for name, expected in cases.items():
        outcome = read_one(tmp_path / name, any_file(), tmp_path)
        assert said(outcome) == expected
        assert outcome.sha256 is None


@pytest.mark.skipif(not hasattr(os, "setuid"), reason="permissions are those of Unix")
def test_no_permission(request):
    """In a process of its own that gives up its privileges, because root may read everything."""
    folder = Path(tempfile.mkdtemp())
    request.addfinalizer(lambda: shutil.rmtree(folder))
    folder.chmod(0o755)
    path = folder / "closed.csv"
    path.write_text("id\n1\n")
    path.chmod(0)
    program = f"""
import os
from pathlib import Path
from transforms.landing import read_one
from transforms.profiles.layout import FileLayout
if os.getuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
outcome = read_one(Path({str(path)!r}), {{"encounter": FileLayout(match=("*",))}}, Path("unused"))
print(outcome.reason, outcome.message, sep="|")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=Path.cwd())
    assert done.stdout == (
        "no_permission|closed.csv: no permission to read it. Give read permission to the account that runs farr.\n"
    ), done.stderr


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"\x1f\x8b\x08\x00rest", "compressed with gzip"),
        (b"%PDF-1.7", "a PDF document"),
        (b"\n <!DOCTYPE html><table>", "an HTML or XML document"),
    ],
)
def test_what_is_no_table_is_named(read, content, what):
    message = f"extract.csv: expected CSV, Parquet or XLSX, found that it is {what}. Unpack or convert it."
    assert said(read(content)) == ("unsupported_format", message)


def test_binary_data(read):
    message = "extract.csv: expected text, found binary data. Export it as CSV, Parquet or XLSX."
    assert said(read(bytes(range(256)) + b"\x00" * 200)) == ("unsupported_format", message)


def test_an_encoding_that_does_not_fit(read):
    latin = "id,name\n1,Åsa\n2,Peña\n3,Ørsted\n4,Li\n".encode("latin-1")
    assert said(read(latin, encoding="utf-8")) == (
        "wrong_encoding",
        "extract.csv: expected UTF-8 as the profile says, found 3 of about 6 lines that are not. Set `encoding` in the "
        "profile (latin-1, cp1252, utf-16) or export the file as UTF-8.",
    )
    assert said(read(latin, encoding="utf-16"))[0] == "wrong_encoding"
    assert said(read("id,name\n1,a\n".encode("utf-32")))[0] == "wrong_encoding"


def test_an_encoding_that_is_not_declared_is_decided_by_the_lines_beyond_ascii(read):
    latin = read("id,name\n1,Åsa\n2,Peña\n3,Li\n".encode("latin-1"))
    assert [row[4] for row in rows(latin)] == ["Åsa", "Peña", "Li"]
    assert latin.message == "It is not UTF-8 and no encoding is declared: read as Windows-1252 (latin-1)."
    damaged = read("id,name\n1,Åsa\n2,Peña\n3,".encode() + b"\xe9\n")
    assert [row[1] for row in rows(damaged)] == [None, None, "invalid_encoding"]
    assert damaged.message is None


def test_one_damaged_line_does_not_condemn_a_file_that_is_declared_utf8(read):
    assert [row[1] for row in rows(read(b"id,x\n1,a\n2,\xe9\n", encoding="utf-8"))] == [None, "invalid_encoding"]


def test_what_the_bytes_prove_goes_before_what_the_profile_says(read):
    marked = read("id,name\n1,Åsa\n".encode("utf-8-sig"), encoding="latin-1")
    assert rows(marked)[0][4] == "Åsa"
    assert marked.message == "Its byte-order mark says utf-8, the profile says latin-1: read as utf-8."
    unmarked = read("id,name\n1,Åsa\n2,Peña\n".encode(), encoding="latin-1")
    assert [row[4] for row in rows(unmarked)] == ["Åsa", "Peña"]
    assert unmarked.message == "The profile says latin-1, but every line beyond ASCII is UTF-8: read as utf-8."


def test_characters_that_an_encoding_lacks_cost_their_record(read):
    found = rows(read(b"id,x\n1,\x81\n2,\x93a\x94\n", encoding="cp1252"))
    assert [(row[1], row[4]) for row in found] == [("invalid_encoding", None), (None, "“a”")]
    cut = "id,x\n1,a\n2,b".encode("utf-16-le")[:-1]
    assert [row[1] for row in rows(read(b"\xff\xfe" + cut))] == [None, "invalid_encoding"]


def test_a_file_of_which_no_record_can_be_read(read):
    assert said(read(b"id,sex,age\n1;F\n2;M\n", delimiter=",")) == (
        "no_readable_record",
        "extract.csv: expected records of 3 fields, found none among 2 that can be read (2 of them: wrong number of "
        "fields). Check `delimiter`, `quote`, `encoding` and the header.",
    )


def test_a_header_whose_quote_never_closes(read):
    message = "extract.csv: expected a header line, found one with a quote that is not closed."
    assert said(read(b'id,"name\n1,a\n')) == ("unreadable_header", message)


def test_a_file_that_changes_while_it_is_read(tmp_path, monkeypatch):
    path = tmp_path / "growing.csv"
    path.write_text("id\n1\n")
    look = reading.look

    def look_and_append(path: Path):
        seen = look(path)
        with path.open("a") as stream:
            stream.write("2\n")
        return seen

    monkeypatch.setattr(reading, "look", look_and_append)
    message = "growing.csv: it was changed while it was read. Run again when it is complete."
    assert refused(path, tmp_path) == ("changing_file", message)


# -- Parquet


def parquet(tmp_path: Path, query: str) -> Path:
    path = tmp_path / "extract.parquet"
    duckdb.execute(f"copy ({query}) to '{path}' (format parquet)")
    return path


def test_parquet_values_become_text(tmp_path):
    path = parquet(
        tmp_path,
        "select 1::bigint as id, date '2019-02-03' as day, timestamp '2019-02-03 04:05:06' as moment, "
        "timestamptz '2019-02-03 04:05:06+02' as instant, 2.0::double as whole, 2.5::double as part, "
        "'nan'::double as nan, 1e10::double as large, true as yes, null::varchar as nothing, '' as blank, "
        "'é'::varchar as text, 3.10::decimal(5, 2) as price, 'a'::blob as bytes",
    )
    (tmp_path / "target").mkdir()
    (found,) = rows(read_one(path, any_file(), tmp_path / "target"))
    assert found == (
        1, None, None, "1", "2019-02-03", "2019-02-03 04:05:06", "2019-02-03 02:05:06", "2", "2.5",
        None, "10000000000", "true", None, "", "é", "3.10", "a",
    )  # fmt: skip


def test_parquet_with_nested_values(tmp_path):
    path = parquet(tmp_path, "select 1 as id, [1, 2] as codes, {'a': 1} as person")
    assert refused(path, tmp_path) == (
        "nested_type",
        "extract.parquet: expected one value a field, found nested values (lists or structures) in 'codes', 'person'. "
        "Flatten them before exporting.",
    )


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.99])
def test_truncated_and_damaged_parquet(tmp_path, kept):
    path = parquet(tmp_path, "select range as id, md5(range::varchar) as x from range(20000)")
    content = path.read_bytes()
    expected = (
        "corrupt_file",
        "extract.parquet: expected a complete Parquet file, found one that is cut short or damaged. Copy or export it "
        "again.",
    )
    path.write_bytes(content[: int(len(content) * kept)])
    assert refused(path, tmp_path) == expected


def test_parquet_whose_middle_is_damaged(tmp_path):
    path = parquet(tmp_path, "select range as id, md5(range::varchar) as x from range(20000)")
    content = bytearray(path.read_bytes())
    content[1000:5000] = b"\xff" * 4000
    path.write_bytes(bytes(content))
    assert refused(path, tmp_path)[0] == "corrupt_file"


def test_parquet_columns_are_checked_like_any(tmp_path):
    path = parquet(tmp_path, "select 1 as id")
    assert refused(path, tmp_path, required=("sex",))[0] == "missing_column"


# -- XLSX


def workbook(tmp_path: Path, sheets: dict[str, list[list]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, cells in sheets.items():
        sheet = book.create_sheet(title)
        for row in cells:
            sheet.append(row)
    path = tmp_path / "extract.xlsx"
    book.save(path)
    return path


def test_cells_become_text_and_blank_rows_are_no_records(tmp_path):
    path = workbook(
        tmp_path,
        {
            "notes": [["not this one"]],
            "stays": [
                [None, None],
                ["id", "admitted", "age", "code"],
                [1, date(2019, 2, 3), 2.5, "E11"],
                [None, None, None, None],
                ["x", datetime(2019, 2, 3, 4, 5, 6), True, 1e10],
                [3, None, None, None, "beyond"],
            ],
        },
    )
    (tmp_path / "target").mkdir()
    batch = read_one(path, any_file(sheet="stays"), tmp_path / "target")
    assert batch.columns == ("id", "admitted", "age", "code")
    assert rows(batch) == [
        (1, None, None, "1", "2019-02-03", "2.5", "E11"),
        (2, None, None, "x", "2019-02-03 04:05:06", "true", "10000000000"),
        (3, "wrong_number_of_fields", "3\t\t\t\tbeyond", None, None, None, None),
    ]


def test_a_sheet_that_is_not_there(tmp_path):
    path = workbook(tmp_path, {"one": [["id"], [1]], "two": [["id"], [2]]})
    assert refused(path, tmp_path, sheet="stays") == (
        "missing_sheet",
        "extract.xlsx: expected the sheet 'stays', found 'one', 'two'. Correct `sheet` in the profile or rename the "
        "sheet.",
    )


def test_an_empty_sheet(tmp_path):
    path = workbook(tmp_path, {"one": []})
    message = "extract.xlsx: expected a header and records, found nothing in sheet 'one'."
    assert refused(path, tmp_path) == ("empty_file", message)


@pytest.mark.parametrize("how", ["cut", "noise", "another zip"])
def test_a_damaged_workbook(tmp_path, how):
    path = workbook(tmp_path, {"one": [["id"], [1]]})
    if how == "cut":
        path.write_bytes(path.read_bytes()[:700])
    elif how == "noise":
        path.write_bytes(b"no workbook at all")
    else:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("data.csv", "id\n1\n")
    assert refused(path, tmp_path) == (
        "corrupt_file",
        "extract.xlsx: expected an XLSX workbook, found a file that is damaged, cut short or protected by a password. "
        "Save it again without a password, or as CSV.",
    )
