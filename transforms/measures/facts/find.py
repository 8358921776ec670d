"""Fill `stats.stay_fact`, one row a stay that counts as a discharge."""

from __future__ import annotations

from pathlib import Path

import duckdb

from codesets.database import literal
from transforms.core.stays import NO_FACILITY
from transforms.measures.facts.comorbidity import place_groups, score_profiles

HERE = Path(__file__).parent

# Stays of so many days and more are long: NHS England's definition of a long length of stay (recalled).
LONG_STAY_DAYS = 21

# Days in which a readmission or a death counts: CMS hospital-wide readmission; NHS England's SHMI.
WINDOW_DAYS = 30

# An admission to another hospital on the day of discharge or the day after is a transfer: CMS, as above.
TRANSFER_DAYS = 1

_WORK = (
    "comorbidity_version", "comorbidity_code", "stay_encounter", "stay_diagnosis", "folded_stay",
    "plain_profile", "refined_profile", "planned_stay", "readmission", "follow_up",
)  # fmt: skip


def find_stay_facts(con: duckdb.DuckDBPyConnection) -> None:
    """Fill `stats.stay_fact` and `stats.comorbidity_bit` from `core`, `codes` and `stats.covered_span`.

    Both must be empty.
    """
    place_groups(con)
    con.execute((HERE / "stay_encounter.sql").read_text())
    count_secondary_diagnoses(
        con, "core.diagnosis", "(select rowid as stay_number, encounters, principal_code from core.stay)"
    )
    score_profiles(con)
    place_planned(con)
    find_readmissions(con, "(select rowid as stay_number, * from core.stay)")
    con.execute((HERE / "follow_up.sql").read_text())
    text = (HERE / "stay_fact.sql").read_text()
    con.execute(
        text.format(
            window_days=WINDOW_DAYS,
            systems=grouped_systems(con, "charlson_quan"),
            refined_systems=grouped_systems(con, "elixhauser_ahrq"),
        )
    )
    for name in _WORK:
        con.execute(f"drop table temp.{name}")


def find_readmissions(con: duckdb.DuckDBPyConnection, stays: str) -> None:
    """Create `readmission`, a row a stay of patients with several; `planned_stay` is there. See readmissions.sql."""
    text = (HERE / "readmissions.sql").read_text()
    copies = ", ".join(map(literal, NO_FACILITY))
    con.execute(text.format(stays=stays, copies=copies, window_days=WINDOW_DAYS, transfer_days=TRANSFER_DAYS))


def place_planned(con: duckdb.DuckDBPyConnection) -> None:
    """Create `planned_stay`; see planned.sql."""
    con.execute((HERE / "planned.sql").read_text())


def count_secondary_diagnoses(con: duckdb.DuckDBPyConnection, diagnoses: str, stays: str) -> None:
    """Create `stay_diagnosis` and `folded_stay` for the encounters of `stay_encounter`; see secondary_diagnoses.sql."""
    text = (HERE / "secondary_diagnoses.sql").read_text()
    con.execute(text.format(diagnoses=diagnoses, stays=stays))


def grouped_systems(con: duckdb.DuckDBPyConnection, scheme: str) -> str:
    """The code systems that a scheme groups, as a list of SQL literals."""
    rows = con.execute('select distinct "system" from codes.scheme where scheme = ? order by all', [scheme]).fetchall()
    return ", ".join(literal(system) for (system,) in rows) or "''"
