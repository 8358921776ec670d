"""Time the code sets alone: ten million diagnoses judged on their dates, written once, and counted by every scheme.

    python -m tests.bench.codes [--diagnoses N]

The diagnoses are raw codes with dates in a Parquet file, made beforehand and not timed: codes of ICD-10-CM in force on
their day, and one in fifty that is not. The judging and counting runs in a process of its own, so that its peak memory
can be measured. The rates of packages that give one grouping a code stand beside it, where they are installed.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from codesets.database import connect, literal
from codesets.reference import Reference, copy_into, ensure
from codesets.verdict import judge, status_on

TARGET_SECONDS = 15.0
TARGET_BYTES = 2_000_000_000

MEMORY_LIMIT = "1200MB"
CODES_FOR_PACKAGES = 200_000

GENERATE = """
copy (
    with
        numbered as (
            select i, date '2016-01-01' + (hash(i, 1) % 3900)::integer as on_date,
                -- A few codes make up most of any extract.
                floor(codes.number * pow((hash(i, 2) % 1000000) / 1e6, 3))::integer as place,
                hash(i, 3) % 50 = 0 as is_bad,
            from range({diagnoses}) as records(i), (select count(*) as number from pool) as codes
        )
    select
        numbered.i // 10 as encounter, numbered.on_date,
        case when numbered.is_bad then left(pool.code, 3) else pool.dotted end as code_raw,
    from numbered
    join pool on pool.place = numbered.place
) to {file} (format parquet)
"""

POOL = """
create temp table pool as
select code, left(code, 3) || if(length(code) > 3, '.' || substr(code, 4), '') as dotted,
    (row_number() over (order by hash(code)) - 1)::integer as place,
from codes.code
where "system" = 'icd10cm' and is_billable
"""

WRITE = """
create table diagnosis as
select d.encounter, d.on_date, d.code_raw, judged.code, {status} as code_status,
from read_parquet({file}) as d
left join judged on judged.code_raw = d.code_raw
"""

# Records are counted by code and year once; every scheme then groups those counts.
COUNT = """
create table counted as
with by_code as (
    select code, code_status, year(on_date) as "year", count(*) as records
    from diagnosis
    group by all
)
select g.scheme, g.scheme_version, g.group_code, by_code."year", by_code.code_status, sum(by_code.records) as records
from by_code
join codes.grouping as g on g."system" = 'icd10cm' and g.code = by_code.code
    and coalesce(g.valid_from <= make_date(by_code."year"::integer, 12, 31), true)
    and coalesce(g.valid_to >= make_date(by_code."year"::integer, 1, 1), true)
