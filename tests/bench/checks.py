"""Write docs/checks.md: what the rules find in the sample with its known errors, and in real extracts.

    python -m tests.bench.checks [--encounters N]

It needs the real extracts that tests/real/farr.toml names. The
sample has a fixed seed, so the same program writes the same page. Why a rule that fires often is right stands in
arguments.toml; a warning or blocking rule above 0.5 % of a collection's records without a word there stops the writing.
"""

from __future__ import annotations

import argparse
import dataclasses
import tempfile
import tomllib
from pathlib import Path

import duckdb

from codesets import reference
from codesets.database import connect
from flows import pipeline
from flows.configuration import load
from flows.job import Job
from tests.bench.rules import ARGUMENTS, DEAR, build, found, why_dear
from tests.rules.kinds import HABITS_OF_CERTIFIERS
from transforms import landing, warehouse
from transforms.core import build_core
from transforms.rules import load_rules, run_rules
from transforms.sample import generate

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "checks.md"
REAL = ROOT / "tests" / "real" / "farr.toml"
SEED = 1839
MISCODING = 0.1
OFTEN = 0.005
WORST = 10

PREFACE = """\
# What the rules find

This page is made by `python -m tests.bench.checks`; change that and its arguments, not this. The rules themselves are \
in [rules.md](rules.md).
"""


def real_extracts(folder: Path) -> Path:
    """A warehouse of all the real extracts, built as far as the rules go: figures are not needed here."""
    job = Job(dataclasses.replace(load(REAL), home=folder / "home"))
    landed = pipeline.ingest(job)
    file = folder / "real.duckdb"
    reference.begin_warehouse(landed.code_sets, file)
    with connect(file) as con:
        warehouse.create(con)
        landing.register(con, landed.ingested)
        build_core(con, landed.inputs)
        run_rules(con, landed.rules, job.configuration.rules)
    return file


def sample(folder: Path, encounters: int) -> list[tuple[str, int, int, int, int]]:
    """Recall and precision by kind of error, on a sample with many errors."""
    files = generate(folder / "sample", encounters=encounters, seed=SEED, miscoding=MISCODING)
    file = folder / "sample.duckdb"
    build(files, file)
    with connect(file) as con:
        run_rules(con, load_rules())
    return found(file, files.truth)


def against_the_truth(found: list[tuple[str, int, int, int, int]], encounters: int) -> str:
    """The table of recall and precision, and what a clean sample raises."""
    rows = "\n".join(
        f"| {kind.replace('_', ' ')} | {injected:,} | {hits:,} | {_share(hits, injected)} | {flagged:,} | "
        f"{_share(right, flagged)} |"
        for kind, injected, hits, flagged, right in found
    )
    habits = ", ".join(f"`{rule}`" for rule in sorted(HABITS_OF_CERTIFIERS))
    return f"""\
## Against the truth of the sample

`farr sample` with {encounters:,} encounters, seed {SEED}, an error in one of {round(1 / MISCODING)} records. Recall \
is the share of injected errors that a rule for their kind flags; precision the share of the records that these rules \
flag which carry an injected error of whatever kind.

| kind of error | injected | found | recall | flagged | precision |
|---|---|---|---|---|---|
{rows}

Missed, since nothing tells them apart: a survivor coded as dead of whom no death is registered and who was seen again \
only by a specimen within three months, as specimens of the dead are; an external cause of death with two digits more \
(X42.99), which read as WHO's characters for place and activity. A code whose damage happens to be a code of another \
system or year is found by the rule for that.

A clean sample (no errors injected) raises at most one flag a rule per 10,000 encounters, which the tests hold each \
rule to, but for what its certificates hold as real ones do ({habits}).
"""


def flood(con: duckdb.DuckDBPyConnection) -> str:
    """Flags per thousand records, by collection and severity."""
    rows = con.execute("""
        with records as (
            select collection, count(*) as records
            from (select collection from core.encounter union all select collection from core.death)
            group by all
        ),
        flags as (
            select collection, severity, count(*) as flags
            from quality.flag
            join quality.rule using (rule_id)
            group by all
        )
        select
            collection, records,
            coalesce(sum(flags) filter (severity = 'blocks'), 0) * 1000 / records,
            coalesce(sum(flags) filter (severity = 'warns'), 0) * 1000 / records,
            coalesce(sum(flags) filter (severity = 'informs'), 0) * 1000 / records,
            (select count(*) from quality.group_flag as g where g.collection = records.collection)
        from records left join flags using (collection)
        group by collection, records
        order by collection
    """).fetchall()
    lines = "\n".join(
        f"| {name} | {records:,} | {blocks:.1f} | {warns:.1f} | {informs:.1f} | {groups} |"
        for name, records, blocks, warns, informs, groups in rows
    )
    return f"""\
## Flags per thousand records

What a reviewer of each real extract would get. Reviewers read blocking and warning flags; informing ones are counted.

| extract | records | block | warn | inform | groups |
|---|---|---|---|---|---|
{lines}
"""


