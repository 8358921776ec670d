"""Time all rules on a sample with injected errors, and hold what they find against the truth.

    python -m tests.bench.rules [--encounters N] [--folder FOLDER]

The warehouse is built beforehand and not timed. The rules run in a process of its own, with the memory that DuckDB may
take held down, so that its peak memory can be measured. The ten dearest rules are printed; a rule's time holds what it
reads and writes, and the time of the relations that all share stands apart. What else runs on the machine makes the
clock's seconds longer, and the processors' hardly: shares are of these. `tests.bench.editor` says beside it how fast
CMS's own editor is.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
import time
import tomllib
from pathlib import Path

from rich.console import Console
from rich.table import Table

from codesets import reference
from codesets.database import connect
from tests.bench.__main__ import GENERATE, SEED, must, run
from tests.rules.truth import create_truth, recall
from transforms import landing, warehouse
from transforms.core import SourceInput, build_core
from transforms.profiles import load_profile
from transforms.rules import load_rules, run_rules
from transforms.sample.generate import SampleFiles, sample_files
from transforms.source import Source

TARGET_SECONDS = 20.0
TARGET_BYTES = 4_000_000_000
MEMORY_LIMIT = "2500MB"
ARGUMENTS = Path(__file__).with_name("arguments.toml")
# A rule that costs more than this share of the whole has a word why in arguments.toml.
DEAR = 0.05
DEAREST = 10
SHARED = "what rules share"


def build(files: SampleFiles, file: Path) -> None:
    """Build the core of a warehouse from a sample's providers and registry."""
    profile = load_profile("sample")
    sources = [
        Source(name="providers", profile="sample", paths=(files.encounters, files.procedures), person_scope="group"),
        Source(name="registry", profile="sample", paths=(files.deaths, files.death_conditions), person_scope="group"),
    ]
    reference.begin_warehouse(reference.ensure(), file)
    with connect(file, memory_limit=MEMORY_LIMIT) as con:
        warehouse.create(con)
        ingested = [landing.ingest(file.parent / "home", source, profile.files) for source in sources]
        landing.register(con, ingested)
        inputs = zip(sources, ingested, strict=True)
        build_core(
            con, [SourceInput(source=source, profile=profile, batches=taken.batches) for source, taken in inputs]
        )


def processor_seconds() -> float:
    """Seconds that all processors have worked for this process until now."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def time_rules(file: Path) -> dict:
    """Run all rules on a warehouse: seconds of clock and processors, the latter also by rule; peak memory in bytes."""
    rules = load_rules()
    processors: dict[str, float] = {}
    with connect(file, memory_limit=MEMORY_LIMIT) as con:
        began, first = time.perf_counter(), processor_seconds()
        last = first

        def lap(name: str) -> None:
            nonlocal last
            now = processor_seconds()
            processors[name] = processors.get(name, 0.0) + now - last
            last = now

        run_rules(con, rules, on_progress=lambda _: lap(SHARED), on_rule=lap)
        total, worked = time.perf_counter() - began, processor_seconds() - first
        encounters, diagnoses = con.execute(
            "select (select count(*) from core.encounter), (select count(*) from core.diagnosis)"
        ).fetchone()
    unit = 1 if sys.platform == "darwin" else 1024
    return {
        "rules": len(rules),
        "encounters": encounters,
        "diagnoses": diagnoses,
        "total": total,
        "worked": worked,
        "processors": processors,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit,
    }


def why_dear() -> dict[str, str]:
    """Why a rule costs what it costs, by rule id."""
    return tomllib.loads(ARGUMENTS.read_text(encoding="utf-8"))["cost"]


def found(file: Path, truth: Path) -> list[tuple[str, int, int, int, int]]:
    """By kind of error: records with it, those found, records that its rules flag, those with any injected error."""
    with connect(file, read_only=True) as con:
        create_truth(con, truth)
        return recall(con)


def show(console: Console, timed: dict, against_truth: list[tuple[str, int, int, int, int]]) -> None:
    """Print what the rules cost and what they found."""
    worked, processors = timed["worked"], dict(timed["processors"])
    console.print(
        f"{timed['rules']} rules over {timed['encounters']:,} encounters with {timed['diagnoses']:,} diagnoses: "
        f"{timed['total']:.1f} s (target {TARGET_SECONDS:.0f}), {worked:.1f} processor seconds, "
        f"{timed['encounters'] / timed['total']:,.0f} encounters a second, peak memory {timed['peak'] / 1e9:.2f} GB "
        f"(target {TARGET_BYTES / 1e9:.0f}), on {os.cpu_count()} processors"
    )
    table = Table(title=f"What costs most (a rule above {DEAR:.0%} needs a word why)")
    for column in ("rule", "processor seconds", "of the whole", "why"):
        table.add_column(column, justify="right" if column in ("processor seconds", "of the whole") else "left")
    shared, words = processors.pop(SHARED), why_dear()
    table.add_row(SHARED, f"{shared:.2f}", f"{shared / worked:.1%}", "")
    for rule_id, seconds in sorted(processors.items(), key=lambda item: -item[1])[:DEAREST]:
        lacking = "write why into arguments.toml" if seconds > DEAR * worked else ""
        table.add_row(rule_id, f"{seconds:.2f}", f"{seconds / worked:.1%}", words.get(rule_id, lacking))
    console.print(table)
    table = Table(title="Against the truth of the sample")
    for column in ("kind of error", "injected", "found", "recall", "flagged", "precision"):
        table.add_column(column, justify="left" if column == "kind of error" else "right")
    for kind, injected, hits, flagged, right in against_truth:
        table.add_row(
            kind, f"{injected:,}", f"{hits:,}", _share(hits, injected), f"{flagged:,}", _share(right, flagged)
        )
    console.print(table)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.4f}" if whole else ""


def bench(folder: Path, encounters: int, console: Console) -> dict:
    """Generate and build what is not there yet, run the rules in a process of its own, and print the tables."""
    extracts, file = folder / f"extracts-{encounters}", folder / f"rules-{encounters}.duckdb"
    if not extracts.exists():
        unfinished = folder / f"unfinished-{extracts.name}"
        must(run("-c", GENERATE, str(unfinished), str(encounters), str(SEED)), "the sample generator")
        unfinished.rename(extracts)
    file.unlink(missing_ok=True)
    must(run("-m", "tests.bench.rules", "--build", str(extracts), str(file)), "the building of the warehouse")
    timed = json.loads(must(run("-m", "tests.bench.rules", "--time", str(file)), "the rules").output)
    show(console, timed, found(file, sample_files(extracts).truth))
    file.unlink()
    return timed


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.rules", description=__doc__)
    parser.add_argument("--encounters", type=int, default=1_000_000, help="how many (default 1,000,000)")
    parser.add_argument("--folder", type=Path, help="keep the extracts here, and use extracts found here")
    parser.add_argument("--build", nargs=2, type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--time", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.build:
        build(sample_files(arguments.build[0]), arguments.build[1])
    elif arguments.time:
        print(json.dumps(time_rules(arguments.time)))
    else:
        with tempfile.TemporaryDirectory(prefix="farr-bench-", dir=arguments.folder) as scratch:
            folder = arguments.folder or Path(scratch)
            bench(folder.resolve(), arguments.encounters, Console(width=max(100, Console().width)))


if __name__ == "__main__":
    main()
