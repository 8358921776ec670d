"""`farr worklist` and `farr whatif` on a small site, and a worklist that comes back as a review."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from flows.commands.whatif import row_order
from flows.commands.worklist import COLUMNS, TO_FILL_IN
from tests.flows.reviewing import ask, flag, make_small, run, write_site

TIGHT = ("--figures", "all", "--tolerance", "0.01%")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A site whose warehouse is built, to be copied."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        make_small(monkeypatch.setattr, tmp_path_factory.mktemp("rules"))
        site = write_site(tmp_path_factory.mktemp("made") / "site")
        run(site)
        yield site


def listed(farr, site: Path, *options: object, name: str = "list.csv") -> tuple[list[dict[str, str]], str]:
    """The rows of a worklist as CSV, and what was said of it."""
    output = site.parent / name
    code, printed, complaint = farr("worklist", *options, "--output", output, "--config", site)
    assert (code, complaint) == (0, "")
    with output.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file)), printed


def test_rows_say_what_to_look_at_and_what_hangs_on_it(farr, made: Path) -> None:
    rows, printed = listed(farr, made, *TIGHT)
    assert tuple(rows[0]) == COLUMNS
    by_rule = {row["rule_id"]: row for row in rows}
    sex = by_rule["cause_sex_conflict"]
    assert (sex["record"], sex["code"], sex["selected_by"]) == ("s:d3", "C61", "influence")
    assert "registered deaths, male, 2023: up to 1 death" in sex["figures_held"]
    assert by_rule["duplicate_stay"]["figures_held"].startswith("discharges, ")
    assert (sex["flag_id"], sex["evidence"]) == flag(made, "cause_sex_conflict")
    assert not any(row[name] for row in rows for name in TO_FILL_IN)
    assert "flagged records and no figure can move by more than 0.01 % of the value." in printed
    assert (made.parent / "list.csv").stat().st_mode & 0o077 == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", ["reviewed.csv", "reviewed.xlsx"])
def test_a_reviewed_worklist_leaves_nothing_to_review(farr, made: Path, tmp_path: Path, name: str) -> None:
    shutil.copytree(made.parent, tmp_path / "site")
    site = tmp_path / "site" / "farr.toml"
    rows, _ = listed(farr, site, *TIGHT)
    filled = [row | {"verdict": "confirmed_correct", "reviewer": "R", "decided_at": "2026-11-20"} for row in rows]
    file = site.parent / name
    if name.endswith("csv"):
        with file.open("w", encoding="utf-8", newline="") as output:
            writer = csv.DictWriter(output, COLUMNS)
            writer.writeheader()
            writer.writerows(filled)
    else:
        from reports.worklist_sheet import write_worklist

        write_worklist(file, COLUMNS, [[row[column] or None for column in COLUMNS] for row in filled], TO_FILL_IN)
    code, printed, complaint = farr("review", file, "--config", site)
    assert (code, complaint) == (0, "")
    assert f"{len(rows)} of {len(rows)} rows taken in: {len(rows)} confirmed correct" in printed
    run(site)
    assert ask(site, "select count(*) from quality.review where selected_by = 'influence'")[0][0] > 0
    left, printed = listed(farr, site, *TIGHT)
    assert left == []
    assert "Nothing needs review: open flags cannot move any figure by more than 0.01 % of the value." in printed


@pytest.mark.parametrize("name", ["list.csv", "list.xlsx"])
def test_a_list_that_is_filled_in_is_not_written_over(farr, made: Path, tmp_path: Path, name: str) -> None:
    from reports.worklist_sheet import write_worklist

    file = tmp_path / name
    row = ("a" * 16, "b" * 16, "confirmed_correct")
    if name.endswith("csv"):
        file.write_text("flag_id,evidence,verdict\n" + ",".join(row) + "\n", encoding="utf-8")
    else:
        write_worklist(file, ("flag_id", "evidence", "verdict"), [row], ("verdict",))
    before = file.read_bytes()
    code, _, complaint = farr("worklist", "--output", file, "--config", made)
    assert code == 2
    assert "a worklist that is filled in already (1 verdict); hand it to `farr review`" in complaint
    assert file.read_bytes() == before


def test_the_workbook_runs_no_formula_and_offers_the_verdicts(tmp_path: Path) -> None:
    import zipfile

    from reports.worklist_sheet import write_worklist

    file = tmp_path / "list.xlsx"
    write_worklist(file, ("finding", "verdict"), [("=cmd|' /C calc'!A0", None), ("fine", None)], ("verdict",))
    with zipfile.ZipFile(file) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        texts = book.read("xl/sharedStrings.xml").decode()
    assert "<f>" not in sheet
    assert "'=cmd" in texts
    assert "corrected,confirmed_correct,accepted_exception,cannot_determine" in sheet
    assert file.stat().st_mode & 0o077 == 0


def test_a_short_list_says_what_is_left(farr, made: Path) -> None:
    rows, printed = listed(farr, made, *TIGHT, "--top", "1")
    assert "instead of" in printed
    assert "It takes" in printed
    assert sum(row["selected_by"] == "influence" for row in rows) <= 1


def test_figures_of_which_nothing_is_promised_are_named(farr, made: Path, tmp_path: Path) -> None:
    shutil.copytree(made.parent, tmp_path / "site")
    site = tmp_path / "site" / "farr.toml"
    with duckdb.connect(str(site.parent / "home" / "warehouse.duckdb")) as con:
        # Headlines that the run kept no moves of, as of measures that are no sums over records.
        con.execute(
            "update stats.figure set is_headline = true "
            "where facility_id is null and measure in ('discharges', 'in_hospital_mortality')"
        )
        con.execute(
            "update stats.figure set bound_low = null, bound_high = null where measure = 'in_hospital_mortality'"
        )
        con.execute(
            "update stats.figure set is_headline = true, absent = 'records may be absent from it' "
            'where figure_id = (select min(figure_id) from stats.figure where not is_headline and "value" > 0)'
        )
    code, printed, _ = farr("worklist", "--tolerance", "0.01%", "--config", site)
    assert code == 0
    assert (
        "cannot move any headline figure by more than 0.01 % of the value, but for 3 of which nothing is promised."
        in printed
    )
    assert "1 figure without bounds: In-hospital mortality." in printed
    assert "1 figure from which records may be absent: " in printed
    assert "1 figure whose bounds are known, but which are no sums over records" in printed


def test_the_screen_shows_the_first_rows(farr, made: Path) -> None:
    code, printed, _ = farr("worklist", *TIGHT, "--config", made)
    assert code == 0
    assert "could move by up to" in printed
    assert "cause_sex_conflict" in printed
    assert "drawn at random" in printed


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (("--tolerance", "1 point"), "expected a share of the value, e.g. 0.5%"),
        (("--output", "list.pdf"), "expected a file that ends in .csv or .xlsx"),
        (("--output", "list"), "expected a file that ends in .csv or .xlsx"),
    ],
)
def test_what_cannot_be_asked_of_a_worklist(farr, made: Path, options: tuple, complaint: str) -> None:
    code, _, said = farr("worklist", *options, "--config", made)
    assert code == 2
    assert complaint in said


COMMANDS = [("worklist",), ("whatif", "s:a2", "--drop"), ("review", "list.csv"), ("records", "0" * 16)]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_warehouse_of_another_version_is_to_be_made_anew(farr, tmp_path: Path, command: tuple) -> None:
    site = write_site(tmp_path / "new")
    file = site.parent / "home" / "warehouse.duckdb"
    file.parent.mkdir()
    with duckdb.connect(str(file)) as con:
        con.execute("create schema codes; create table codes.system (name varchar)")
    code, printed, said = farr(*command, "--config", site)
    assert (code, printed) == (2, "")
    assert f"{file}: made by another version of Farr (it has no codes." in said
    assert "make it anew with `farr run`" in said


@pytest.mark.parametrize("command", COMMANDS)
def test_a_damaged_warehouse_is_to_be_made_anew(farr, tmp_path: Path, command: tuple) -> None:
    site = write_site(tmp_path / "new")
    file = site.parent / "home" / "warehouse.duckdb"
    file.parent.mkdir()
    file.write_bytes(b"no database" * 1000)
    code, printed, said = farr(*command, "--config", site)
    assert (code, printed) == (2, "")
    assert f"{file}: it is damaged" in said


@pytest.mark.parametrize("command", COMMANDS)
def test_there_is_nothing_to_ask_before_a_run(farr, tmp_path: Path, command: tuple) -> None:
    code, _, said = farr(*command, "--config", write_site(tmp_path / "new"))
    assert code == 2
    assert "make one with `farr run`" in said


def test_a_death_of_another_sex_moves_both(farr, made: Path) -> None:
    code, printed, _ = farr("whatif", "s:d3", "--sex", "M", "--config", made)
    assert code == 0
    assert "registered deaths, female, 2023" in printed
    assert "2 figures would change, headlines: 0." in printed


def test_a_code_is_named_with_its_system_either_way(farr, made: Path) -> None:
    said = [farr("whatif", "s:a2", "--code", code, "--config", made) for code in ("icd10cm I21.9", "icd10cm:I219")]
    assert said[0] == said[1]
    assert said[0][0] == 0
    assert "not valid" not in said[0][1]


def test_a_figure_that_is_new_stands_beside_one_of_the_same_name() -> None:
    same = {"headline": False, "figure": "discharges, 2023", "half_widths": None}
    rows = [same | {"figure_id": "f1"}, same | {"figure_id": None}]
    assert [row["figure_id"] for row in sorted(rows, key=row_order)] == [None, "f1"]


def test_a_stay_that_ended_in_death_moves_mortality(farr, made: Path, tmp_path: Path) -> None:
    output = tmp_path / "change.csv"
    code, printed, _ = farr("whatif", "s:a1", "--died", "--output", output, "--config", made)
    assert code == 0
    with output.open(encoding="utf-8", newline="") as file:
        rows = {(row["figure"], row["before"], row["after"]) for row in csv.DictReader(file)}
    assert ("deaths in hospital, 2023", "0", "1") in rows
    assert any(figure == "in-hospital mortality, 2023" and before.startswith("0.0") for figure, before, _ in rows)
    assert f"written to {output}" in printed


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (("s:nobody", "--drop"), "no stay, encounter or death has this identifier"),
        (("a2", "--drop"), "1 has it behind the name of a source"),
        (("s:a2",), "expected a change"),
        (("s:a2", "--drop", "--sex", "F"), "cannot be changed besides"),
        (("s:a2", "--died", "--survived"), "expected one of the two"),
        (("s:d3", "--survived"), "no other outcome"),
        (("s:a2", "--code", "!!"), "is no code"),
        (("s:a2", "--drop", "--output", "change.xlsx"), "expected a file that ends in .csv"),
    ],
)
def test_what_cannot_be_asked_of_a_record(farr, made: Path, options: tuple, complaint: str) -> None:
    code, _, said = farr("whatif", *options, "--config", made)
    assert code == 2
    assert complaint in said
