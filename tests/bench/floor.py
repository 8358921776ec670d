"""The floor of the benchmark: what bare DuckDB needs for the same rows, with nothing checked, kept or explained.

    python -m tests.bench.floor EXTRACTS REFERENCE DATABASE

Scans the wide encounter file, writes the encounters and the unpivoted diagnoses joined to the code table into a
database file, and counts them by group; then does the same with the procedures, which is reported apart. Prints one
JSON object: seconds by step and rows by table. Runs as a process of its own, so that its memory can be measured.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import duckdb

from codesets.database import literal

DIAGNOSES = 25

SCAN = "create temp table extract as from read_csv({encounters}, all_varchar = true, header = true)"

ENCOUNTERS = """
create table encounter as
select
    encounter_id, patient_id, facility_id, facility_type, encounter_class,
    try_cast(admission_date as date) as admission_date, try_cast(discharge_date as date) as discharge_date,
    try_cast(age_years as integer) as age_years, sex, area, discharge_disposition, department, payer, coder_id
from extract
"""

DIAGNOSES_JOINED = """
create table diagnosis as
with single as (
    select
        encounter_id,
        unnest(list_filter([{columns}], c -> c is not null)) as code_raw,
        unnest(range(1, len(list_filter([{columns}], c -> c is not null)) + 1)) as seq
    from extract
)
select s.encounter_id, s.seq, s.code_raw, c.code, c.chapter, c.is_billable
from single as s
left join reference.codes.code as c on c.system = 'icd10cm' and c.code = replace(s.code_raw, '.', '')
"""

COUNT = """
select year(e.discharge_date), e.sex, d.chapter, count(*)
from diagnosis as d
join encounter as e using (encounter_id)
where d.seq = 1
group by all
"""

PROCEDURES = """
create table procedure as
select p.encounter_id, try_cast(p.seq as integer) as seq, p.code as code_raw, c.code, c.is_billable,
    try_cast(p.procedure_date as date) as procedure_date
from read_csv({procedures}, all_varchar = true, header = true) as p
left join reference.codes.code as c on c.system = p.system and c.code = p.code
"""


def measure(extracts: Path, reference: Path, database: Path) -> dict[str, dict[str, float]]:
    columns = ", ".join(f"dx{i}" for i in range(1, DIAGNOSES + 1))
    steps = {
        "scan": SCAN.format(encounters=literal(str(extracts / "encounters.csv"))),
        "write encounters": ENCOUNTERS,
        "write diagnoses": DIAGNOSES_JOINED.format(columns=columns),
        "count by group": COUNT,
        "close": "checkpoint",
        "procedures": PROCEDURES.format(procedures=literal(str(extracts / "procedures.csv"))),
    }
    seconds = {}
    with duckdb.connect(str(database)) as con:
        con.execute(f"attach {literal(str(reference))} as reference (read_only)")
        for step, statement in steps.items():
            began = time.perf_counter()
            con.execute(statement).fetchall()
            seconds[step] = time.perf_counter() - began
        rows = {
            table: con.execute(f"select count(*) from {table}").fetchone()[0]
            for table in ("encounter", "diagnosis", "procedure")
        }
    return {"seconds": seconds, "rows": rows}


if __name__ == "__main__":
    print(json.dumps(measure(*map(Path, sys.argv[1:4]))))
