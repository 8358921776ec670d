"""Files that contradict themselves, pretend or could harm: refused with the place and what to do; nothing is copied."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

from codesets import site as site_module
from codesets.site import add
from codesets.sources.packages import SourceError
from tests.codesets.added.samples import (
    CCSR_LINE,
    CMR,
    CODE_LIST,
    COVERAGE,
    GROUPING,
    ORDER,
    TEXTS,
    comorbidities,
    workbook,
    written,
)

OPCS = "opcs4,W37.1,Hip,2023-04-01,2026-03-31,NHS\n"


def changed(name: str, old: str, new: str) -> tuple[str, str]:
    assert old in TEXTS[name]
    return name, TEXTS[name].replace(old, new)


REFUSED = [
    ("x.csv", "a,b\n1,2\n", "x.csv: of no kind that is known here; `farr codes add --help` lists them"),
    ("empty.csv", "", "empty.csv: is empty; take the publisher's file anew"),
    ("blank.csv", " \n\n", "blank.csv: is empty"),
    # Groupings.
    ("x.csv", GROUPING, "x.csv: has no line below the first; nothing was added"),
    ("x.csv", GROUPING + "icd10cm,I21,A\n", "x.csv, line 2: expected 7 fields"),
    ("x.csv", GROUPING + "icd10cm,I21,A,Heart, failure,,,B\n", "x.csv, line 2: expected 7 fields; quote those"),
    ("x.csv", GROUPING + "icd10cm,,A,Heart,,,B\n", "x.csv, line 2, column code: is empty; fill it in"),
    ("x.csv", GROUPING + "icd10cm,I42-I20,A,A,,,B\n", "x.csv, line 2, column code: the range ends before it begins"),
    ("x.csv", GROUPING + "icd10cm,I2;1,A,A,,,B\n", "x.csv, line 2, column code: not a code or a range"),
    ("x.csv", GROUPING + "icd 10,I21,A,A,,,B\n", "x.csv, line 2, column system: not a system's name"),
    ("x.csv", GROUPING + "icd10cm,I21,A,A,1/5/2024,,B\n", "x.csv, line 2, column valid_from: not a date; write it as"),
    ("x.csv", GROUPING + "icd10cm,I21,A,A,2024-01-01,2023-01-01,B\n", "column valid_to: ends before it begins"),
    ("x.csv", GROUPING + "icd10cm,I21,A,A,,,B\nicd10cm,I22,A,O,,,B\n", "line 3, column title: the group has another"),
    (
        "x.csv",
        GROUPING + "icd10cm,I21,A,A,,,B\nicd10cm,I21,A,A,,,B\n",
        "lines 2 and 3: the same codes are in one group",
    ),
    ("x.csv", GROUPING + "icd10cm,I20-I25,A,A,,,B\nicd10cm,I21.4,C,C,,,B\n", "lines 2 and 3: codes are in two groups"),
    ("x.csv", GROUPING + 'icd10cm,I21,A,"=HYPERLINK(""x"")",,,B\n', "line 2, column title: begins as a spreadsheet"),
    ("x.csv", GROUPING + "icd10cm,I21,@SUM(1),A,,,B\n", "line 2, column group: begins as a spreadsheet formula does"),
    ("x.csv", GROUPING + "icd10cm,I21,A,+cmd,,,B\n", "line 2, column title: begins as a spreadsheet formula does"),
    ("ccsr@2023.1.csv", GROUPING + "icd10cm,I21,A,A,,,B\n", "Farr ships this version of the scheme; give the file"),
    ("my scheme.csv", GROUPING + "icd10cm,I21,A,A,,,B\n", "the file's name must be letters, digits and underscores"),
    ("a@b@c.csv", GROUPING + "icd10cm,I21,A,A,,,B\n", "the file's name must be letters, digits and underscores"),
    (".hidden.csv", GROUPING + "icd10cm,I21,A,A,,,B\n", "no name for a file of code sets"),
    ("a\nb.csv", GROUPING + "icd10cm,I21,A,A,,,B\n", "no name for a file of code sets"),
    # Code lists.
    ("x.csv", CODE_LIST + OPCS + OPCS, "lines 2 and 3: the code has overlapping days; keep one line or part the days"),
    (
        "x.csv",
        CODE_LIST + OPCS.replace("opcs4", "atlantis"),
        "line 2, column system: no system that Farr knows by name",
    ),
    ("x.csv", CODE_LIST + OPCS.replace("W37.1", "37"), "line 2, column code: no code of opcs4 can look so"),
    ("x.csv", CODE_LIST + OPCS + OPCS.replace("opcs4", "icd10"), "line 3, column system: a second system"),
    ("x.csv", CODE_LIST + OPCS.replace("2023-04-01", ""), "line 2, column valid_from: is empty"),
    ("x.csv", CODE_LIST + OPCS.replace("2026", "2020"), "line 2, column valid_to: ends before it begins"),
    (
        "x.csv",
        CODE_LIST + OPCS.replace("W37.1", "W37-W38"),
        "line 2, column code: a range; give each code its own line",
    ),
    # Coverage.
    ("x.csv", COVERAGE + "93000,icd10cm,I20,P,,\n" * 2, "lines 2 and 3: the same line twice"),
    ("x.csv", COVERAGE + "93000-93010,icd10cm,I20,P,,\n", "line 2, column procedure: a range"),
    # Releases.
    ("icd10cm_order_2028.txt", ORDER + "I22 without its columns\n", "line 4: not in the columns of an order file"),
    ("icd10cm_order_2028.txt", ORDER + ORDER, "line 4: the code stands on line 1 too"),
    ("codes.txt", ORDER, "the file's name does not say the release"),
    (
        *changed("icd10cm_order_addenda_2028.txt", "1 additions", "2 additions"),
        "states 2 additions of codes and lists 1",
    ),
    (
        *changed("icd10cm_order_addenda_2028.txt", "\nHeaders", "And so on\n\nHeaders"),
        "line 5: says neither Add, Delete",
    ),
    (*changed("icd10cm-tabular-2028.xml", "<version>2028</version>", ""), "<version> does not say the federal year"),
    (*changed("icd10cm-tabular-2028.xml", "E11.2<", "E11.A<"), "a code stands twice in the list"),
    (*changed("icd10cm-tabular-2028.xml", "</chapter>", ""), "not whole XML; take the publisher's file anew"),
    (*changed("icd10cm-tabular-2028.xml", "<desc>Type 2 diabetes mellitus</desc>", ""), "has a <diag> without <desc>"),
    # AHRQ.
    ("DXCCSR_v2026-1.csv", TEXTS["DXCCSR_v2026-1.csv"] + CCSR_LINE, "line 4: the code stands on line 2 too"),
    (
        *changed("DXCCSR_v2026-1.csv", "'CIR019','Heart failure'\n", "' ',' '\n"),
        "line 2: the inpatient default is none",
    ),
    ("DXCCSR.csv", TEXTS["DXCCSR_v2026-1.csv"], "the file's name does not say the version"),
    ("DXCCSR_v2023-1.csv", TEXTS["DXCCSR_v2026-1.csv"], "Farr ships this version; nothing was added"),
    # CMS.
    ("POAexemptAddCodesFY25.txt", TEXTS["POAexemptCodesFY25.txt"], "the file's name is not that of a whole list"),
    (*changed("POAexemptCodesFY25.txt", "E11.A", "I42.0"), "line 3: the code stands on line 2 too"),
    (*changed("POAexemptCodesFY25.txt", "E11.A", "none"), "line 3, column POAexemptCode: no code of ICD-10-CM"),
    (
        "edits.txt",
        TEXTS["Definitions of Medicare Code Edits_v45.txt"].replace("Version 45", "Edition"),
        "neither its name nor its first lines say the version",
    ),
    (
        *changed("Definitions of Medicare Code Edits_v45.txt", "I21.4  NSTEMI", "I21.4  NSTEMI\nI21.4  NSTEMI"),
        "line 14: the code stands twice in one list",
    ),
    (
        "Definitions of Medicare Code Edits_v45.txt",
        "Definitions of Medicare Code Edits\n",
        "no list of codes was found",
    ),
    ("pairs.txt", TEXTS["ccipra-v320r0-f1.txt"], "the file's name does not say setting and version"),
    (
        *changed("ccipra-v320r0-f1.txt", "\t0\tMutually", "\t2\tMutually"),
        "line 7, column modifier indicator: none of 0, 1",
    ),
    (
        *changed("ccipra-v320r0-f1.txt", "20260101", "20230101"),
        "line 8, column deletion date: lies before the effective",
    ),
    (*changed("ccipra-v320r0-f1.txt", "19960101", "soon"), "line 7, column effective date: not a day"),
    (
        *changed("ccipra-v320r0-f1.txt", "00001\t00002", "00001\t00001"),
        "line 7, columns 1 and 2: not two codes of HCPCS",
    ),
    (*changed("ccipra-v320r0-f1.txt", "00003\t\t", "00004\t\t"), "line 9: the pair stands on line 8 too"),
    ("limits.csv", TEXTS["MCR_MUE_PractitionerServices_Eff_01-01-2027.csv"], "does not say its first day"),
    (
        "MCR_MUE_PractitionerServices_Eff_02-01-2027.csv",
        TEXTS["MCR_MUE_PractitionerServices_Eff_01-01-2027.csv"],
        "the day in its name begins no quarter",
    ),
    (
        *changed("MCR_MUE_PractitionerServices_Eff_01-01-2027.csv", '"0"', '"few"'),
        "column MUE Values: not a whole number",
    ),
    (*changed("MCR_MUE_PractitionerServices_Eff_01-01-2027.csv", "1 Line", "4 Line"), "Indicator: none of 1, 2 and 3"),
    (*changed("MCR_MUE_PractitionerServices_Eff_01-01-2027.csv", "A0001", "00001"), "the code stands on line"),
    # AMA and WHO.
    (*changed("LONGULT.txt", "0002F", "00001"), "line 5: the code stands on line 4 too"),
    (*changed("LONGULT.txt", "0002F\t", "nonsense "), "line 5: no code and descriptor"),
    (*changed("icd10gm2026syst_claml.xml", 'name="ICD-10-GM"', 'name="Other"'), "<Title> does not name"),
    (
        *changed("icd10gm2026syst_claml.xml", '<SubClass code="E14.9"/>', '<SubClass code="E14.8"/>'),
        "names another as below",
    ),
    (*changed("icd10gm2026syst_claml.xml", "Ohne Komplikationen", ""), "a class has no preferred title"),
    (*changed("icd10gm2026syst_claml.xml", '<Class code="E14.9"', '<Class code="E14"'), "a class stands in it twice"),
]


@pytest.mark.parametrize(("name", "text", "message"), REFUSED)
def test_a_file_that_contradicts_itself_is_refused(tmp_path: Path, name: str, text: str, message: str) -> None:
    if 'name="Other"' in text:
        text = text.replace(">ICD-10-GM<", ">Other<")
    with pytest.raises(SourceError, match=re.escape(message)):
        add(written(tmp_path / "taken", name, text), tmp_path / "codesets", partition=True)
    assert not (tmp_path / "codesets").exists()


def test_a_reference_file_that_counts_wrongly_is_refused(tmp_path: Path) -> None:
    wrong = (*CMR[:2], ("B20", "Human immunodeficiency virus [HIV] disease", 2, 1, 0))
    with pytest.raises(SourceError, match="line 3: states another number of comorbidities than the 1 it marks"):
        add(comorbidities(tmp_path, wrong), tmp_path / "codesets")
    with pytest.raises(SourceError, match="Farr ships this version"):
        add(comorbidities(tmp_path, name="CMR-Reference-File-v2026-1.xlsx"), tmp_path / "codesets")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (GROUPING.encode("utf-16"), "x.csv, line 1: the text is UTF-16; save it as CSV in UTF-8"),
        (GROUPING.encode() + "icd10cm,I21,A,Herz,,,Köln\n".encode("latin-1"), "x.csv, line 2: not a UTF-8 file"),
        (GROUPING.encode() + b"icd10cm,I21,A,A,,,B\n\0\0", "x.csv, line 3: not text"),
        (GROUPING.encode() + b'icd10cm,I21,"A,A,,,B\n', "x.csv, line 2: not a CSV file; save it as CSV in UTF-8"),
        (b"PK\x03\x04 but no workbook", "x.csv: the workbook is damaged"),
        (b"\x7fELF\0\0\0\0", "x.csv: neither text nor a workbook"),
    ],
)
def test_text_in_another_encoding_is_refused(tmp_path: Path, data: bytes, message: str) -> None:
    (tmp_path / "x.csv").write_bytes(data)
    with pytest.raises(SourceError, match=message):
        add(tmp_path / "x.csv", tmp_path / "codesets")


def test_much_junk_is_refused_where_it_begins(tmp_path: Path) -> None:
    with (tmp_path / "x.csv").open("w") as file:
        file.write("junk " * 200_000)
    with pytest.raises(SourceError, match="of no kind that is known here"):
        add(tmp_path / "x.csv", tmp_path / "codesets")
    with (tmp_path / "y.csv").open("w") as file:
        file.write(GROUPING + "icd10cm,I21,A,A,,,B\n")
        file.write("junk\n" * 200_000)
    with pytest.raises(SourceError, match=r"y\.csv, line 3: expected 7 fields"):
        add(tmp_path / "y.csv", tmp_path / "codesets")


def test_a_file_larger_than_any_release_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "x.csv").open("wb") as file:
        file.write(GROUPING.encode())
        file.truncate(600_000_001)
    with pytest.raises(SourceError, match="has 600,000,001 bytes, more than any release file"):
        add(tmp_path / "x.csv", tmp_path / "codesets")


@pytest.mark.parametrize(
    ("declaration", "message"),
    [
        ('<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">', "declares an entity, which Farr does not expand"),
        ('<!ENTITY x SYSTEM "file:///etc/hostname">', "declares an entity, which Farr does not expand"),
    ],
)
def test_entities_of_xml_are_not_expanded(tmp_path: Path, declaration: str, message: str) -> None:
    text = TEXTS["icd10gm2026syst_claml.xml"].replace('SYSTEM "ClaML.dtd"', f"[{declaration}]")
    with pytest.raises(SourceError, match=message):
        add(written(tmp_path, "icd10gm2026syst_claml.xml", text), tmp_path / "codesets")
    text = TEXTS["icd10gm2026syst_claml.xml"].replace("Ohne Komplikationen", "&outside;")
    with pytest.raises(SourceError, match=r"uses an entity|not whole XML"):
        add(written(tmp_path, "icd10gm2026syst_claml.xml", text), tmp_path / "codesets")


def test_elements_in_one_another_without_end_are_refused(tmp_path: Path) -> None:
    text = "<ClaML>" + "<Class>" * 100 + "</Class>" * 100 + "</ClaML>"
    with pytest.raises(SourceError, match="elements lie too deep in one another"):
        add(written(tmp_path, "deep.xml", text), tmp_path / "codesets")


def test_a_workbook_that_grows_beyond_reason_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "POAexemptCodesFY28.xlsx", {"Sheet1": (("Order28", "POAexemptCode"), ("1", "B90.0"))})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet2.xml", b"0" * 30_000_000)
    with pytest.raises(SourceError, match=r"unpacks to 30,\d{3},\d{3} bytes from"):
        add(path, tmp_path / "codesets")


def test_two_files_of_one_release_are_refused(tmp_path: Path) -> None:
    site = tmp_path / "codesets"
    add(written(tmp_path, "DXCCSR_v2026-1.csv"), site)
    with pytest.raises(SourceError, match=r"DXCCSR_v2026-1\.csv holds the same release; take it out first with `farr"):
        add(written(tmp_path, "DXCCSR-v2026-1.csv", TEXTS["DXCCSR_v2026-1.csv"]), site)
    with pytest.raises(SourceError, match=r"DXCCSR_v2026-1\.csv holds this version of the scheme"):
        add(written(tmp_path, "ccsr@2026.1.csv", GROUPING + "icd10cm,I21,A,A,,,B\n"), site)


def test_groups_may_overlap_where_no_partition_is_asked_for(tmp_path: Path) -> None:
    text = GROUPING + "icd10cm,I20-I25,A,A,,,B\nicd10cm,I21.4,C,C,,,B\nicd10cm,I21.4,D,D,2020-01-01,,B\n"
    assert add(written(tmp_path, "ours.csv", text), tmp_path / "codesets").row_count == 3


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = written(tmp_path / "taken", "board@2.csv")

    def changes(*_: object) -> tuple:
        file.write_text(GROUPING + "icd10cm,I22,OTHER,Other,,,Board\n", encoding="utf-8")
        return ()

    monkeypatch.setattr(site_module, "differences", changes)
    with pytest.raises(SourceError, match=r"board@2\.csv: changed while it was read; add it again once it is whole"):
        add(file, tmp_path / "codesets")
    assert list((tmp_path / "codesets").iterdir()) == []
