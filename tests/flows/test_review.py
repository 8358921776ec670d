"""`farr review`: what is taken of a reviewed worklist, what is refused and why, and that nothing of it is lost."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest
import xlsxwriter

from flows.commands.console import write_csv
from flows.configuration import load
from flows.home import Home
from tests.flows.reviewing import HEADER, answer, flag, make_small, run, worklist, write_site
from transforms.reviews import store


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A site whose warehouse is built, to be copied."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        make_small(monkeypatch.setattr, tmp_path_factory.mktemp("rules"))
        site = write_site(tmp_path_factory.mktemp("made") / "site")
        run(site)
        yield site


@pytest.fixture
def site(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made.parent, tmp_path / "site")
    return tmp_path / "site" / "farr.toml"


def decisions(site: Path) -> list[dict]:
    """What the home's reviews hold."""
    files = store.reviews_in(Home(load(site).home).reviews)
    return [json.loads(line) for path in files for line in path.read_text(encoding="utf-8").splitlines()]


def review(farr, site: Path, rows: list[tuple], **how: object) -> tuple[int, str, str]:
    return farr("review", worklist(site, rows, **how), "--config", site)


@pytest.mark.parametrize("name", ["reviewed.csv", "reviewed.xlsx"])
def test_decisions_are_taken_in(farr, site: Path, name: str) -> None:
    day = date(2026, 11, 20) if name.endswith("xlsx") else "2026-11-20"
    rows = [
        answer(site, "header_code", "corrected", "I21.9", decided_at=day),
        answer(site, "sex_conflict", "Confirmed correct", decided_at=day, note="a trans man"),
        answer(site, "missing_disposition", None),
        answer(site, "duplicate_stay", "accepted_exception", decided_at="2026-11-20 14:30"),
        answer(site, "ill_defined_underlying_cause", "cannot_determine", decided_at=day),
    ]
    code, printed, complaint = review(farr, site, rows, name=name)
    assert (code, complaint) == (0, "")
    assert "4 of 5 rows taken in: 1 corrected, 1 confirmed correct, 1 accepted as exceptions, 1 cannot be" in printed
    assert "1 have no verdict yet" in printed
    taken = decisions(site)
    assert [(each["verdict"], each["corrected"], each["reviewer"], each["decided_at"]) for each in taken] == [
        ("corrected", "I219", "R", "2026-11-20 00:00:00"),
        ("confirmed_correct", None, "R", "2026-11-20 00:00:00"),
        ("accepted_exception", None, "R", "2026-11-20 14:30:00"),
        ("cannot_determine", None, "R", "2026-11-20 00:00:00"),
    ]
    assert [(each["flag_id"], each["evidence"]) for each in taken[:1]] == [flag(site, "header_code")]
    assert taken[1]["note"] == "a trans man"
    assert [(each["file_name"], each["row_number"]) for each in taken] == [(name, 2), (name, 3), (name, 5), (name, 6)]


# Each correction, and what it changes: record, position, field, value as coded, as corrected, system.
CORRECTIONS = {
    ("header_code", "i21.9"): [("s:a1", 1, "diagnosis", "icd10cm I21", "I219", "icd10cm")],
    ("header_code", "icd10cm: I21.9"): [("s:a1", 1, "diagnosis", "icd10cm I21", "I219", "icd10cm")],
    ("header_code", "source"): [],
    ("sex_conflict", "sex = female"): [("s:a2", None, "sex", "M", "F", None)],
    ("sex_conflict", "N40.0"): [("s:a2", 1, "diagnosis", "icd10cm O80", "N400", "icd10cm")],
    ("missing_principal_diagnosis", "J18.9"): [("s:a3", None, "diagnosis", None, "J189", "icd10cm")],
    ("missing_disposition", "died=yes"): [("s:a4", None, "died", None, "true", None)],
    ("duplicate_stay", "drop"): [("s:a6", None, "dropped", "627b89303ee3e475", None, None)],
    ("duplicate_stay", "drop=related"): [("s:a5", None, "dropped", "627b89303ee3e475", None, None)],
    ("two_sexes", "sex=F"): [("s:a8", None, "sex", "M", "F", None), ("s:P6", None, "sex", None, "F", None)],
    ("invalid_procedure_code", "02HV33Z"): [("s:a1", 1, "procedure", "icd10pcs 0XXXXXX", "02HV33Z", "icd10pcs")],
    ("ill_defined_underlying_cause", "I21.9"): [("s:d1", None, "underlying_cause", "icd10 R99", "I219", "icd10")],
    ("missing_underlying_cause", "I21.9"): [("s:d2", None, "underlying_cause", None, "I219", "icd10")],
    ("cause_sex_conflict", "sex=M"): [("s:d3", None, "sex", "F", "M", None)],
    ("invalid_certificate_condition", "I25.9"): [
        ("s:d4", 201, "death_condition", "icd10 I99999", "I259", "icd10")
    ],
}  # fmt: skip


