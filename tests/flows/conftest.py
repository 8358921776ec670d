"""A small hospital group and homes to run the main job in, each run in a process of its own."""

from __future__ import annotations

import json
import multiprocessing
import shutil
import sys
from collections.abc import Callable, Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from flows import command
from flows.home import Home
from transforms.sample import generate

CONFIGURATION = """
home = "home"
[[source]]
name = "hospitals"
profile = "sample"
path = ["extracts/encounters.csv", "extracts/procedures.csv"]
person_scope = "group"
[[source]]
name = "register"
profile = "sample"
path = ["extracts/death.csv", "extracts/death_condition.csv"]
person_scope = "group"
[population]
path = "extracts/population.csv"
[disclosure]
minimum_count = 11
"""


@pytest.fixture(scope="session")
def extracts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three hundred encounters and what belongs to them."""
    folder = tmp_path_factory.mktemp("sample") / "extracts"
    generate(folder, encounters=300, seed=5)
    return folder


@pytest.fixture
def site(tmp_path: Path, extracts: Path) -> Path:
    """The configuration of a site with the extracts beside it and an empty home."""
    return site_at(tmp_path / "site", extracts)


def site_at(folder: Path, extracts: Path) -> Path:
    """Set up a site, and give its configuration."""
    folder.mkdir(parents=True)
    shutil.copytree(extracts, folder / "extracts")
    configuration = folder / "farr.toml"
    configuration.write_text(CONFIGURATION, encoding="utf-8")
    return configuration


def change(configuration: Path, number: int) -> None:
    """Change what the next run makes, so that it is a new release."""
    text = configuration.read_text(encoding="utf-8").split("minimum_count")[0]
    configuration.write_text(f"{text}minimum_count = {12 + number}\n", encoding="utf-8")


def records(home: Home) -> list[dict]:
    """The records of the home's runs, in their order."""
    files = [path for path in home.runs.glob("*.json") if path.stem.isdigit()]
    return [json.loads(path.read_text()) for path in sorted(files, key=lambda path: int(path.stem))]


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the drawing, which is half of a small run, where a test does not look at it."""
    from flows import pipeline

    monkeypatch.setattr(pipeline, "render", render_nothing)


@pytest.fixture(scope="module")
def lean() -> Iterator[None]:
    """Make runs of this module's tests small where what matters is how they begin and end: see `make_lean`."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        make_lean(monkeypatch.setattr)
        yield


def make_lean(replace: Callable[[object, str, object], None]) -> None:
    """Leave a run two tables and the rules of two families: all the tables and rules take most of its time."""
    from flows import pipeline
    from transforms.rules import ruleset

    replace(pipeline, "_TABLES", Path(__file__).with_name("tables"))
    replace(ruleset, "FAMILIES", {name: ruleset.FAMILIES[name] for name in ("code", "field")})


@pytest.fixture
def farr(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Run the command; gives its exit code, what it printed, and what it complained of."""

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["farr", *map(str, arguments)])
        with pytest.raises(SystemExit) as caught:
            command.main()
        printed = capsys.readouterr()
        return caught.value.code or 0, printed.out, printed.err

    return run


# Forks of a process that has everything imported already: a run then takes as long as its work.
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["flows.pipeline", "flows.configuration", "duckdb", "plotly.graph_objects"])


@pytest.fixture
def start() -> Callable[..., BaseProcess]:
    """Start the main job on a configuration, without Prefect, in a process of its own."""

    def started(configuration: Path, *, drawing: bool = True) -> BaseProcess:
        process = _PROCESSES.Process(target=run_job, args=(configuration, drawing))
        process.start()
        return process

    return started


def run_job(configuration: Path, drawing: bool) -> None:
    """Run a lean job and exit as the command does; what a process of `start` does.

    Without `drawing`, the files of the release are written and stay empty: half of a small run is the drawing.
    """
    import os
    import sys
    import traceback

    from flows import pipeline
    from flows.command import BROKEN
    from flows.configuration import load
    from flows.job import Job

    os.setsid()
    make_lean(setattr)
    if not drawing:
        pipeline.render = render_nothing
    try:
        outcome = pipeline.run(Job(load(configuration)))
    except Exception:
        traceback.print_exc()
        sys.exit(BROKEN)
    sys.exit(1 if outcome.held_because else 0)


def render_nothing(con: object, folder: Path, **settings: object) -> None:
    """Stand in for the drawing of a release's files."""
    for name in ("report.html", "tables.xlsx", "figures.parquet"):
        (folder / name).touch()