def often(con: duckdb.DuckDBPyConnection, arguments: dict[str, dict[str, str]]) -> str:
    """Every blocking or warning rule that fires on more than OFTEN of the records it applies to, argued."""
    rows = con.execute(
        """
        select collection, rule_id, severity, checked, violated, share
        from quality.rule_result join quality.rule using (rule_id)
        where severity in ('blocks', 'warns') and grain <> 'group' and share > ?
        order by collection, share desc, rule_id
        """,
        [OFTEN],
    ).fetchall()
    unargued = [f"{row[0]}.{row[1]}" for row in rows if not argued(arguments, row[0], row[1])]
    if unargued:
        raise SystemExit(f"Look at their codes and records, and write into arguments.toml about {', '.join(unargued)}")
    lines = "\n".join(
        f"| {name} | `{rule}` | {severity} | {violated:,} of {checked:,} | {share:.1%} | "
        f"{argued(arguments, name, rule)} |"
        for name, rule, severity, checked, violated, share in rows
    )
    return f"""\
## Rules that fire often on data that others have edited

Each blocking or warning rule above {OFTEN:.1%} of the records that it applies to. Its commonest codes, and records \
behind them, were looked at in each extract.

| extract | rule | severity | records | share | what the records show |
|---|---|---|---|---|---|
{lines}
"""


def worst(con: duckdb.DuckDBPyConnection, arguments: dict[str, dict[str, str]]) -> str:
    """The rules with the most flags over all extracts but the one whose columns were shuffled."""
    rows = con.execute(
        """
        select rule_id, any_value(severity), count(*) as flags, arg_max(collection, n)
        from (
            select rule_id, collection, count(*) over (partition by rule_id, collection) as n
            from quality.flag where collection <> 'hes'
        ) join quality.rule using (rule_id)
        group by rule_id order by flags desc, rule_id limit ?
        """,
        [WORST],
    ).fetchall()
    lines = "\n".join(
        f"| `{rule}` | {severity} | {flags:,} | {most} | {argued(arguments, most, rule) or 'Below the limit above.'} |"
        for rule, severity, flags, most in rows
    )
    return f"""\
## The {WORST} rules with the most flags

Over all extracts but the artificial HES, whose columns were shuffled apart and must light up.

| rule | severity | flags | most in | why |
|---|---|---|---|---|
{lines}
"""


def cost() -> str:
    """What makes rules dear, and why those are that are dearest."""
    lines = "\n".join(f"- `{rule}`: {why}" for rule, why in sorted(why_dear().items()))
    return f"""\
## What the rules cost

`make bench` runs all rules over a million encounters with ten million diagnoses, prints the ten dearest, and how fast \
CMS's own editor is beside ours. What many rules share is made once: the diagnoses of whose codes something is said, \
those on lists, those that stand twice, and what each encounter's diagnoses are together. A rule that takes more than \
{DEAR:.0%} of the whole has a word why here.

{lines}
"""


def argued(arguments: dict[str, dict[str, str]], collection: str, rule: str) -> str:
    return arguments.get(collection, {}).get(rule) or arguments["all"].get(rule, "")


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "none"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.checks", description=__doc__)
    parser.add_argument("--encounters", type=int, default=50_000, help="of the sample (default 50,000)")
    arguments = parser.parse_args()
    words = tomllib.loads(ARGUMENTS.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory(prefix="farr-checks-") as scratch:
        folder = Path(scratch)
        with duckdb.connect(str(real_extracts(folder)), read_only=True) as con:
            real = [flood(con), often(con, words), worst(con, words)]
        truth = against_the_truth(sample(folder, arguments.encounters), arguments.encounters)
    PAGE.write_text("\n".join([PREFACE, truth, *real, cost()]), encoding="utf-8")


if __name__ == "__main__":
    main()