def test_what_corrections_change(farr, site: Path) -> None:
    files: list[dict[str, str]] = [{}, {}, {}]
    for rule_id, corrected in CORRECTIONS:
        next(file for file in files if rule_id not in file)[rule_id] = corrected
    for file in files:
        before = len(decisions(site))
        rows = [answer(site, rule_id, "corrected", corrected) for rule_id, corrected in file.items()]
        assert review(farr, site, rows)[2] == ""
        for (rule_id, corrected), taken in zip(file.items(), decisions(site)[before:], strict=True):
            found = [tuple(each.values())[1:] for each in taken["corrections"]]
            assert found == CORRECTIONS[rule_id, corrected], (rule_id, corrected)


REFUSALS = {
    "flag_unknown": ({"flag_id": "f" * 16}, "flag_id", "no flag has this identifier"),
    "flag_missing": ({"flag_id": None}, "flag_id", "there is no flag_id"),
    "flag_of_digits": ({"flag_id": "123456789012345"}, "flag_id", "a spreadsheet has turned the flag_id into a number"),
    "flag_damaged": ({"flag_id": "1.23457E+15"}, "flag_id", "a spreadsheet has turned the flag_id into a number"),
    "evidence_missing": ({"evidence": None}, "evidence", "there is no evidence"),
    "record_changed": ({"evidence": "f" * 16}, "evidence", "the record has changed since"),
    "verdict_missing": ({"verdict": None}, "verdict", "a correction is given without a verdict"),
    "verdict_unknown": ({"verdict": "ok"}, "verdict", "expected corrected, confirmed_correct"),
    "correction_missing": ({"corrected": None}, "corrected", "say what it was corrected to"),
    "correction_in_vain": ({"verdict": "confirmed_correct"}, "corrected", "the verdict is another than corrected"),
    "correction_unreadable": ({"corrected": "sex=X"}, "corrected", "expected a code, e.g. I21.9; sex=F or sex=M"),
    "correction_of_other_kind": ({"corrected": "age=40"}, "corrected", "this flag can be corrected with a code"),
    "reviewer_missing": ({"reviewer": None}, "reviewer", "say who decided"),
    "date_unreadable": ({"decided_at": "20/11/2026"}, "decided_at", "expected a date such as 2026-11-22"),
    "date_in_future": ({"decided_at": "2999-01-01"}, "decided_at", "one that is still to come"),
}


@pytest.fixture(scope="module")
def good(made: Path) -> dict[str, object]:
    """A row without fault, by column."""
    return dict(zip(HEADER, answer(made, "header_code", "corrected", "I21.9"), strict=True))


def test_each_mistake_is_refused_with_its_place_and_reason(farr, site: Path, good: dict) -> None:
    rows = [tuple((good | changed).values()) for changed, _, _ in REFUSALS.values()]
    code, printed, complaint = review(farr, site, [*rows, answer(site, "sex_conflict", "accepted_exception")])
    assert code == 1
    assert f"1 of {len(REFUSALS) + 1} rows taken in: 1 accepted as exceptions" in printed
    lines = complaint.splitlines()
    assert lines[-1] == f"{len(REFUSALS)} rows were refused; correct what is said there and hand the file in again"
    for number, ((problem, (_, column, said)), line) in enumerate(zip(REFUSALS.items(), lines, strict=False), start=2):
        assert line.startswith(f"reviewed.csv, row {number}, column {column}: "), problem
        assert said in line, problem
    assert [each["verdict"] for each in decisions(site)] == ["accepted_exception"]