group by all
order by all
"""


def generate(reference: Reference, file: Path, diagnoses: int) -> None:
    """Write the diagnoses: (encounter, on_date, code_raw)."""
    with connect(reference.path, read_only=True, memory_limit=MEMORY_LIMIT, temp_directory=file.parent) as con:
        con.execute(POOL)
        con.execute(GENERATE.format(diagnoses=diagnoses, file=literal(str(file))))


def measure(reference: Reference, file: Path, database: Path) -> dict:
    """Judge, write and count; return seconds and processor seconds by step, rows, groups and peak bytes."""
    seconds, processor = {}, {}
    judge_distinct = f"select distinct 'icd10cm' as system, code_raw from read_parquet({literal(str(file))})"
    write = WRITE.format(status=status_on("judged", "d.on_date"), file=literal(str(file)))
    with connect(database, memory_limit=MEMORY_LIMIT, temp_directory=database.parent) as con:
        copy_into(con, reference)
        steps: dict[str, Callable[[], object]] = {
            "judge distinct codes": lambda: judge(con, judge_distinct),
            "write with code_status": lambda: con.execute(write),
            "count by every scheme": lambda: con.execute(COUNT),
            "close": lambda: con.execute("checkpoint"),
        }
        for name, step in steps.items():
            began, used = time.perf_counter(), time.process_time()
            step()
            seconds[name], processor[name] = time.perf_counter() - began, time.process_time() - used
        rows, statuses = con.execute("select count(*), count(distinct code_status) from diagnosis").fetchone()
        schemes, groups = con.execute(
            "select count(distinct (scheme, scheme_version)), count(distinct (scheme, scheme_version, group_code)) "
            "from counted"
        ).fetchone()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {
        "seconds": seconds,
        "processor": processor,
        "rows": rows,
        "statuses": statuses,
        "schemes": schemes,
        "groups": groups,
        "peak": peak,
    }


def package_rates(reference: Reference) -> dict[str, float | None]:
    """Codes a second of packages that give one grouping; None where a package is not installed."""
    with connect(reference.path, read_only=True) as con:
        codes = [
            code
            for (code,) in con.execute(
                "select code from codes.code where system = 'icd10cm' and is_billable order by hash(code) limit 20000"
            ).fetchall()
        ] * (CODES_FOR_PACKAGES // 20_000)
    rates: dict[str, float | None] = {"icd-mappings, one CCSR category": None, "pycomorb, one Charlson score": None}
    if importlib.util.find_spec("icdmappings"):
        from icdmappings import Mapper

        mapper = Mapper()
        began = time.perf_counter()
        mapper.map(codes, source="icd10", target="ccsr")
        rates["icd-mappings, one CCSR category"] = len(codes) / (time.perf_counter() - began)
    if importlib.util.find_spec("pycomorb"):
        import polars
        import pycomorb

        frame = polars.DataFrame({"id": [number // 10 for number in range(len(codes))], "code": codes, "age": 60})
        began = time.perf_counter()
        pycomorb.comorbidity("charlson", frame, id_col="id", code_col="code", age_col="age", icd_version="icd10")
        rates["pycomorb, one Charlson score"] = len(codes) / (time.perf_counter() - began)
    return rates


def bench(folder: Path, diagnoses: int, console: Console) -> bool:
    """Run and show the benchmark; return whether it keeps within its targets."""
    reference = ensure()
    file = folder / "diagnoses.parquet"
    generate(reference, file, diagnoses)
    answer = subprocess.run(
        [sys.executable, "-m", "tests.bench.codes", "--measure", str(file)],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    found = json.loads(answer.stdout)
    total = sum(found["seconds"].values())
    table = Table(title=f"Code sets: {found['rows']:,} diagnoses", title_justify="left")
    table.add_column("step")
    for column in ("seconds", "processor seconds", "diagnoses a second"):
        table.add_column(column, justify="right")
    processor = found["processor"] | {"all": sum(found["processor"].values())}
    for step, seconds in (*found["seconds"].items(), ("all", total)):
        table.add_row(step, f"{seconds:.2f}", f"{processor[step]:.2f}", f"{found['rows'] / seconds:,.0f}")
    for package, rate in package_rates(reference).items():
        table.add_row(package, "", "", f"{rate:,.0f}" if rate else "not installed")
    console.print(table)
    console.print(
        f"{found['schemes']} schemes with {found['groups']:,} groups, {found['statuses']} statuses; peak memory "
        f"{found['peak'] / 1e9:.2f} GB; target {TARGET_SECONDS:.0f} s and {TARGET_BYTES / 1e9:.0f} GB on two idle "
        f"cores (load now {os.getloadavg()[0]:.1f})"
    )
    return total <= TARGET_SECONDS and found["peak"] < TARGET_BYTES


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.codes", description=__doc__)
    parser.add_argument("--diagnoses", type=int, default=10_000_000, help="how many (default 10,000,000)")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="farr-bench-codes-") as scratch:
        if arguments.measure:
            print(json.dumps(measure(ensure(), arguments.measure, Path(scratch) / "warehouse.duckdb")))
            return
        bench(Path(scratch), arguments.diagnoses, Console(width=max(100, Console().width)))


if __name__ == "__main__":
    main()
