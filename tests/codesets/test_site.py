"""A site's own groupings: taken in as they are, or refused with the place and what to do."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from codesets import construction
from codesets.sources.packages import SourceError
from codesets.sources.site import read_site_groupings

HEADER = "system,code,group,title,valid_from,valid_to,source\n"


def written(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def loaded(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    con.register("site_groupings", read_site_groupings(folder))
    con.execute((Path(construction.__file__).parent / "site.sql").read_text(encoding="utf-8"))


def test_codes_and_ranges_stand_for_all_below_them(small: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    text = HEADER + (
        "icd10cm,I20-I42,HEART,Heart,,,Board 2024\n"
        "icd10cm,E11,SUGAR,Diabetes,2020-01-01,2025-12-31,Board 2024\n"
        "opcs4,W37.1,HIP,Hip replacement,,,Board 2024\n"
    )
    loaded(small, written(tmp_path, "board.csv", text))
    assert small.execute(
        "select scheme, scheme_version, system, code, group_code, is_default, provenance, valid_to::varchar "
        "from codes.grouping order by scheme_version, code"
    ).fetchall() == [
        ("board", "site_icd10cm", "icd10cm", "E11", "SUGAR", True, "site", "2025-12-31"),
        ("board", "site_icd10cm", "icd10cm", "E112", "SUGAR", True, "site", "2025-12-31"),
        ("board", "site_icd10cm", "icd10cm", "E11A", "SUGAR", True, "site", "2025-12-31"),
        ("board", "site_icd10cm", "icd10cm", "I214", "HEART", True, "site", None),
        ("board", "site_icd10cm", "icd10cm", "I420", "HEART", True, "site", None),
        ("board", "site_opcs4", "opcs4", "W371", "HIP", True, "site", None),
    ]
    assert small.execute("select scheme_version, is_partition from codes.scheme order by all").fetchall() == [
        ("site_icd10cm", True),
        ("site_opcs4", True),
    ]
    assert small.execute("select group_code, title, sort_order from codes.group_label order by all").fetchall() == [
        ("HEART", "Heart", 1),
        ("HIP", "Hip replacement", 1),
        ("SUGAR", "Diabetes", 2),
    ]


def test_two_versions_of_one_scheme_and_overlapping_groups(small: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    written(tmp_path, "board@1.csv", HEADER + "icd10cm,I42.0,A,First,,,Board\n")
    written(tmp_path, "board@2.csv", HEADER + "icd10cm,I42,B,Second,,,Board\nicd10cm,I42.0,A,First,,,Board\n")
    loaded(small, tmp_path)
    assert small.execute("select scheme_version, is_partition from codes.scheme order by all").fetchall() == [
        ("1", True),
        ("2", False),
    ]
    assert small.execute(
        "select scheme_version, code, group_code, is_default from codes.grouping order by all"
    ).fetchall() == [
        ("1", "I420", "A", True),
        ("2", "I42", "B", True),
        ("2", "I420", "A", False),
        ("2", "I420", "B", True),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("code,group\n", "bad.csv: the first line must name the columns system, code, group"),
        (HEADER + "icd10cm,I42,A\n", "bad.csv, line 2: expected 7 fields"),
        (HEADER + "icd10cm,I42,A,Heart, failure,,,Board\n", "bad.csv, line 2: expected 7 fields; quote those"),
        (HEADER + "icd10cm,,A,Heart,,,Board\n", "bad.csv, line 2, column code: is empty; fill it in"),
        (HEADER + "icd10cm,I42-I20,A,Heart,,,Board\n", "bad.csv, line 2, column code: the range ends before it begins"),
        (
            HEADER + "icd10cm,I42,A,Heart,1/5/2024,,Board\n",
            "bad.csv, line 2, column valid_from: not a date; write it as",
        ),
        (
            HEADER + "icd10cm,I42,A,Heart,,,Board\nicd10cm,I43,A,Other,,,Board\n",
            "bad.csv, line 3, column title: the group has another title above",
        ),
    ],
)
def test_what_is_refused_and_how(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SourceError) as refused:
        read_site_groupings(written(tmp_path, "bad.csv", text))
    assert str(refused.value).startswith(message)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(SourceError, match=r"bad\.csv: not a UTF-8 CSV file; save it as CSV in UTF-8"):
        read_site_groupings(tmp_path)


def test_no_folder_is_no_grouping(tmp_path: Path) -> None:
    assert read_site_groupings(tmp_path / "nowhere").num_rows == 0
    assert read_site_groupings(None).num_rows == 0