def test_evidence_that_became_a_number_is_told_from_a_record_that_changed(farr, site: Path, good: dict) -> None:
    with duckdb.connect(str(Home(load(site).home).warehouse)) as con:
        con.execute("update quality.flag set evidence = '12345678901234e5' where flag_id = ?", [good["flag_id"]])
    for evidence, said in (
        ("1.2345678901234E+18", "a spreadsheet has turned the evidence into a number"),
        ("f" * 16, "the record has changed since"),
    ):
        code, _, complaint = review(farr, site, [tuple((good | {"evidence": evidence}).values())])
        assert (code, f"row 2, column evidence: {said}" in complaint) == (1, True)


@pytest.mark.parametrize(
    ("corrected", "said"),
    [
        ("I21", "the code is a category that is subdivided"),
        ("!!", "no code of the record's system looks so"),
        ("I21.8", "the code is not in the code set in force on the record's day"),
        ("QA0.0101", "the code was not valid yet"),
        ("I27.2", "the code was retired by then"),
        ("icd9cm 410.01", "the code belongs to another system"),
        ("icd10pcs 02HV33Z", "expected a code of diagnoses for a diagnosis"),
    ],
)
def test_a_code_must_be_in_force_on_the_day(farr, site: Path, corrected: str, said: str) -> None:
    code, _, complaint = review(farr, site, [answer(site, "header_code", "corrected", corrected)])
    assert code == 1
    assert f"reviewed.csv, row 2, column corrected: {said}" in complaint


def test_no_refusal_tells_a_value(farr, site: Path, good: dict) -> None:
    changes = [{"flag_id": "Smith"}, {"verdict": "Smith"}, {"corrected": "smith=1"}, {"decided_at": "Smith"}]
    code, printed, complaint = review(farr, site, [tuple((good | change).values()) for change in changes])
    assert code == 1
    assert "smith" not in (printed + complaint).lower()


def test_a_correction_to_what_is_coded_corrects_nothing(farr, site: Path) -> None:
    for rule_id, corrected in (("sex_conflict", "O80"), ("sex_conflict", "sex=M"), ("cause_sex_conflict", "C61")):
        code, _, complaint = review(farr, site, [answer(site, rule_id, "corrected", corrected)])
        assert code == 1
        assert "this is what the record says as coded" in complaint


def test_a_flag_with_two_decisions_in_a_file_has_none(farr, site: Path) -> None:
    rows = [
        answer(site, "header_code", "corrected", "I21.9"),
        answer(site, "header_code", "confirmed_correct"),
        answer(site, "sex_conflict", "confirmed_correct", note="first"),
        answer(site, "sex_conflict", "confirmed_correct", note="again"),
    ]
    code, printed, complaint = review(farr, site, rows)
    assert code == 1
    assert complaint.count("the flag is there twice with different decisions") == 2
    assert "1 say again what an earlier row says" in printed
    assert [each["note"] for each in decisions(site)] == ["first"]


def test_the_same_file_twice_is_taken_once_and_what_is_new_in_it_is_added(farr, site: Path) -> None:
    rows = [answer(site, "header_code", "corrected", "I21.9"), answer(site, "sex_conflict", None)]
    assert review(farr, site, rows)[0] == 0
    before = store.reviews_in(Home(load(site).home).reviews)
    code, printed, _ = review(farr, site, rows)
    assert (code, store.reviews_in(Home(load(site).home).reviews)) == (0, before)
    assert "1 were taken in before" in printed
    rows[1] = answer(site, "sex_conflict", "cannot_determine")
    assert review(farr, site, rows)[0] == 0
    assert [each["verdict"] for each in decisions(site)] == ["corrected", "cannot_determine"]


def test_a_later_change_of_mind_is_kept_beside_the_first(farr, site: Path) -> None:
    for verdict in ("accepted_exception", "cannot_determine"):
        assert review(farr, site, [answer(site, "header_code", verdict)])[0] == 0
    assert [each["verdict"] for each in decisions(site)] == ["accepted_exception", "cannot_determine"]


def test_who_decided_and_when_may_be_said_once(farr, site: Path) -> None:
    rows = [(*flag(site, "header_code"), "cannot_determine")]
    path = worklist(site, rows, header=("Flag_ID", "EVIDENCE", "Verdict"))
    code, _, complaint = farr("review", path, "--config", site)
    assert (code, "say who decided, in the column or with --reviewer" in complaint) == (1, True)
    assert farr("review", path, "--config", site, "--reviewer", "A. Coder")[0] == 0
    (taken,) = decisions(site)
    assert taken["reviewer"] == "A. Coder"
    assert abs((datetime.now() - datetime.fromisoformat(taken["decided_at"])).days) <= 2


