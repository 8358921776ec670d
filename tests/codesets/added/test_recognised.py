"""Every kind of file is known by its content, read whole, and copied with where it comes from."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import pytest

from codesets.site import Added, add, kinds, remove
from codesets.sources.added.folder import files_of
from codesets.sources.packages import SourceError
from tests.codesets.added.conftest import Build
from tests.codesets.added.samples import CMR, TEXTS, comorbidities, workbook, written

EXPECTED = {
    "icd10cm-order-April-1-2027.txt": ("order file", "icd10cm", "FY2027, April", 3, "2027-04-01", "2027-09-30"),
    "icd10cm_order_addenda_2028.txt": ("addenda", "icd10cm", "FY2028", 3, "2027-10-01", "2028-03-31"),
    "icd10cm-tabular-2028.xml": ("tabular list", "icd10cm", "FY2028", 7, "2027-10-01", "2028-03-31"),
    "DXCCSR_v2026-1.csv": ("AHRQ DXCCSR", "ccsr", "2026.1", 3, None, None),
    "POAexemptCodesFY25.txt": ("POA exempt list", "poa_exempt", "FY2025", 2, "2024-10-01", "2025-09-30"),
    "Definitions of Medicare Code Edits_v45.txt": (
        "Medicare code edits", "cms_mce", "v45, FY2028", 5, "2027-10-01", "2028-09-30",
    ),
    "ccipra-v320r0-f1.txt": (
        "NCCI procedure-to-procedure edits", "practitioner", "v32.0, 2026 quarter 1", 2, "2026-01-01", "2026-03-31",
    ),
    "MCR_MUE_PractitionerServices_Eff_01-01-2027.csv": (
        "NCCI medically unlikely edits", "practitioner", "2027 quarter 1", 2, "2027-01-01", "2027-03-31",
    ),
    "LONGULT.txt": ("AMA CPT", "hcpcs", "CPT 2026", 2, "2026-01-01", "2026-12-31"),
    "icd10gm2026syst_claml.xml": ("ClaML", "icd10gm", "2026 edition", 4, "2026-01-01", "2026-12-31"),
    "board@2.csv": ("grouping", "board", "2", 1, None, None),
    "opcs4@4.10.csv": ("code list", "opcs4", "4.10", 1, "2023-04-01", "2026-03-31"),
    "coverage.csv": ("coverage", "coverage", "site", 1, None, None),
    "drg_weights.csv": ("drg_weights", "drg_weights", "site", 1, None, None),
}  # fmt: skip


def shown(added: Added) -> tuple:
    days = (day.isoformat() if day else None for day in (added.first_day, added.last_day))
    return added.kind, added.subject, added.release, added.row_count, *days


@pytest.mark.parametrize("name", TEXTS)
def test_a_file_is_known_by_its_content(tmp_path: Path, name: str) -> None:
    file = written(tmp_path / "taken", name)
    added = add(file, tmp_path / "codesets")
    assert shown(added) == EXPECTED[name]
    assert added.path.read_bytes() == file.read_bytes()
    assert files_of(tmp_path / "codesets") == (added.path,)
    assert len(kinds()) == len(EXPECTED) + 1


def test_a_workbook_is_known_by_its_sheets(tmp_path: Path) -> None:
    assert shown(add(comorbidities(tmp_path), tmp_path / "codesets")) == (
        "AHRQ CMR", "elixhauser_ahrq", "2027.1", 2, None, None,
    )  # fmt: skip
    pairs = (
        ("CPT only copyright 2025",),
        ("Column 1", "Column 2", "*=in existence", "Effective Date", "Deletion Date", "Modifier", "Rationale"),
        ("00001", "00002", "", 20240101, "*", 1, "Why"),
    )
    file = workbook(tmp_path / "ccioph-v323r0-f2.xlsx", {"Sheet1": pairs})
    assert shown(add(file, tmp_path / "codesets"))[:4] == (
        "NCCI procedure-to-procedure edits", "outpatient_hospital", "v32.3, 2026 quarter 4", 1,
    )  # fmt: skip
    exempt = (("Order28", "POAexemptCode", "Description"), ("00001", "B90.0", "Sequelae"))
    file = workbook(tmp_path / "POAexemptCodesFY28.xlsx", {"Sheet1": exempt})
    assert shown(add(file, tmp_path / "codesets"))[2:4] == ("FY2028", 1)
    lists = {"Newborn diagnoses": (("Code", "Title"), ("A33", "T")), "Manifestation codes": (("F02.80", "D"),)}
    file = workbook(tmp_path / "code edits v45.xlsx", lists)
    assert shown(add(file, tmp_path / "codesets"))[2:4] == ("v45, FY2028", 2)


def test_the_reference_file_ends_where_it_says_so(tmp_path: Path) -> None:
    """AHRQ's sheet closes with a line of words in its first cell."""
    added = add(comorbidities(tmp_path, (*CMR, ("End of Content", "", "", "", ""))), tmp_path / "codesets")
    assert added.row_count == 2


def test_older_windows_text_and_a_byte_mark_are_read(tmp_path: Path) -> None:
    text = TEXTS["LONGULT.txt"].encode("cp1252")
    (tmp_path / "LONGULT.txt").write_bytes(text)
    assert add(tmp_path / "LONGULT.txt", tmp_path / "codesets").row_count == 2
    (tmp_path / "board@2.csv").write_bytes(b"\xef\xbb\xbf" + TEXTS["board@2.csv"].encode())
    assert add(tmp_path / "board@2.csv", tmp_path / "codesets").row_count == 1


def test_where_files_come_from_is_recorded(tmp_path: Path, built: Build) -> None:
    site = tmp_path / "codesets"
    for name in ("DXCCSR_v2026-1.csv", "opcs4@4.10.csv"):
        add(written(tmp_path, name), site)
    con = built(site)
    assert con.execute(
        "select source, release, row_count, first_day, horizon, licence, file_name, version from codes.release "
        "order by source"
    ).fetchall() == [
        (
            "AHRQ DXCCSR of ccsr, added by the site", "2026.1", 3, None, None, "US government work (AHRQ HCUP)",
            "DXCCSR_v2026-1.csv", hashlib.sha256(TEXTS["DXCCSR_v2026-1.csv"].encode()).hexdigest(),
        ),
        (
            "code list of opcs4, added by the site", "4.10", 1, date(2023, 4, 1), date(2026, 3, 31),
            "The site's own", "opcs4@4.10.csv", hashlib.sha256(TEXTS["opcs4@4.10.csv"].encode()).hexdigest(),
        ),
    ]  # fmt: skip


def test_a_file_is_taken_out_again(tmp_path: Path) -> None:
    site = tmp_path / "codesets"
    add(written(tmp_path, "DXCCSR_v2026-1.csv"), site)
    with pytest.raises(SourceError, match=r"No file of that name was added\. There are: DXCCSR_v2026-1\.csv"):
        remove("../farr.toml", site)
    assert remove("DXCCSR_v2026-1.csv", site).name == "DXCCSR_v2026-1.csv"
    assert files_of(site) == ()
