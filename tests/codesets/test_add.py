"""Release files and groupings that a site adds: recognised, checked, copied; or refused with the place."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from codesets import construction
from codesets.site import add
from codesets.sources.dxccsr import read_site_ccsr
from codesets.sources.order_file import read_site_order
from codesets.sources.packages import SourceError

HEADER = "system,code,group,title,valid_from,valid_to,source\n"

# After the layout in AHRQ's user guide.
CCSR_HEADER = (
    "'ICD-10-CM CODE','ICD-10-CM CODE DESCRIPTION','Default CCSR CATEGORY IP','Default CCSR CATEGORY DESCRIPTION IP',"
    "'Default CCSR CATEGORY OP','Default CCSR CATEGORY DESCRIPTION OP','CCSR CATEGORY 1','CCSR CATEGORY 1 DESCRIPTION',"
    "'CCSR CATEGORY 2','CCSR CATEGORY 2 DESCRIPTION'\n"
)
CCSR = CCSR_HEADER + (
    "'I110','Hypertensive heart disease','CIR019','Heart failure','CIR019','Heart failure',"
    "'CIR008','Hypertension with complications','CIR019','Heart failure'\n"
    "'W19XXXA','Unspecified fall','XXX000','Unacceptable','XXX111','Unacceptable','EXT029','Fall',' ',' '\n"
)


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_a_new_ccsr_stands_beside_the_old(tmp_path: Path, small: duckdb.DuckDBPyConnection) -> None:
    site = tmp_path / "codesets"
    added = add(written(tmp_path / "DXCCSR_v2026-1.csv", CCSR), site)
    assert (added.kind, added.scheme, added.version, added.row_count, added.added) == (
        "AHRQ DXCCSR", "ccsr", "2026.1", 3, None,
    )  # fmt: skip
    small.register("site_ccsr", read_site_ccsr(site))
    small.register("site_order", read_site_order(site))
    small.execute((Path(construction.__file__).parent / "site_release.sql").read_text(encoding="utf-8"))
    assert small.execute(
        "select scheme_version, code, group_code, is_default, is_default_outpatient from codes.grouping order by all"
    ).fetchall() == [
        ("2026.1", "I110", "CIR008", False, False),
        ("2026.1", "I110", "CIR019", True, True),
        ("2026.1", "W19XXXA", "EXT029", False, False),
    ]
    assert small.execute("select release, row_count from codes.release").fetchall() == [("v2026.1", 3)]


def test_what_changed_is_said(tmp_path: Path) -> None:
    site = tmp_path / "codesets"
    file = written(
        tmp_path / "board@2.csv", HEADER + "icd10cm,I21,HEART,Heart,,,Board\nicd10cm,I22,HEART,Heart,,,Board\n"
    )
    assert add(file, site).added is None
    written(file, HEADER + "icd10cm,I21,HEART,Heart,,,Board\nicd10cm,I25,OLD,Old,,,Board\nicd10cm,I26,L,Lung,,,Board\n")
    again = add(file, site, partition=True)
    assert (again.scheme, again.version, again.row_count, again.added, again.gone) == ("board", "2", 3, 2, 1)
    assert (site / "board@2.csv").read_bytes() == file.read_bytes()


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("x.csv", "a,b\n1,2\n", "of no kind that is known here"),
        ("x.csv", HEADER, "has no line below the first"),
        (
            "x.csv",
            HEADER + "icd10cm,I21,A,A,2024-01-01,2023-01-01,B\n",
            "column valid_to: ends before it begins",
        ),
        (
            "x.csv",
            HEADER + "icd10cm,I21,A,A,,,B\nicd10cm,I21,A,A,,,B\n",
            "lines 2 and 3: the same codes are in one group twice",
        ),
        (
            "x.csv",
            HEADER + "icd10cm,I20-I25,A,A,,,B\nicd10cm,I21.4,C,C,,,B\n",
            "lines 2 and 3: codes are in two groups of a partition",
        ),
        ("DXCCSR_v2026-1.csv", CCSR + CCSR.splitlines()[1] + "\n", "line 4: the code stands on line 2 too"),
        (
            "DXCCSR_v2026-1.csv",
            CCSR.replace("'CIR019','Heart failure'\n", "' ',' '\n"),
            "line 2: the inpatient default is none",
        ),
        ("DXCCSR.csv", CCSR, "the file's name does not say the version"),
    ],
)
def test_a_file_that_contradicts_itself_is_refused(tmp_path: Path, name: str, text: str, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        add(written(tmp_path / name, text), tmp_path / "codesets", partition=True)
    assert not (tmp_path / "codesets").exists()


def test_groups_may_overlap_where_no_partition_is_asked_for(tmp_path: Path) -> None:
    text = HEADER + "icd10cm,I20-I25,A,A,,,B\nicd10cm,I21.4,C,C,,,B\nicd10cm,I21.4,D,D,2020-01-01,,B\n"
    assert add(written(tmp_path / "ours.csv", text), tmp_path / "codesets").row_count == 3


def order_line(number: int, code: str, billable: int, title: str) -> str:
    return f"{number:05d} {code:<7} {billable} {title[:60]:<60} {title}\n"


ORDER = (
    order_line(1, "I21", 0, "Acute myocardial infarction")
    + order_line(2, "I214", 1, "Non-ST elevation (NSTEMI) myocardial infarction")
    + order_line(3, "I219", 1, "Acute myocardial infarction, newly described")
)


def test_order_files_carry_the_system_on(tmp_path: Path, small: duckdb.DuckDBPyConnection) -> None:
    site = tmp_path / "codesets"
    added = add(written(tmp_path / "icd10cm-order-April-2027.txt", ORDER), site)
    assert (added.kind, added.scheme, added.version, added.row_count) == ("order file", "icd10cm", "FY2027, April", 3)
    # Without its second line: I21.4 is deleted in the year after. A year later still is not followed by any other.
    add(written(tmp_path / "icd10cm_order_2028.txt", ORDER.replace(ORDER.splitlines()[1] + "\n", "")), site)
    add(written(tmp_path / "icd10cm_order_2030.txt", ORDER), site)
    small.register("site_order", read_site_order(site))
    small.register("site_ccsr", read_site_ccsr(site))
    for file in ("site_validity.sql", "site_validity.sql", "site_validity.sql", "site_release.sql"):
        small.execute((Path(construction.__file__).parent / file).read_text(encoding="utf-8"))
    assert small.execute(
        "select code, valid_from::varchar, valid_to::varchar from codes.validity where system = 'icd10cm' order by all"
    ).fetchall() == [
        ("E11A", "2025-10-01", "2027-03-31"),
        ("I214", "2015-10-01", "2027-09-30"),
        ("I219", "2027-04-01", None),
        ("I420", "2015-10-01", "2026-09-30"),
    ]
    assert small.execute("select known_to::varchar from codes.system where system = 'icd10cm'").fetchone() == (
        "2028-09-30",
    )
    assert small.execute("select release, row_count from codes.release order by all").fetchall() == [
        ("FY2027, April", 3), ("FY2028", 2), ("FY2030", 3),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("icd10cm_order_2028.txt", ORDER + "I22 without its columns\n", "line 4: not in the columns of an order file"),
        ("icd10cm_order_2028.txt", ORDER + ORDER, "line 4: the code stands on line 1 too"),
        ("codes.txt", ORDER, "the file's name does not say the release"),
    ],
)
def test_an_order_file_that_is_not_whole_is_refused(tmp_path: Path, name: str, text: str, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        add(written(tmp_path / name, text), tmp_path / "codesets")
    assert not (tmp_path / "codesets").exists()
