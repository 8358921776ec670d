"""The sample through the rules: a clean one gives them nothing to find, and they find nearly all that was injected."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from codesets import reference
from codesets.database import connect, literal
from transforms import landing, rules, warehouse
from transforms.core import SourceInput, build_core
from transforms.profiles import load_profile
from transforms.sample import SampleFiles
from transforms.source import Source

pytestmark = pytest.mark.slow


def checked(files: SampleFiles, home: Path) -> duckdb.DuckDBPyConnection:
    """A warehouse of the sample up to its flags."""
    con = connect()
    warehouse.create(con)
    reference.copy_into(con, reference.ensure())
    profile = load_profile("sample")
    sources = {
        "hospitals": (files.encounters, files.procedures),
        "insurer": (files.claims,),
        "register": (files.deaths, files.death_conditions),
    }
    inputs, taken = [], []
    for name, paths in sources.items():
        source = Source(name=name, profile="sample", paths=paths, person_scope="group")
        ingested = landing.ingest(home, source, profile.files)
        assert ingested.refusals == ()
        inputs.append(SourceInput(source=source, profile=profile, batches=ingested.live))
        taken.append(ingested)
    landing.register(con, taken)
    build_core(con, inputs)
    rules.run_rules(con, rules.load_rules([]), {})
    return con


def test_a_clean_sample_fires_no_rule(clean: SampleFiles, tmp_path: Path) -> None:
    with checked(clean, tmp_path) as con:
        fired = con.execute("select rule_id, violated from quality.rule_result where violated > 0").fetchall()
    assert fired == []


def test_nearly_every_injected_error_is_flagged_and_nothing_else(miscoded: SampleFiles, tmp_path: Path) -> None:
    with checked(miscoded, tmp_path) as con:
        con.execute(
            f"""
            create temp table error as
            select distinct
                case file when 'encounters.csv' then 'hospitals:' when 'claims.csv' then 'insurer:' else 'register:' end
                    || record as record,
                kind
            from {literal(str(miscoded.truth))}
            """
        )
        missed = con.execute(
            """
            with flagged as (select encounter_id as record from quality.flag union select death_id from quality.flag)
            select kind, count(*) filter (f.record is null) / count(*) as share
            from error
            left join flagged as f using (record)
            group by kind
            having share > 0.1
            order by kind
            """
        ).fetchall()
        # A stay entered twice is flagged on either of the two.
        beyond = con.execute(
            """
            select distinct rule_id from quality.flag
            where encounter_id not in (select record from error) and related_id not in (select record from error)
                or death_id not in (select record from error)
            order by all
            """
        ).fetchall()
    assert missed == []
    assert beyond == []
