"""Time what open flags could do to the figures: the options that they leave, and every figure's bounds.

    python -m tests.bench.influence [--encounters N] [--folder FOLDER]

A sample with injected errors is built, checked and measured beforehand and not timed. Options and figures run in a
process of its own, so that its peak memory can be measured.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from codesets import reference
from codesets.database import connect
from tests.bench.__main__ import GENERATE, SEED, must, run
from tests.influence.rebuild import sample_core
from transforms import warehouse
from transforms.influence.assess import assess
from transforms.influence.options import find_options
from transforms.measures import build_figures, load_specifications
from transforms.rules import load_rules, run_rules
from transforms.sample.generate import SampleFiles, sample_files

TABLES = Path(__file__).resolve().parents[2] / "reports" / "tables"

# Options, bounds and expected values of every shipped table, on two cores.
TARGET_SECONDS = 15.0
CORES = 2


def build(files: SampleFiles, file: Path) -> None:
    """Build a warehouse from a sample, up to its figures."""
    reference.begin_warehouse(reference.ensure(), file)
    with connect(file, temp_directory=file.parent) as con:
        warehouse.create(con)
        sample_core(con, files, file.parent / "home")
        run_rules(con, load_rules())
        build_figures(con, load_specifications(TABLES))
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


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.influence", description=__doc__)
    parser.add_argument("--encounters", type=int, default=1_000_000, help="how many (default 1,000,000)")
    parser.add_argument("--folder", type=Path, help="keep the extracts here, and use extracts found here")
    parser.add_argument("--build", nargs=2, type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--time", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.build:
        build(sample_files(arguments.build[0]), arguments.build[1])
    elif arguments.time:
        print(json.dumps(timed(arguments.time)))
    else:
        with tempfile.TemporaryDirectory(prefix="farr-bench-", dir=arguments.folder) as scratch:
            folder = arguments.folder or Path(scratch)
            bench(folder.resolve(), arguments.encounters, Console(width=max(110, Console().width)))


if __name__ == "__main__":
    main()
