"""The shipped profiles on real extracts: what each step of the way to stays and deaths counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from codesets import reference
from codesets.database import connect, create_tables
from tests.core.conftest import assert_adds_up
from transforms import landing, warehouse
from transforms.core import SourceInput, build_core
from transforms.profiles import load_profile
from transforms.source import Source

SCHEMA = Path(warehouse.__file__).parent / "schema"

# Source: files, and the steps of its reconciliation that are worth knowing.
KNOWN = {
    "desynpuf": (["desynpuf/*.csv"], {"rows_read": 5775, "folded_into_encounter": 7, "of_which_discharges": 5768}),
    "mimic": (
        [f"mimic_iv_demo/{name}.csv" for name in ("patients", "admissions", "diagnoses_icd", "procedures_icd")],
        {"encounters": 275, "encounters_outside_stays": 42, "diagnoses: rows_read": 4506},
    ),
    "tuva": (["tuva_demo/*.csv"], {"exact_duplicate": 150, "encounters": 3106, "stays": 9, "replaced": 0}),
    "hes": (
        ["nhs_artificial_hes/*.csv"],
        {"encounters": 2075, "of_which_later_episodes": 200, "of_which_day_case": 572},
    ),
    "sih": (["brazil_rs2019/admissions*.csv"], {"encounters": 1000, "of_which_continuations": 7}),
    "sim": (["brazil_rs2019/deaths*.csv", "brazil_rs2019/population*.csv"], {"out_of_scope": 0, "deaths": 1000}),
    "nhds": (["nhds2010/*.csv"], {"encounters": 2210, "of_which_newborn": 0}),
    "argentina": (["argentina_deis/*.csv"], {"deaths": 49_820}),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", KNOWN)
def test_each_step_counts_what_is_known_of_the_extract(name, shared_data, tmp_path):
    patterns, known = KNOWN[name]
    paths = tuple(path for pattern in patterns for path in sorted(shared_data.glob(pattern)))
    profile = load_profile(name)
    con = connect()
    reference.copy_into(con, reference.ensure())
    for schema in ("landing", "core"):
        create_tables(con, SCHEMA / f"{schema}.sql")
    source = Source(name=name, profile=name, paths=paths)
    taken = landing.ingest(tmp_path, source, profile.files)
    assert not taken.refusals
    landing.register(con, [taken])
    build_core(con, [SourceInput(source=source, profile=profile, batches=taken.live)])
    steps = dict(con.execute("select step, row_count from core.reconciliation").fetchall())
    assert_adds_up(steps)
    assert {step: steps[step] for step in known} == known
    assert con.execute("select count(*) from landing.reject").fetchone() == (0,)
