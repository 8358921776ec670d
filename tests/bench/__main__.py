"""Time the main job on a large sample against bare DuckDB: `make bench`, or `python -m tests.bench --help`.

The code sets are built beforehand and not timed. Every part runs in a process of its own; its peak memory is what the
operating system saw. The ratio is the main job's stages, without the drawing of the report and Prefect's server,
over the floor of `tests.bench.floor` on the same encounter file, timed in the same run.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from codesets.reference import ensure

SEED = 1839
TARGET_RATIO = 5.0
# Stages that are shown, and stand outside the ratio: the drawing of the report is apart by decision, and the code
# sets are found built.
REPORT_STAGE = "Draw the report and the tables"

CONFIGURATION = """\
home = "{home}"

[[source]]
name = "hospitals"
profile = "sample"
path = ["{extracts}/encounters.csv", "{extracts}/procedures.csv"]
person_scope = "group"

[[source]]
name = "register"
profile = "sample"
path = ["{extracts}/death.csv", "{extracts}/death_condition.csv"]
person_scope = "group"

[population]
path = "{extracts}/population.csv"

[births]
path = "{extracts}/births.csv"
"""

GENERATE = """
import sys
from pathlib import Path
from transforms.sample import generate
generate(Path(sys.argv[1]), encounters=int(sys.argv[2]), seed=int(sys.argv[3]), insured=0)
"""

FARR = "from flows.command import main; main()"


@dataclass(frozen=True)
class Process:
    """What a child process took: wall-clock and processor seconds, peak memory in bytes, exit code, what it printed."""

    seconds: float
    processor_seconds: float
    peak_memory: int
    exit_code: int
    output: str


def run(*arguments: str, compiled: Path | None = None) -> Process:
    """Run Python with the arguments and measure it; what it prints to standard error is kept with its output.

    `compiled` is a folder that keeps compiled modules from one run to the next, as an installation has them.
    """
    environment = dict(os.environ)
    if compiled is not None:
        environment |= {"PYTHONPYCACHEPREFIX": str(compiled), "PYTHONDONTWRITEBYTECODE": ""}
    with tempfile.TemporaryFile() as output:
        began = time.perf_counter()
        child = subprocess.Popen([sys.executable, *arguments], stdout=output, stderr=subprocess.STDOUT, env=environment)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read().decode(errors="replace")
    # Linux counts kilobytes, macOS bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    processor_seconds = usage.ru_utime + usage.ru_stime
    return Process(seconds, processor_seconds, usage.ru_maxrss * unit, child.returncode, text)


def must(process: Process, what: str, *, allowed: tuple[int, ...] = (0,)) -> Process:
    if process.exit_code not in allowed:
        raise SystemExit(f"{what} ended with exit code {process.exit_code}:\n{process.output}")
    return process


def stages(home: Path) -> list[dict]:
    """The stages of the only run of a home, as the run recorded them."""
    (record,) = sorted((home / "runs").glob("*.json"))
    return json.loads(record.read_text(encoding="utf-8"))["stages"]


def main_job(folder: Path, extracts: Path, *, prefect: bool) -> tuple[Process, list[dict]]:
    home = folder / ("home-prefect" if prefect else "home")
    configuration = folder / f"{home.name}.toml"
    configuration.write_text(CONFIGURATION.format(home=home, extracts=extracts), encoding="utf-8")
    process = run("-c", FARR, "run", "--config", str(configuration), *(["--prefect"] if prefect else []))
    # 1 is a release published as held: with injected errors a blocking rule may well be over its threshold.
    must(process, "farr run", allowed=(0, 1))
    return process, stages(home)


def bench(folder: Path, encounters: int, prefect: bool, console: Console) -> float:
    """Generate, time the floor and the job, print the tables, and return the ratio."""
    extracts = folder / f"extracts-{encounters}"
    if not extracts.exists():
        unfinished = folder / f"unfinished-{extracts.name}"
        generated = must(run("-c", GENERATE, str(unfinished), str(encounters), str(SEED)), "the sample generator")
        unfinished.rename(extracts)
        console.print(
            f"Sample of {encounters:,} encounters generated in {generated.seconds:.1f} s "
            f"({generated.processor_seconds:.0f} processor seconds), peak memory {_gigabytes(generated.peak_memory)}"
        )
    reference = ensure()
    floor_file = folder / "floor.duckdb"
    floor_process = must(
        run("-m", "tests.bench.floor", str(extracts), str(reference.path), str(floor_file)), "the floor"
    )
    floor_file.unlink()
    floor = json.loads(floor_process.output)
    process, recorded = main_job(folder, extracts, prefect=False)
    ratio = _show(console, floor, floor_process, process, recorded)
    if prefect:
        with_prefect, _ = main_job(folder, extracts, prefect=True)
        console.print(
            f"The same with --prefect: {with_prefect.seconds:.1f} s, {with_prefect.seconds - process.seconds:+.1f} s "
            f"for Prefect's server and its calls, peak memory {_gigabytes(with_prefect.peak_memory)}"
        )
    return ratio


def _show(console: Console, floor: dict, floor_process: Process, process: Process, recorded: list[dict]) -> float:
    steps, rows = dict(floor["seconds"]), floor["rows"]
    with_procedures = steps.pop("procedures")
    base = sum(steps.values())
    table = _table("The floor: bare DuckDB")
    for step, seconds in steps.items():
        counted = rows["diagnosis"] if "diagnoses" in step else rows["encounter"]
        _row(table, step, seconds, counted if step != "close" else None, base)
    table.add_section()
    _row(table, f"floor (peak memory {_gigabytes(floor_process.peak_memory)})", base, rows["encounter"], base)
    _row(table, "procedures, not in the floor", with_procedures, rows["procedure"], base)
    console.print(table)

    table = _table(f"The main job: {rows['encounter']:,} encounters, {rows['diagnosis']:,} diagnoses")
    for stage in recorded:
        _row(table, stage["stage"], stage["seconds"], stage["rows"], base)
    drawing = sum(stage["seconds"] for stage in recorded if stage["stage"] == REPORT_STAGE)
    counted = sum(stage["seconds"] for stage in recorded) - drawing
    outside = process.seconds - counted - drawing
    table.add_section()
    _row(table, "start of Python, and between the stages", outside, None, base)
    _row(table, "all stages but the drawing", counted, rows["encounter"], base)
    console.print(table)
    console.print(
        f"Ratio to the floor {counted / base:.1f} (target {TARGET_RATIO:.0f}), with procedures in the floor "
        f"{counted / (base + with_procedures):.1f}; peak memory {_gigabytes(process.peak_memory)}; "
        f"wall clock {process.seconds:.1f} s"
    )
    # What other programs on the machine cannot stretch; the drawing and the start of Python are in the job's.
    console.print(
        f"Processor seconds: floor with procedures {floor_process.processor_seconds:.1f}, "
        f"whole job {process.processor_seconds:.1f}"
    )
    return counted / base


def _table(title: str) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column("stage")
    for column in ("seconds", "rows", "rows a second", "of the floor"):
        table.add_column(column, justify="right")
    return table


def _row(table: Table, name: str, seconds: float, rows: int | None, base: float) -> None:
    speed = f"{rows / seconds:,.0f}" if rows and seconds else ""
    table.add_row(name, f"{seconds:.2f}", f"{rows:,}" if rows is not None else "", speed, f"{seconds / base:.2f}")


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:.2f} GB"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--encounters", type=int, default=1_000_000, help="how many (default 1,000,000)")
    parser.add_argument("--folder", type=Path, help="keep the extracts and the home here, and use extracts found here")
    parser.add_argument("--prefect", action="store_true", help="run once more as a Prefect flow")
    parser.add_argument("--at-most", type=float, help="exit with 1 where the ratio to the floor is above this")
    arguments = parser.parse_args()
    console = Console(width=max(100, Console().width))
    with tempfile.TemporaryDirectory(prefix="farr-bench-", dir=arguments.folder) as scratch:
        folder = arguments.folder or Path(scratch)
        ratio = bench(folder.resolve(), arguments.encounters, arguments.prefect, console)
    if arguments.at_most is not None and ratio > arguments.at_most:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
