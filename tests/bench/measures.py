"""Time the measures alone: every shipped table of a hospital-year and of a country-year of deaths.

    python -m tests.bench.measures [--stays N] [--deaths N]

A core is generated in SQL beforehand and not timed: stays with ten diagnoses each, deaths as single records with three
conditions each, populations and births. The measuring runs in a process of its own, so that its peak memory can be
measured. Cells are sums of the records; figures are what the tables show, from the cells on: the target is theirs.
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
from tests.bench.__main__ import must, run
from transforms import warehouse
from transforms.measures import build_figures, load_specifications

ROOT = Path(__file__).resolve().parents[2]
CORE = Path(__file__).with_name("measures_core.sql")
TABLES = ROOT / "reports" / "tables"

TARGET_SECONDS = 10.0
DEAREST = 10
STAYS, DEATHS = 100_000, 3_000_000
CORES = 2


def generate(file: Path, stays: int, deaths: int) -> None:
    """Build a warehouse with the code sets and a generated core, its figures yet to be made."""
    text = CORE.read_text(encoding="utf-8")
    sizes = {"stays": stays, "deaths": deaths, "facilities": 12, "districts": 30, "areas": 51}
    reference.begin_warehouse(reference.ensure(), file)
    with connect(file, temp_directory=file.parent) as con:
        warehouse.create(con)
        con.execute(text.format(year=2024, diagnoses=10, conditions=3, **sizes))


def measure(file: Path) -> dict:
    """Fill cells and figures: by part and table the seconds, the processor seconds; figures by table; peak bytes."""
    spent: dict[str, dict[str, list[float]]] = {}
    with connect(file, temp_directory=file.parent) as con:
        last = time.perf_counter(), time.process_time()

        def lap(part: str, table: str) -> None:
            nonlocal last
            now = time.perf_counter(), time.process_time()
            sums = spent.setdefault(part, {}).setdefault(table, [0.0, 0.0])
            sums[0] += now[0] - last[0]
            sums[1] += now[1] - last[1]
            last = now

        build_figures(con, load_specifications(TABLES), on_step=lap)
        figures = dict(con.execute("select table_id, count(*) from stats.figure group by all").fetchall())
        cells = con.execute("select count(*) from stats.cell").fetchone()[0]
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    return {"spent": spent, "figures": figures, "cells": cells, "peak": peak}


def bench(folder: Path, stays: int, deaths: int, console: Console) -> bool:
    """Run and show the benchmark; return whether the figures keep within their target."""
    file = folder / "measures.duckdb"
    generate(file, stays, deaths)
    found = json.loads(must(run("-m", "tests.bench.measures", "--measure", str(file)), "the measures").output)
    spent, figures = found["spent"], found["figures"]
    by_table = {
        name: [*spent["cells"].get(name, [0.0, 0.0]), *spent["figures"].get(name, [0.0, 0.0])] for name in figures
    }
    table = Table(title=f"Measures: {stays:,} stays, {deaths:,} deaths", title_justify="left")
    table.add_column("table")
    for column in ("cells, s", "processor", "figures, s", "processor", "figures"):
        table.add_column(column, justify="right")

    def row(name: str, seconds: list[float], number: int | None) -> None:
        table.add_row(name, *(f"{one:.2f}" for one in seconds), "" if number is None else f"{number:,}")

    dearest = sorted(by_table, key=lambda name: (-by_table[name][1] - by_table[name][3], name))
    for name in dearest[:DEAREST]:
        row(name, by_table[name], figures[name])
    others = [by_table[name] for name in dearest[DEAREST:]]
    row(
        f"{len(others)} other tables",
        [sum(column) for column in zip(*others, strict=True)],
        sum(figures[name] for name in dearest[DEAREST:]),
    )
    row("shared by all", [*_total(spent["cells"], [""]), *_total(spent["figures"], [""])], None)
    table.add_section()
    cells, made = _total(spent["cells"]), _total(spent["figures"])
    row("all", [*cells, *made], sum(figures.values()))
    console.print(table)
    console.print(
        f"Before the cells, facts of stays and places of records: {_total(spent['records'])[0]:.2f} s, "
        f"{_total(spent['records'])[1]:.2f} processor seconds; {found['cells']:,} cells; peak memory "
        f"{found['peak'] / 1e9:.2f} GB"
    )
    console.print(
        f"From cells to figures {made[0]:.1f} s, {made[1] / CORES:.1f} s of {CORES} cores; target "
        f"{TARGET_SECONDS:.0f} s on {CORES} idle cores (load now {os.getloadavg()[0]:.1f})"
    )
    return made[1] / CORES <= TARGET_SECONDS


def _total(spent: dict[str, list[float]], names: list[str] | None = None) -> list[float]:
    """Seconds and processor seconds of the tables named, of all by default; `""` is what they share."""
    chosen = [spent.get(name, [0.0, 0.0]) for name in (spent if names is None else names)]
    return [sum(column) for column in zip(*chosen, strict=True)]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.measures", description=__doc__)
    parser.add_argument("--stays", type=int, default=STAYS, help=f"how many (default {STAYS:,})")
    parser.add_argument("--deaths", type=int, default=DEATHS, help=f"how many (default {DEATHS:,})")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        print(json.dumps(measure(arguments.measure)))
        return
    with tempfile.TemporaryDirectory(prefix="farr-bench-measures-") as scratch:
        bench(Path(scratch), arguments.stays, arguments.deaths, Console(width=max(110, Console().width)))


if __name__ == "__main__":
    main()