def test_a_sheet_that_someone_put_before_the_worklist_does_no_harm(farr, site: Path) -> None:
    path = site.parent / "reviewed.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Notes").write_string(0, 0, "ours")
        sheet = book.add_worksheet("Worklist")
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, [value or "" for value in answer(site, "header_code", "cannot_determine")])
    assert farr("review", path, "--config", site)[0] == 0
    assert [each["verdict"] for each in decisions(site)] == ["cannot_determine"]


def test_what_was_disarmed_for_spreadsheets_comes_back_as_it_was(farr, site: Path) -> None:
    note = "=cmd|' /C calc'!A0"
    path = site.parent / "reviewed.csv"
    write_csv(path, HEADER, [answer(site, "header_code", "cannot_determine", note=note)])
    assert "'=cmd" in path.read_text(encoding="utf-8")
    assert farr("review", path, "--config", site)[0] == 0
    assert decisions(site)[0]["note"] == note


def test_a_line_that_cannot_be_read_is_refused(farr, site: Path) -> None:
    path = worklist(site, [answer(site, "header_code", "cannot_determine")])
    path.write_text(path.read_text(encoding="utf-8") + "a,b,c,d,e,f,g,h,i\n", encoding="utf-8")
    code, printed, complaint = farr("review", path, "--config", site)
    assert (code, "1 of 2 rows taken in" in printed) == (1, True)
    assert "reviewed.csv, row 3: The record has not as many fields as the header (7)" in complaint


@pytest.mark.parametrize(
    ("name", "contents", "said"),
    [
        ("reviewed.csv", b"flag_id,evidence\na,b\n", "expected the column 'verdict'"),
        ("reviewed.xlsx", b"PK\x03\x04 nothing", "expected an XLSX workbook, found a file that is damaged"),
        ("reviewed.csv", b"", "found nothing at all"),
        ("absent.csv", None, "there is no such file"),
    ],
)
def test_what_is_no_worklist(farr, site: Path, name: str, contents: bytes | None, said: str) -> None:
    if contents is not None:
        (site.parent / name).write_bytes(contents)
    code, printed, complaint = farr("review", site.parent / name, "--config", site)
    assert (code, printed) == (2, "")
    assert said in complaint
    assert decisions(site) == []


def test_there_must_be_a_warehouse(farr, site: Path) -> None:
    path = worklist(site, [answer(site, "header_code", "cannot_determine")])
    Home(load(site).home).warehouse.unlink()
    code, _, complaint = farr("review", path, "--config", site)
    assert code == 2
    assert "there is no warehouse yet; make one with `farr run`" in complaint


def test_reviews_are_taken_while_a_run_goes_on_but_not_two_at_a_time(farr, site: Path) -> None:
    path = worklist(site, [answer(site, "header_code", "cannot_determine")])
    home = Home(load(site).home)
    with home.locked_for_reviews():
        code, _, complaint = farr("review", path, "--config", site)
    assert code == 2
    assert "another file of reviews is being taken in (process " in complaint
    with home.locked():
        assert farr("review", path, "--config", site)[0] == 0


def test_a_write_that_was_interrupted_leaves_nothing_half(farr, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [answer(site, "header_code", "cannot_determine")]
    reviews = Home(load(site).home).reviews

    def stop(path: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as interrupted:
        interrupted.setattr(store, "synced", stop)
        assert review(farr, site, rows)[0] == 3
    assert [path.name[:12] for path in reviews.iterdir()] == [".unfinished-"]
    assert store.reviews_in(reviews) == ()
    assert store.reviews_digest(store.reviews_in(reviews)) == store.reviews_digest(())
    assert review(farr, site, rows)[0] == 0
    assert [path.name[:9] for path in reviews.iterdir()] == ["00000001-"]


def test_damaged_decisions_are_named(farr, site: Path) -> None:
    rows = [answer(site, "header_code", "cannot_determine")]
    assert review(farr, site, rows)[0] == 0
    (file,) = store.reviews_in(Home(load(site).home).reviews)
    file.write_text(file.read_text(encoding="utf-8").replace("cannot", "could"), encoding="utf-8")
    code, _, complaint = review(farr, site, rows)
    assert code == 3
    assert "decisions taken in are damaged; put the file back from a backup" in complaint
    assert file.name in complaint
