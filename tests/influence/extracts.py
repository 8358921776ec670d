"""A sample's extracts in the canonical layout, as tables of text, and what chosen options make of them.

The files hold one diagnosis a row, so that each has a system of its own. Every patient belongs to a case, and keeps to
it whatever its records turn out to be.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb

from codesets.database import connect, literal
from transforms.core import SourceInput, build_core
from transforms.landing import ingest, register
from transforms.profiles import load_profile
from transforms.sample.generate import DIAGNOSES, SampleFiles
from transforms.source import Source

HERE = Path(__file__).parent

# Identifiers of core begin with the name of the source.
SOURCE = "sample"

# The tables, which are the files too.
TABLES = ("encounter", "diagnosis", "procedure", "death", "death_condition", "population", "birth")


def lay_out(file: Path, files: SampleFiles, cases: int) -> None:
    """Keep a sample's extracts as tables of a database, with table `dealt`: the case of every encounter and death.

    Of two cases one has `named` in its name and the other `any`, as the options that are chosen in them.
    """
    codes, flags = (", ".join(f"{name}{n}" for n in range(1, DIAGNOSES + 1)) for name in ("dx", "poa"))
    with connect(file) as con:
        for name, source in (
            ("wide", files.encounters), ("procedure", files.procedures), ("death", files.deaths),
            ("death_condition", files.death_conditions), ("population", files.population), ("birth", files.births),
        ):  # fmt: skip
            con.execute(f"create table {name} as from read_csv({literal(str(source))}, all_varchar = true)")
        con.execute(f"""
            create table encounter as select * exclude ({codes}, {flags}, "system") from wide;
            create table diagnosis as
            select encounter_id, seq::varchar as seq, if(seq = 1, 'principal', 'secondary') as role, code, "system", poa
            from (
                select
                    encounter_id, "system", unnest(range(1, {DIAGNOSES + 1})) as seq, unnest([{codes}]) as code,
                    unnest([{flags}]) as poa
                from wide
            )
            where code is not null;
            drop table wide;
            create table dealt as
            with numbered as (
                select 'encounter' as "domain", encounter_id as record_id, coalesce(patient_id, encounter_id) as patient
                from encounter
                union all
                select 'death', death_id, coalesce(patient_id, death_id) from death
            )
            select
                "domain", record_id,
                'case' || lpad((hash(patient) % {cases} // 2)::varchar, 5, '0')
                    || if(hash(patient) % 2 = 0, ' named', ' any') as "case"
            from numbered;
        """)


def resolve(file: Path, chosen: Path) -> None:
    """Make of the extracts in a database what the options chosen in a warehouse say (its table influence.chosen)."""
    with connect(file) as con:
        con.execute(f"attach {literal(str(chosen))} as chosen (read_only)")
        con.execute((HERE / "resolve.sql").read_text(encoding="utf-8"))


def land(con: duckdb.DuckDBPyConnection, file: Path, home: Path) -> None:
    """Write the extracts to files, take these in, build core from them, and give every case its own collection."""
    home.mkdir(parents=True)
    paths = []
    with connect(file) as extracts:
        for table in TABLES:
            paths.append(home / f"{table}.csv")
            extracts.execute(f"copy {table} to {literal(str(paths[-1]))} (header)")
        first, last = extracts.execute("select min(period)::integer, max(period)::integer from population").fetchone()
    profile = load_profile("farr")
    covers = (date(first, 1, 1), date(last, 12, 31))
    source = Source(name=SOURCE, profile="farr", paths=tuple(paths), covers=covers)
    taken = ingest(home, source, profile.files)
    register(con, [taken])
    build_core(con, [SourceInput(source=source, profile=profile, batches=taken.batches)])
    _deal(con, file)


def _deal(con: duckdb.DuckDBPyConnection, file: Path) -> None:
    """Every case as a collection; each has all of the population, the births and the cover."""
    con.execute(f"attach {literal(str(file))} as extracts (read_only)")
    con.execute(f"""
        create temp table dealt as
        select "domain", '{SOURCE}:' || record_id as record_id, "case" as collection from extracts.dealt;
        update core.encounter as r set collection = d.collection from dealt as d
        where d."domain" = 'encounter' and d.record_id = r.encounter_id;
        update core.stay as r set collection = d.collection from dealt as d
        where d."domain" = 'encounter' and d.record_id = r.stay_id;
        update core.death as r set collection = d.collection from dealt as d
        where d."domain" = 'death' and d.record_id = r.death_id;
        update core.person as r set collection = d.collection
        from (
            select patient_id, min(collection) as collection
            from (from (select patient_id, collection from core.encounter)
                union all from (select patient_id, collection from core.death))
            group by patient_id
        ) as d
        where d.patient_id = r.patient_id;
    """)
    for table in ("population", "birth", "coverage"):
        con.execute(f"""
            create temp table whole as from core.{table};
            delete from core.{table};
            insert into core.{table}
            select w.* replace (d.collection as collection)
            from whole as w, (select distinct collection from dealt) as d
            order by d.collection;
            drop table whole;
        """)
    con.execute("drop table dealt; detach extracts")
