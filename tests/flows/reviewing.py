"""A site of eight stays and four deaths with ten flags, small enough to say by hand what each review changes."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path

import duckdb

from flows import pipeline
from flows.configuration import load
from flows.home import Home
from flows.job import Job
from tests.flows.conftest import render_nothing

# a1 has a header code, a2 a delivery in a man, a3 no diagnosis, a4 no disposition; a6 is a5 again; P6 has two sexes.
ENCOUNTERS = """\
encounter_id,patient_id,facility_id,facility_type,encounter_class,admission_date,discharge_date,sex,age_years,\
discharge_disposition,system,dx1,dx2
a1,P1,H,hospital,inpatient,2023-03-01,2023-03-05,F,40,home,icd10cm,I21,E119
a2,P2,H,hospital,inpatient,2023-03-02,2023-03-06,M,41,home,icd10cm,O80,
a3,P3,H,hospital,inpatient,2023-03-02,2023-03-06,F,41,home,icd10cm,,
a4,P4,H,hospital,inpatient,2023-03-02,2023-03-06,F,41,,icd10cm,J189,
a5,P5,H,hospital,inpatient,2023-03-02,2023-03-06,F,41,home,icd10cm,J189,I10
a6,P5,H,hospital,inpatient,2023-03-02,2023-03-06,F,41,home,icd10cm,J189,I10
a7,P6,H,hospital,inpatient,2023-04-02,2023-04-06,F,41,home,icd10cm,J189,
a8,P6,H,hospital,inpatient,2023-05-02,2023-05-06,M,41,home,icd10cm,J189,
"""

# d1 has an ill-defined cause, d2 none, d3 prostate cancer in a woman, d4 is in order but for a condition without code.
DEATHS = """\
death_id,patient_id,death_date,age_years,sex,area,underlying_cause,system
d1,Q1,2023-05-01,70,F,x,R99,icd10
d2,Q2,2023-05-01,70,F,x,,icd10
d3,Q3,2023-05-01,70,F,x,C61,icd10
d4,Q4,2023-05-01,70,F,x,I219,icd10
"""

CONDITIONS = """\
death_id,line,seq,code,system
d4,1,1,I219,icd10
d4,2,1,I99999,icd10
"""

PROCEDURES = """\
encounter_id,seq,role,code,system,procedure_date
a1,1,principal,0XXXXXX,icd10pcs,2023-03-02
"""

CONFIGURATION = """
home = "home"
[[source]]
name = "s"
profile = "farr"
path = ["encounters.csv", "procedures.csv", "death.csv", "death_condition.csv"]
"""

RULES = (
    "code/header_code",
    "code/invalid_procedure_code",
    "editor/sex_conflict",
    "record/missing_principal_diagnosis",
    "setting/missing_disposition",
    "time/duplicate_stay",
    "time/two_sexes",
    "death/cause_sex_conflict",
    "death/ill_defined_underlying_cause",
    "death/invalid_certificate_condition",
    "death/missing_underlying_cause",
)

HEADER = ("flag_id", "evidence", "verdict", "corrected", "reviewer", "decided_at", "note")


def make_small(replace: Callable[[object, str, object], None], folder: Path) -> None:
    """Leave a run the rules that speak of the site, two tables, and nothing to draw."""
    from transforms.rules import ruleset

    for name in RULES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ruleset.SHIPPED / f"{name}.sql", folder / f"{name}.sql")
    replace(ruleset, "SHIPPED", folder)
    replace(pipeline, "_TABLES", Path(__file__).with_name("tables"))
    replace(pipeline, "render", render_nothing)


def write_site(folder: Path) -> Path:
    """Write the extracts and the configuration, and give the latter."""
    folder.mkdir(parents=True)
    files = {"encounters": ENCOUNTERS, "procedures": PROCEDURES, "death": DEATHS, "death_condition": CONDITIONS}
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    (folder / "farr.toml").write_text(CONFIGURATION, encoding="utf-8")
    return folder / "farr.toml"


def apply_corrections(site: Path, wanted: bool = True) -> None:
    """Have the site's next runs apply corrections, or not."""
    text = site.read_text(encoding="utf-8").split("[reviews]")[0]
    site.write_text(f"{text}[reviews]\napply_corrections = {str(wanted).lower()}\n", encoding="utf-8")


def run(site: Path) -> pipeline.Outcome:
    return pipeline.run(Job(load(site)))


def ask(site: Path, query: str) -> list[tuple]:
    """The rows of a query on the site's warehouse."""
    with duckdb.connect(str(Home(load(site).home).warehouse), read_only=True) as con:
        return con.execute(query).fetchall()


def flag(site: Path, rule_id: str) -> tuple[str, str]:
    """The flag of a rule, which has one here, and its evidence."""
    ((flag_id, evidence),) = ask(site, f"select flag_id, evidence from quality.flag where rule_id = '{rule_id}'")
    return flag_id, evidence


def answer(site: Path, rule_id: str, verdict: str | None, corrected: str | None = None, **more: object) -> tuple:
    """A row of a worklist, filled in."""
    values = {"reviewer": "R", "decided_at": "2026-11-20", "note": None} | more
    return (*flag(site, rule_id), verdict, corrected, *(values[name] for name in HEADER[4:]))


def worklist(site: Path, rows: Iterable[tuple], name: str = "reviewed.csv", header: tuple[str, ...] = HEADER) -> Path:
    """Write a worklist as CSV, or as XLSX where the name says so."""
    path = site.parent / name
    if path.suffix == ".xlsx":
        import xlsxwriter

        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet("Worklist")
            day = book.add_format({"num_format": "yyyy-mm-dd"})
            sheet.write_row(0, 0, header)
            for number, row in enumerate(rows, start=1):
                for column, value in enumerate(row):
                    if isinstance(value, date | datetime):
                        sheet.write_datetime(number, column, value, day)
                    elif value is not None:
                        sheet.write_string(number, column, str(value))
        return path
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
    return path
