"""The command: its exit codes, and sentences where a program would show a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows import pipeline
from flows.commands.console import write_csv
from flows.configuration import load
from flows.errors import ServerError
from flows.home import Home
from transforms.warehouse import Broken, BrokenIdentity


def failing_with(error: BaseException):
    def fail(*args: object, **kwargs: object) -> None:
        raise error

    return fail


@pytest.mark.parametrize(
    "subcommand", ["run", "demo", "sample", "check", "records", "review", "withdraw", "codes", "rules"]
)
def test_help_teaches(farr, subcommand: str) -> None:
    code, printed, _ = farr(subcommand, "--help")
    assert code == 0
    assert "farr " + subcommand in printed


def test_no_configuration(farr, tmp_path: Path) -> None:
    code, printed, complaint = farr("run", "--config", tmp_path / "farr.toml")
    assert (code, printed) == (2, "")
    assert "no such file. Expected a configuration" in complaint
    assert "Traceback" not in complaint


def test_a_profile_that_is_not_there(farr, site: Path) -> None:
    site.write_text(site.read_text().replace('profile = "sample"', 'profile = "sampel"', 1))
    code, _, complaint = farr("run", "--config", site)
    assert code == 2
    assert "there is no profile 'sampel'" in complaint
    assert "sample" in complaint


def test_a_rule_that_is_not_there(farr) -> None:
    code, _, complaint = farr("rules", "show", "sex_conflct")
    assert code == 2
    assert "did you mean sex_conflict" in complaint


def test_a_second_run_while_the_first_holds_the_home(farr, site: Path) -> None:
    home = Home(load(site).home)
    home.create()
    with home.locked():
        code, _, complaint = farr("run", "--config", site)
    assert code == 2
    assert "another run is using this home (process " in complaint


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (
            BrokenIdentity((Broken(name="every procedure has its encounter", left=3, right=0),)),
            3,
            "Nothing was published: identities that do not hold:\n  every procedure has its encounter: 3 is not 0",
        ),
        (OSError(28, "No space left on device", "/x"), 3, "nothing was published: No space left on device at /x"),
        (ServerError("Prefect's temporary server did not start; its log is x"), 3, "Nothing was published"),
        (KeyboardInterrupt(), 3, "Stopped. Nothing was published"),
        (ValueError("patient 4711"), 3, "Stopped by an unexpected error (ValueError), and nothing was published"),
    ],
)
def test_what_goes_wrong_is_told_without_a_traceback(
    farr, site: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, said: str
) -> None:
    monkeypatch.setattr(pipeline, "run", failing_with(error))
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    exit_code, _, complaint = farr("run", "--config", site)
    assert exit_code == code
    assert said in complaint
    assert "4711" not in complaint
    assert "Traceback" not in complaint


def test_a_demo_takes_an_empty_folder(farr, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").touch()
    code, _, complaint = farr("demo", tmp_path)
    assert code == 2
    assert "expected an empty or new folder, found one with other files in it" in complaint
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_records_before_there_is_a_warehouse(farr, site: Path) -> None:
    code, _, complaint = farr("records", "0" * 16, "--config", site)
    assert code == 2
    assert "there is no warehouse yet; make one with `farr run`" in complaint


def test_a_code_that_nobody_knows(farr) -> None:
    code, _, complaint = farr("codes", "show", "ZZZ")
    assert code == 2
    assert "no code system at hand has it" in complaint


@pytest.mark.slow
def test_an_extract_is_judged_and_nothing_is_kept(farr, site: Path) -> None:
    encounters = site.parent / "extracts" / "encounters.csv"
    code, printed, _ = farr("check", encounters, "--profile", "sample", "--config", site)
    assert code in (0, 1)
    assert "rows accepted" in printed
    assert "To fix: " in printed
    assert not load(site).home.exists()


@pytest.mark.slow
def test_the_records_behind_a_figure_and_a_withdrawal(farr, site: Path, tmp_path: Path) -> None:
    import duckdb

    code, printed, _ = farr("run", "--config", site)
    assert code in (0, 1)
    assert "Published release" in printed
    with duckdb.connect(load(site).home / "warehouse.duckdb", read_only=True) as con:
        figure, numerator = con.execute(
            "select figure_id, numerator from stats.figure where measure = 'discharges' and facility_id is null "
            "and area is null and sex is null and age_band is null and numerator > 0 order by figure_id limit 1"
        ).fetchone()
        (batch,) = con.execute("select batch_id from landing.batch where file_name = 'procedures.csv'").fetchone()
    code, printed, _ = farr("records", figure, "--config", site)
    assert code == 0
    assert (
        f"{numerator:,.0f} records contribute {numerator:,.6g}; the figure's numerator is {numerator:,.6g}" in printed
    )
    output = tmp_path / "behind.csv"
    farr("records", figure, "--config", site, "--output", output)
    assert len(output.read_text().splitlines()) == numerator + 1
    assert farr("records", "no such figure", "--config", site)[0] == 2
    assert farr("withdraw", "zzzzzzzz", "--config", site)[0] == 2
    assert farr("withdraw", batch[:12], "--config", site)[0] == 0
    code, printed, _ = farr("run", "--config", site)
    assert "Published release" in printed
    with duckdb.connect(load(site).home / "warehouse.duckdb", read_only=True) as con:
        assert con.execute("select status from landing.batch where batch_id = ?", [batch]).fetchone() == ("withdrawn",)
        assert con.execute("select count(*) from core.procedure").fetchone() == (0,)


def test_a_spreadsheet_runs_nothing_from_a_file_of_records(tmp_path: Path) -> None:
    file = tmp_path / "out.csv"
    assert write_csv(file, ["a", "b"], [("=1+1", -2), ("@x", None), ("-", "plain"), ("\tx", 1.5)]) == 4
    assert file.read_text() == "a,b\n'=1+1,-2\n'@x,\n'-,plain\n'\tx,1.5\n"


def test_a_grouping_is_added_to_the_home_or_refused(farr, site: Path, tmp_path: Path) -> None:
    file = tmp_path / "regions@2026.csv"
    header = "system,code,group,title,valid_from,valid_to,source\n"
    file.write_text(header + "icd10cm,I20-I25,HEART,Heart,,,Board\n", encoding="utf-8")
    code, printed, _ = farr("codes", "add", file, "--config", site)
    assert code == 0
    assert "grouping: regions 2026, 1 rows, now regions@2026.csv" in printed
    assert (Home(load(site).home).site_code_sets / file.name).read_bytes() == file.read_bytes()
    file.write_text(header + "icd10cm,I20,HEART,Heart,2024-01-01,2023-01-01,Board\n", encoding="utf-8")
    code, _, complaint = farr("codes", "add", file, "--config", site)
    assert code == 2
    assert "regions@2026.csv, line 2, column valid_to: ends before it begins" in complaint


def test_a_code_that_no_system_has_is_met_with_what_may_have_been_meant(farr) -> None:
    code, printed, complaint = farr("codes", "show", "2.70E+09", "--on", "2024-03-01")
    assert code == 2
    assert "no code system at hand has it" in complaint
    assert "02700E6" in printed
