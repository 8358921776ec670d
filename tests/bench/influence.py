"""Time what open flags could do to the figures, and the worklist of those to review.

    python -m tests.bench.influence [--encounters N] [--worklist-encounters N] [--folder FOLDER]

A sample with injected errors is built, checked and measured beforehand and not timed. Options, bounds and expected
values run in a process of its own, so that its peak memory can be measured. The worklist is `farr worklist` as a whole,
from the start of Python to the file that is written, on a sample with so many errors that about 50,000 records are
flagged; only the tables with headline figures are made there, and modules are compiled beforehand, as installers do.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from codesets import reference
from codesets.database import connect
from tests.bench.__main__ import FARR, GENERATE, SEED, must, run
from tests.influence.rebuild import sample_core
from transforms import warehouse
from transforms.influence.assess import assess
from transforms.influence.options import find_options
from transforms.measures import TableSpecification, build_figures, load_specifications
from transforms.rules import load_rules, run_rules
from transforms.sample.generate import SampleFiles, sample_files

TABLES = Path(__file__).resolve().parents[2] / "reports" / "tables"

# Options, bounds and expected values of every shipped table, on two cores.
TARGET_SECONDS = 15.0
CORES = 2

# A worklist of 50,000 flagged records, which this sample has.
WORKLIST_SECONDS = 5.0
WORKLIST_ENCOUNTERS, WORKLIST_MISCODING = 400_000, 0.16

GENERATE_MISCODED = """
import sys
from pathlib import Path
from transforms.sample import generate
generate(
    Path(sys.argv[1]), encounters=int(sys.argv[2]), seed=int(sys.argv[3]), insured=0, miscoding=float(sys.argv[4])
)
"""


def build(files: SampleFiles, file: Path, tables: Sequence[TableSpecification]) -> None:
    """Build a warehouse from a sample, up to the figures of tables."""
    reference.begin_warehouse(reference.ensure(), file)
    with connect(file, temp_directory=file.parent) as con:
        warehouse.create(con)
        sample_core(con, files, file.parent / "home")
        run_rules(con, load_rules())
        build_figures(con, tables)
        con.execute("checkpoint")


def timed(file: Path) -> dict:
    """Find the options and assess the figures of a warehouse: by step the seconds and the processor seconds, counts."""
    spent: dict[str, tuple[float, float]] = {}
    with connect(file, temp_directory=file.parent) as con:
        for step, work in (
            ("options of flagged records", lambda: find_options(con)),
            ("bounds, expected values, verdicts", lambda: assess(con, load_specifications(TABLES))),
        ):
            began = time.perf_counter(), time.process_time()
            work()
            spent[step] = time.perf_counter() - began[0], time.process_time() - began[1]
        counted = con.execute(
            """
            select
                (select count(*) from core.encounter) as encounters,
                (select count(distinct flag_id) from influence.unit_flag) as flags,
                (select count(*) from influence.record) as records,
                (select count(*) from influence.option) as options,
                (select count(verdict) from stats.figure) as figures
            """
        ).fetchone()
    unit = 1 if sys.platform == "darwin" else 1024
    names = ("encounters", "flags", "records", "options", "figures")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    return {"spent": spent, "peak": peak, **dict(zip(names, counted, strict=True))}


def bench(folder: Path, encounters: int, console: Console) -> bool:
    """Run and show the benchmark; return whether it keeps within its target."""
    extracts, file = folder / f"extracts-{encounters}", folder / f"influence-{encounters}.duckdb"
    if not extracts.exists():
        unfinished = folder / f"unfinished-{extracts.name}"
        must(run("-c", GENERATE, str(unfinished), str(encounters), str(SEED)), "the sample generator")
        unfinished.rename(extracts)
    file.unlink(missing_ok=True)
    must(run("-m", "tests.bench.influence", "--build", str(extracts), str(file)), "the building of the warehouse")
    found = json.loads(must(run("-m", "tests.bench.influence", "--time", str(file)), "influence").output)
    file.unlink()
    table = Table(
        title=f"Influence: {found['encounters']:,} encounters, {found['flags']:,} open flags on {found['records']:,} "
        f"records with {found['options']:,} options, {found['figures']:,} figures",
        title_justify="left",
    )
    for column in ("step", "seconds", "processor"):
        table.add_column(column, justify="left" if column == "step" else "right")
    for step, (seconds, processor) in found["spent"].items():
        table.add_row(step, f"{seconds:.2f}", f"{processor:.2f}")
    table.add_section()
    seconds, processor = (sum(column) for column in zip(*found["spent"].values(), strict=True))
    table.add_row("all", f"{seconds:.2f}", f"{processor:.2f}")
    console.print(table)
    console.print(
        f"Influence {seconds:.1f} s, {processor / CORES:.1f} s of {CORES} cores; target {TARGET_SECONDS:.0f} s on "
        f"{CORES} idle cores (load now {os.getloadavg()[0]:.1f}); peak memory {found['peak'] / 1e9:.2f} GB"
    )
    return processor / CORES <= TARGET_SECONDS


def build_home(extracts: Path, home: Path) -> None:
    """Build a home whose warehouse has the headline figures, and what open flags could do to them."""
    home.mkdir()
    (home.parent / "farr.toml").write_text(f'home = "{home.name}"\n', encoding="utf-8")
    headlined = [table for table in load_specifications(TABLES) if table.headline]
    file = home / "warehouse.duckdb"
    build(sample_files(extracts), file, headlined)
    with connect(file, temp_directory=home) as con:
        find_options(con)
        assess(con, headlined)


def bench_worklist(folder: Path, encounters: int, console: Console) -> bool:
    """Time `farr worklist` as a process, and show what it says; return whether it keeps within its target."""
    site = folder / f"worklist-{encounters}"
    extracts, output = site / "extracts", site / "worklist.xlsx"
    site.mkdir()
    must(
        run("-c", GENERATE_MISCODED, str(extracts), str(encounters), str(SEED), str(WORKLIST_MISCODING)),
        "the sample generator",
    )
    must(run("-m", "tests.bench.influence", "--build-home", str(extracts), str(site / "home")), "the warehouse")
    command = ("-c", FARR, "worklist", "--config", str(site / "farr.toml"))
    # The first run compiles the modules, where they were installed without; it is not timed.
    compiled = site / "compiled"
    must(run(*command, "--top", "1", "--output", str(site / "first.xlsx"), compiled=compiled), "farr worklist")
    process = must(run(*command, "--output", str(output), compiled=compiled), "farr worklist")
    shutil.rmtree(site)
    said = next(line for line in process.output.splitlines() if "review" in line.lower())
    console.print(
        f"Worklist {process.seconds:.1f} s, {process.processor_seconds:.1f} processor seconds; target "
        f"{WORKLIST_SECONDS:.0f} s on {CORES} idle cores (load now {os.getloadavg()[0]:.1f}); peak memory "
        f"{process.peak_memory / 1e9:.2f} GB. {said}"
    )
    return process.processor_seconds <= WORKLIST_SECONDS


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.influence", description=__doc__)
    parser.add_argument("--encounters", type=int, default=1_000_000, help="how many (default 1,000,000)")
    parser.add_argument(
        "--worklist-encounters",
        type=int,
        default=WORKLIST_ENCOUNTERS,
        help=f"how many for the worklist (default {WORKLIST_ENCOUNTERS:,})",
    )
    parser.add_argument("--folder", type=Path, help="keep the extracts here, and use extracts found here")
    parser.add_argument("--build", nargs=2, type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--build-home", nargs=2, type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--time", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.build:
        build(sample_files(arguments.build[0]), arguments.build[1], load_specifications(TABLES))
    elif arguments.build_home:
        build_home(*arguments.build_home)
    elif arguments.time:
        print(json.dumps(timed(arguments.time)))
    else:
        with tempfile.TemporaryDirectory(prefix="farr-bench-", dir=arguments.folder) as scratch:
            folder = (arguments.folder or Path(scratch)).resolve()
            console = Console(width=max(110, Console().width))
            bench(folder, arguments.encounters, console)
            bench_worklist(folder, arguments.worklist_encounters, console)


if __name__ == "__main__":
    main()
